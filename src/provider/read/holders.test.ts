import { expect, test } from '@jest/globals';
import { edgeResourceOf } from '../resources/edge-words.js';
import { readHolders } from './holders.js';
import { simulatedTenant } from './reader.fixture.js';

const { reader, sim, idOf } = simulatedTenant({
  seedUsers: 120,
  data: {
    users: [{ userName: 'jane@x' }],
    groups: [{ displayName: 'sre' }],
    containers: ['prod', 'stage'],
    containerPermissions: [
      { container: 'prod', user: 'jane@x', right: 'Owner' },
      { container: 'stage', group: 'sre', right: 'View' },
    ],
    roles: ['Admin', 'Auditor'],
    roleBindings: [
      { role: 'Admin', user: 'jane@x' },
      { role: 'Admin', group: 'sre' },
      { role: 'Auditor', group: 'sre' },
    ],
  },
});
const permission = edgeResourceOf('container-permission');
const binding = edgeResourceOf('role-binding');
const withoutRoles = (path: string) => sim().faults.set({ faults: [{ kind: 'dropFields', path, fields: ['roles'] }] });

test('holders of containers: read container by container, each once', async () => {
  const [prod, stage] = [await idOf('container', 'prod'), await idOf('container', 'stage')];
  const scopes = [prod, stage, prod].map((container) => ({ container }));
  const { edges, unread } = await readHolders(reader(), permission, scopes);
  expect(edges.map(({ values }) => values.right).sort()).toEqual(['Owner', 'View']);
  expect(unread).toEqual([]);
});

test('holders of roles: found among all users and groups, without case', async () => {
  const { edges, unread } = await readHolders(reader(), binding, [{ role: 'admin' }]);
  expect(edges.map(({ values }) => values.principalType).sort()).toEqual(['group', 'user']);
  expect(unread).toEqual([]);
});

test('holders of roles: a list beyond the page budget is reported and not read', async () => {
  const { edges, unread } = await readHolders(reader(), binding, [{ role: 'Admin' }], { maxPages: 0 });
  expect(edges.map(({ values }) => values.principalType)).toEqual(['group']);
  expect(unread).toEqual(['of 121 users, only the declared ones were read']);
});

test('holders of roles: a list without roles is reported, or completed object by object if allowed', async () => {
  withoutRoles('/groups\\?');
  const partial = await readHolders(reader(), binding, [{ role: 'Auditor' }]);
  expect(partial).toEqual({ edges: [], unread: ['the list of groups leaves out their roles'] });
  const { edges, unread } = await readHolders(reader(), binding, [{ role: 'Auditor' }], { perObject: 500 });
  expect([edges.length, unread]).toEqual([1, []]);
});

test('holders of roles: reported when even a single object does not show its roles', async () => {
  withoutRoles('/groups');
  const { edges, unread } = await readHolders(reader(), binding, [{ role: 'Admin' }], { perObject: 500 });
  expect(edges.map(({ values }) => values.principalType)).toEqual(['user']);
  expect(unread).toEqual(['the list of groups leaves out their roles']);
});
