import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { resourceOf } from '../resources/index.js';
import type { ResourceInstance } from './instance.js';
import { ownedByState } from './owned-by-state.js';
import { readAuthoritativeSet, readInstance } from './read-instance.js';
import { openSessionBench, type SessionBench } from './session.fixture.js';

const own = 'scim.integration@example.com';
let bench: SessionBench;
beforeEach(async () => {
  bench = await openSessionBench({
    data: {
      users: [{ userName: 'jane@example.com', title: 'Lead' }, { userName: own }],
      groups: [{ displayName: 'sre' }],
      containers: ['prod'],
      containerPermissions: [
        { container: 'prod', user: own, right: 'Owner' },
        { container: 'prod', group: 'sre', right: 'View' },
        { container: 'prod', user: 'jane@example.com', right: 'Edit' },
      ],
    },
  });
});
afterEach(() => bench.close());

const set = resourceOf('container-permissions');
const idOf = (name: string) => {
  const { users, groups } = bench.sim.state();
  return users.find(({ userName }) => userName === name)?.id ?? groups.find((group) => group.displayName === name)!.id;
};
const read = async (instance: ResourceInstance) => {
  const reader = await bench.read();
  return readInstance(reader, instance, await ownedByState(reader, instance));
};

test('read instance: nothing when the object or the edge does not exist', async () => {
  const user = { resource: resourceOf('user'), state: { id: 'none', userName: 'jane@example.com' } };
  expect(await read(user)).toBeUndefined();
  const ends = { container: 'prod', principalType: 'group', principalId: idOf('sre') };
  const edge = { resource: resourceOf('container-permission'), state: { id: 'none', ...ends } };
  expect(await read(edge)).toMatchObject({ values: { right: 'View' } });
  bench.sim.admin.revoke('prod', { group: 'sre' });
  expect(await read(edge)).toBeUndefined();
});

test('read instance: refused when an edge exists twice', async () => {
  bench.sim.admin.grant('prod', { group: 'sre' }, 'Edit');
  const state = { id: '1', container: 'prod', principalType: 'group', principalId: idOf('sre') };
  await expect(read({ resource: resourceOf('container-permission'), state })).rejects.toMatchObject({
    code: 'ambiguous',
  });
});

test('read instance: an object is read by itself only for attributes that the state really has', async () => {
  const id = idOf('jane@example.com');
  bench.sim.faults.set({ faults: [{ kind: 'dropFields', method: 'GET', path: '/users\\?', fields: ['title'] }] });
  const state = { id, userName: 'jane@example.com', title: '' };
  const user = { resource: resourceOf('user'), state, privateState: { unset: ['title'] } };
  const readers = [await bench.read(), await bench.read()];
  for (const reader of readers) await reader.snapshot.view('user').all();
  const titles = [];
  for (const [index, instance] of [user, { ...user, privateState: {} }].entries()) {
    const reader = readers[index]!;
    titles.push((await readInstance(reader, instance, await ownedByState(reader, instance)))?.values.title);
  }
  expect(titles).toEqual([undefined, 'Lead']);
});

test('read instance: a set has the edge of the own account only when it is declared', async () => {
  const { id } = bench.sim.state().containers[0]!;
  const grant = (principalId: string) => ({ principalType: 'user', principalId, right: 'Owner' });
  const state = { id, container: 'prod', grants: [] as object[] };
  const holders = async (grants: object[]) => {
    const live = await read({ resource: set, state: { ...state, grants } });
    return (live!.values.grants as { principalId: string }[]).map(({ principalId }) => principalId);
  };
  expect(await holders([])).toEqual([idOf('sre'), idOf('jane@example.com')]);
  expect(await holders([grant(idOf(own))])).toContain(idOf(own));
});

test('read instance: a set is refused when a list leaves out its edges', async () => {
  bench.sim.faults.set({ faults: [{ kind: 'dropFields', method: 'GET', path: '/users', fields: ['roles'] }] });
  await expect(readAuthoritativeSet(await bench.read(), resourceOf('role-bindings'), 'r', [])).rejects.toMatchObject({
    code: 'list_incomplete',
    message: 'not all holders could be read: the list of users leaves out their roles',
  });
});
