import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type Simulator, startSimulator } from '../index.js';
import { type Send, secretServer } from '../test-client.js';

let simulator: Simulator;
let send: Send;
beforeEach(async () => {
  simulator = await startSimulator({
    data: {
      users: [{ userName: 'a', roles: ['Auditor'] }],
      groups: [{ displayName: 'Ops', members: ['a'], roles: ['Vault Admin'] }],
    },
  });
  send = await secretServer(simulator);
});
afterEach(() => simulator.close());

const [USER, GROUP, PERSONAL] = [2, 4, 3];
const [AUDITOR, ADMIN] = [4, 5];
const bindings = () => simulator.state().roleBindings;

test('roles: list, create, rename and disable; there is no DELETE', async () => {
  const { body } = await send('POST', '/v1/roles', { name: 'New', enabled: true });
  expect(body).toMatchObject({ id: 6, name: 'New', enabled: true, isSystem: false });
  expect((await send('DELETE', '/v1/roles/6')).status).toBe(405);
  await send('PATCH', `/v1/roles/${AUDITOR}`, { data: { name: { dirty: true, value: 'Reader' } } });
  expect(bindings()).toContainEqual({ role: 'Reader', user: 'a' });
  await send('PATCH', `/v1/roles/${AUDITOR}`, { data: { enabled: { dirty: true, value: false } } });
  expect((await send('GET', '/v1/roles?take=99')).body.total).toBe(5);
  expect((await send('GET', '/v1/roles?paging.filter.includeInactive=true&paging.take=2')).body).toMatchObject({
    total: 6,
    take: 2,
  });
  expect((await send('POST', '/v1/roles', { name: 'reader', enabled: true })).status).toBe(400);
});

test('filter: userId wins over groupId, and searchText has no effect', async () => {
  const names = async (query: string) =>
    (await send('GET', `/v1/roles?${query}`)).body.records.map(({ name }: { name: string }) => name);
  expect(await names(`filter.groupId=${GROUP}`)).toEqual(['Vault Admin']);
  expect(await names(`filter.groupId=${GROUP}&filter.userId=${USER}`)).toEqual(['Auditor']);
  expect(await names('filter.searchText=Auditor')).toHaveLength(5);
});

test('roles of a user: add, remove with a body, and the exact set', async () => {
  const path = `/v1/users/${USER}/roles`;
  expect((await send('GET', path)).body.records).toEqual([{ roleId: AUDITOR, name: 'Auditor' }]);
  expect((await send('POST', path, { roleIds: [ADMIN] })).body).toEqual({ success: true });
  expect((await send('DELETE', path, { roleIds: [AUDITOR] })).body).toEqual({ success: true });
  expect(bindings()).toContainEqual({ role: 'Vault Admin', user: 'a' });
  await send('PUT', path, { roleIds: [AUDITOR, 1] });
  expect((await send('GET', path)).body.total).toBe(2);
  expect((await send('PUT', path, { roleIds: [99] })).status).toBe(400);
});

test('roles of a group: the exact set is in v2 only', async () => {
  expect((await send('POST', `/v1/groups/${GROUP}/roles`, { roleIds: [AUDITOR] })).status).toBe(200);
  expect((await send('PUT', `/v1/groups/${GROUP}/roles`, { roleIds: [] })).status).toBe(405);
  expect((await send('PUT', `/v2/groups/${GROUP}/roles`, { roleIds: [AUDITOR] })).body).toEqual({ success: true });
  expect((await send('GET', `/v1/groups/${GROUP}/roles`)).body.records).toEqual([{ roleId: AUDITOR, name: 'Auditor' }]);
  expect((await send('DELETE', `/v1/groups/${GROUP}/roles`, { roleIds: [AUDITOR] })).status).toBe(200);
  expect(bindings()).toEqual([{ role: 'Auditor', user: 'a' }]);
});

test('groups of a role: users appear as their personal group', async () => {
  const { records } = (await send('GET', `/v1/roles/${AUDITOR}/groups`)).body;
  expect(records).toMatchObject([{ groupId: PERSONAL, name: 'a', personal: true }]);
  const data = { groupIdsToAdd: { dirty: true, value: [GROUP] }, groupIdsToRemove: { dirty: true, value: [PERSONAL] } };
  expect((await send('PATCH', `/v1/roles/${AUDITOR}/groups`, { data })).body).toEqual({ success: true });
  expect(bindings()).toEqual([
    { role: 'Auditor', group: 'Ops' },
    { role: 'Vault Admin', group: 'Ops' },
  ]);
});

test('roles-assigned: has those of groups as well', async () => {
  expect((await send('GET', `/v1/users/${USER}/roles-assigned`)).body.records).toEqual([
    { roleId: AUDITOR, roleName: 'Auditor', isDirectAssignment: true, groups: [] },
    {
      roleId: ADMIN,
      roleName: 'Vault Admin',
      isDirectAssignment: false,
      groups: [{ groupId: GROUP, groupName: 'Ops' }],
    },
  ]);
});
