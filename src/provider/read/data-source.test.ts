import { afterEach, describe, expect, test } from '@jest/globals';
import { type Simulator, type SimulatorOptions, startSimulator } from '../../simulator/index.js';
import { connect } from '../api/tenant.js';
import { readSettings } from '../settings/settings.js';
import { type DataSourceReader, openDataSourceReader } from './data-source.js';

let sim: Simulator;
afterEach(() => sim?.close());

async function open(
  options: SimulatorOptions,
  block: Readonly<Record<string, unknown>> = {},
): Promise<DataSourceReader> {
  sim = await startSimulator(options);
  return openDataSourceReader(await connect(readSettings(block, { ...sim.env } as NodeJS.ProcessEnv), {}));
}

const people = {
  users: [
    { userName: 'boss@example.com' },
    { userName: 'jane@example.com', title: 'Engineer', manager: 'boss@example.com' },
  ],
  groups: [{ displayName: 'ops', members: ['jane@example.com'] }],
  containers: ['prod', 'old', { name: 'db', parent: 'prod' }, { name: 'db', parent: 'old' }],
};

describe('data source: one object', () => {
  test('found by name without case, with references as ids of home surfaces', async () => {
    const lookUp = await open({ data: people, idSpaces: 'split' });
    const boss = await lookUp.one('user', 'boss@example.com');
    const jane = await lookUp.one('user', 'JANE@example.com');
    expect(jane).toMatchObject({ title: 'Engineer', manager: boss.id, active: true });
    expect((await lookUp.one('group', 'ops')).members).toEqual([jane.id]);
  });

  test('has all attributes although the list shows fewer', async () => {
    const lookUp = await open({ data: people, leanLists: true });
    expect(await lookUp.one('user', 'jane@example.com')).toMatchObject({ title: 'Engineer' });
  });

  test('read once: a second lookup sends nothing', async () => {
    const lookUp = await open({ data: people });
    const first = await lookUp.one('group', 'ops');
    const { total } = sim.requests;
    expect(await lookUp.one('group', 'OPS')).toEqual(first);
    expect(sim.requests.total).toBe(total);
  });

  test('read without listing a large tenant', async () => {
    const lookUp = await open({ data: people, seedUsers: 2000 });
    await lookUp.one('user', 'jane@example.com');
    expect(sim.requests.reads).toBeLessThanOrEqual(4);
  });

  test('refused when several containers have the name; a path selects one', async () => {
    const lookUp = await open({ data: people });
    await expect(lookUp.one('container', 'db')).rejects.toMatchObject({ code: 'ambiguous' });
    const old = await lookUp.one('container', 'old');
    expect(await lookUp.one('container', '/old/db')).toMatchObject({ name: 'db', parent: old.id });
  });

  test('refused with similar names when it does not exist', async () => {
    const lookUp = await open({ data: people });
    await expect(lookUp.one('group', 'opz')).rejects.toMatchObject({
      code: 'unknown_name',
      message: 'there is no group "opz" in the tenant',
      hint: 'Did you mean "ops"?',
    });
  });

  test('refused when several groups have the name', async () => {
    const twins = [{ displayName: 'ops' }, { displayName: 'OPS' }];
    const lookUp = await open({ data: { groups: twins } });
    await expect(lookUp.one('group', 'ops')).rejects.toMatchObject({
      code: 'ambiguous',
      message: expect.stringContaining('several groups are named "ops"'),
    });
  });
});

describe('data source: many objects', () => {
  const names = async (found: Promise<readonly { readonly userName?: unknown }[]>) =>
    (await found).map(({ userName }) => userName);

  test('all objects are sorted by name and read from one list', async () => {
    const lookUp = await open({ data: people, seedUsers: 500, leanLists: true });
    const all = await lookUp.many('user');
    expect(all).toHaveLength(502);
    expect(await names(lookUp.many('user'))).toEqual(
      all.map(({ userName }) => String(userName)).sort((left, right) => (left < right ? -1 : 1)),
    );
    expect(all.find(({ userName }) => userName === 'jane@example.com')).not.toHaveProperty('title');
    expect(sim.requests.reads).toBeLessThanOrEqual(6);
  });

  test('named objects are found without case, each once, with all attributes', async () => {
    const lookUp = await open({ data: people, seedUsers: 2000, leanLists: true });
    const boss = await lookUp.one('user', 'boss@example.com');
    const found = await lookUp.many('user', ['JANE@example.com', 'jane@example.com', 'boss@example.com']);
    expect(found).toEqual([boss, await lookUp.one('user', 'jane@example.com')]);
    expect(found[1]).toMatchObject({ title: 'Engineer', manager: boss.id });
    expect(sim.requests.reads).toBeLessThanOrEqual(8);
    expect(await lookUp.many('user', [])).toEqual([]);
  });

  test('containers are found by path; two with one name are both listed', async () => {
    const lookUp = await open({ data: people });
    const old = await lookUp.one('container', 'old');
    expect(await lookUp.many('container', ['/old/db', 'old'])).toMatchObject([{ name: 'db', parent: old.id }, old]);
    const all = (await lookUp.many('container')).map(({ name }) => name);
    expect(all).toEqual(['db', 'db', 'old', 'prod']);
  });

  test('references are ids of home surfaces', async () => {
    const lookUp = await open(
      { data: people, idSpaces: 'split' },
      { routing: [{ kind: 'group', surface: 'scim-cloud' }] },
    );
    const jane = await lookUp.one('user', 'jane@example.com');
    expect(await lookUp.many('group')).toMatchObject([{ displayName: 'ops', members: [jane.id] }]);
  });

  test('every unknown name is reported with similar names', async () => {
    const lookUp = await open({ data: people });
    await expect(lookUp.many('user', ['jan@example.com', 'boss@example.com', 'bos@example.com'])).rejects.toMatchObject(
      {
        errors: [
          {
            code: 'unknown_name',
            message: expect.stringContaining('"jan@example.com"'),
            hint: expect.stringContaining('"jane@'),
          },
          {
            code: 'unknown_name',
            message: expect.stringContaining('"bos@example.com"'),
            hint: expect.stringContaining('"boss@'),
          },
        ],
      },
    );
  });

  test('a list that cannot be read is an error, not an empty list', async () => {
    const lookUp = await open({ data: people });
    sim.faults.set({ faults: [{ kind: 'status', status: 403, path: '/users' }] });
    await expect(lookUp.many('user')).rejects.toMatchObject({ code: 'forbidden' });
  });
});
