import { describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import { defineResource, type StateUpgrade } from '../../provider/model/resource.js';
import { schemaOf } from '../schema.js';
import { blockType } from '../values/type.js';
import { upgradedState } from './upgraded-state.js';

/** The attribute was first called `tag` and held a text of comma-separated tags. */
const steps: readonly StateUpgrade[] = [
  ({ tag, ...state }) => ({ ...state, tags: tag }),
  (state) => ({ ...state, tags: typeof state.tags === 'string' ? state.tags.split(',') : state.tags }),
];

function blockWith(stateUpgrades?: readonly StateUpgrade[]) {
  const kind = defineResource({
    type: 'badge',
    title: 'Badge',
    plural: 'badges',
    description: 'A badge.',
    props: z.object({
      name: z.string().meta({ description: 'Its name.' }),
      tags: z.array(z.string()).optional().meta({ unordered: true, description: 'Its tags.' }),
    }),
    attrs: z.object({ id: z.string().meta({ description: 'Its id.' }) }),
    key: ['name'],
    label: '{name}',
    permissions: [],
    wire: {},
    ...(stateUpgrades ? { stateUpgrades } : {}),
  });
  const schema = schemaOf(kind);
  return { kind, schema, type: blockType(schema) };
}

const json = (value: unknown) => Buffer.from(JSON.stringify(value));
const oldest = { id: '1', name: 'a', tag: 'x,y', colour: 'red' };
const today = { id: '1', name: 'a', tags: ['x', 'y'], tenant: null, replaces: null };

describe('stored state', () => {
  test('older version: runs the later steps in order, and no earlier ones', () => {
    const block = blockWith(steps);
    expect(block.schema.version).toBe(2);
    expect(upgradedState(block, 0, json(oldest))).toEqual(today);
    expect(upgradedState(block, 1, json({ id: '1', name: 'a', tags: 'x,y' }))).toEqual(today);
    expect(upgradedState(block, 2, json(today))).toEqual(today);
  });

  test('no steps: new attributes are null and removed ones are dropped', () => {
    const block = blockWith();
    expect(block.schema.version).toBe(0);
    expect(upgradedState(block, 0, json(oldest))).toEqual({
      id: '1',
      name: 'a',
      tags: null,
      tenant: null,
      replaces: null,
    });
  });

  test('newer version, or wrong type after the steps: is an error', () => {
    expect(() => upgradedState(blockWith(steps), 3, json(today))).toThrow(/newer provider .* \(version 3\)/);
    expect(() => upgradedState(blockWith(steps), 0, undefined)).toThrow(/newer provider/);
    expect(() => upgradedState(blockWith(steps), 0, json({ ...oldest, tag: 7 }))).toThrow(
      expect.objectContaining({ path: 'tags' }),
    );
    expect(() => upgradedState(blockWith(steps), 0, json('text'))).toThrow(/not an object/);
  });
});
