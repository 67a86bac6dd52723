import { describe, expect, test } from '@jest/globals';
import { type DataSourceReader, DelineaError, DelineaErrors } from '../../provider/index.js';
import { type ObjectValue, UNKNOWN, type Value } from '../values/value.js';
import { readBlocks } from './blocks.js';
import { readDataSource } from './data-source.js';

const { dataSources } = readBlocks();

function read(
  type: string,
  config: Readonly<Record<string, Value>>,
  reader: Partial<DataSourceReader>,
): Promise<ObjectValue> {
  const configuration = {
    dataSources: () => reader as DataSourceReader,
    session: undefined,
    warnings: [],
    forgetReads: () => undefined,
    redact: (text: string) => text,
  };
  return readDataSource(dataSources.get(type)!, config, configuration);
}

const jane = { id: '7', userName: 'jane@example.com', displayName: 'Jane' };
const unknownName = new DelineaError('unknown_name', 'there is no user "x"');

describe('data source for one object', () => {
  test('result: the live values, with the name as configured', async () => {
    const config = { user_name: 'JANE@example.com' };
    const result = await read('delinea_user', config, { one: async () => jane });
    expect(result).toMatchObject({ id: '7', user_name: 'JANE@example.com', display_name: 'Jane', title: null });
    expect(Object.keys(result)).not.toContain('on_removal');
  });

  test('unknown name: is an error at the name', async () => {
    const one = () => Promise.reject(unknownName);
    await expect(read('delinea_user', { user_name: 'x' }, { one })).rejects.toMatchObject({ path: 'userName' });
  });

  test('other errors: have no path', async () => {
    const one = () => Promise.reject(new DelineaError('forbidden', 'no'));
    await expect(read('delinea_user', { user_name: 'x' }, { one })).rejects.toMatchObject({ path: undefined });
  });

  test.each<Value>([UNKNOWN, null])('name %p: is an error', async (name) => {
    await expect(read('delinea_user', { user_name: name }, {})).rejects.toMatchObject({ code: 'stack_invalid' });
  });
});

describe('data source for several objects', () => {
  test.each<[string, Value, readonly string[] | undefined]>([
    ['no names', null, undefined],
    ['names', ['jane@example.com'], ['jane@example.com']],
  ])('%s: reads them', async (_, configured, expected) => {
    let names: readonly string[] | undefined;
    const many: DataSourceReader['many'] = async (_kind, given) => {
      names = given;
      return [jane];
    };
    const result = await read('delinea_users', { names: configured }, { many });
    expect(names).toEqual(expected);
    expect(result).toMatchObject({ names: configured, users: [{ id: '7', user_name: 'jane@example.com' }] });
  });

  test('several unknown names: each error is at the names', async () => {
    const many = () => Promise.reject(new DelineaErrors([unknownName, unknownName]));
    const error = await read('delinea_users', { names: ['x', 'y'] }, { many }).catch((thrown: unknown) => thrown);
    expect((error as DelineaErrors).errors.map(({ path }) => path)).toEqual(['names', 'names']);
  });
});
