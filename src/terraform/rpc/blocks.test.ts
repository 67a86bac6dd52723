import { describe, expect, test } from '@jest/globals';
import { snakeCase } from '../../provider/index.js';
import { readBlocks } from './blocks.js';

const blocks = readBlocks();
const all = [['delinea', blocks.provider] as const, ...blocks.resources, ...blocks.dataSources];

describe('blocks', () => {
  test.each(all)('%s: attributes, wire type and schema have the same names', (_, { attributes, type, schema }) => {
    const names = attributes.map(({ name }) => snakeCase(name)).sort();
    expect(Object.keys(type[1]).sort()).toEqual(names);
    expect(Object.keys(schema.block.attributes).sort()).toEqual(names);
  });

  test.each([...blocks.dataSources])('%s: only the arguments can be configured', (_, { attributes, props }) => {
    const configurable = attributes.filter(({ computed }) => !computed).map(({ name }) => name);
    const [first, ...rest] = Object.keys(props.shape);
    expect([configurable[0], rest]).toEqual([first, []]);
  });

  test('data sources: singular and plural are distinguished', () => {
    const plural = [...blocks.dataSources].filter(([, { isPlural }]) => isPlural).map(([name]) => name);
    expect(plural).toContain('delinea_users');
    expect(plural).not.toContain('delinea_user');
    expect(plural).toHaveLength(blocks.dataSources.size / 2);
  });
});
