import { expect, test } from '@jest/globals';
import { principalKey } from '../model/principal.js';
import { edgeResourceOf } from '../resources/edge-words.js';
import { edgesByPrincipal, edgesOfPrincipal } from './edges-by-principal.js';
import { simulatedTenant } from './reader.fixture.js';

const names = Array.from({ length: 6 }, (_, index) => `u${index}@x`);
const { reader, sim, idOf } = simulatedTenant({
  data: {
    users: [...names, 'none@x'].map((userName) => ({ userName })),
    groups: [{ displayName: 'sre' }],
    containers: ['a', 'b'],
    containerPermissions: [
      ...names.map((user) => ({ container: 'a', user, right: 'View' })),
      { container: 'b', user: 'u0@x', right: 'Owner' },
      { container: 'b', group: 'sre', right: 'Edit' },
    ],
    roles: ['Admin'],
    roleBindings: [{ role: 'Admin', user: 'u0@x' }],
  },
});
const permission = edgeResourceOf('container-permission');
const binding = edgeResourceOf('role-binding');
const user = async (name: string) => ({ kind: 'user', id: await idOf('user', name) });
const lists = (what: string) =>
  sim().log.filter(
    ({ path, query }) => path.endsWith('/ContainerPermissions') && decodeURIComponent(query).includes(what),
  ).length;

test('edges of a principal: permissions wherever they lead, and roles', async () => {
  const rights = async (name: string) =>
    (await edgesOfPrincipal(reader(), permission, await user(name))).map(({ values }) => values.right).sort();
  expect([await rights('u0@x'), await rights('u1@x'), await rights('none@x')]).toEqual([
    ['Owner', 'View'],
    ['View'],
    [],
  ]);
  const sre = { kind: 'group', id: await idOf('group', 'sre') };
  expect((await edgesOfPrincipal(reader(), permission, sre)).map(({ values }) => values.right)).toEqual(['Edit']);
  expect(await edgesOfPrincipal(reader(), binding, await user('u0@x'))).toHaveLength(1);
  expect(await edgesOfPrincipal(reader(), binding, sre)).toEqual([]);
});

test('edges of a principal: none when the surface does not show it', async () => {
  expect(await edgesOfPrincipal(reader(), permission, { kind: 'user', id: 'deleted' })).toEqual([]);
});

test('edges by principal: few principals are read one by one', async () => {
  const some = await Promise.all(names.slice(0, 2).map(user));
  const before = [lists('container'), lists('user')];
  const edges = await edgesByPrincipal(reader(), permission, some);
  expect(some.map((principal) => edges.get(principalKey(principal))?.length)).toEqual([2, 1]);
  expect([lists('container') - before[0]!, lists('user') - before[1]!]).toEqual([0, 2]);
});

test('edges by principal: many are read container by container when there are fewer containers', async () => {
  const all = await Promise.all([...names.slice(0, 5), 'none@x'].map(user));
  const before = [lists('container'), lists('user')];
  const edges = await edgesByPrincipal(reader(), permission, all);
  expect(all.map((principal) => edges.get(principalKey(principal))?.length)).toEqual([2, 1, 1, 1, 1, 0]);
  expect(edges.size).toBe(6);
  expect([lists('container') - before[0]!, lists('user') - before[1]!]).toEqual([2, 0]);
});

test('edges by principal: roles are always read principal by principal', async () => {
  const all = await Promise.all(names.map(user));
  const edges = await edgesByPrincipal(reader(), binding, all);
  expect(all.map((principal) => edges.get(principalKey(principal))?.length)).toEqual([1, 0, 0, 0, 0, 0]);
});
