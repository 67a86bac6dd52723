import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type Simulator, startSimulator } from '../index.js';
import { filtered, rest, type Send } from '../test-client.js';

let simulator: Simulator;
let send: Send;
let users: string[];
beforeEach(async () => {
  simulator = await startSimulator({
    seedUsers: 3,
    data: { groups: [{ displayName: 'Ops' }], roles: ['Auditor'] },
  });
  send = await rest(simulator);
  users = (await send('GET', '/api/v1/users')).body.data.map(({ id }: { id: string }) => id);
});
afterEach(() => simulator.close());

const GROUPS = '/api/v1/groups';
const opsId = async () => (await send('GET', filtered(GROUPS, "displayName eq 'ops'"))).body.data[0].id;

test('POST: creates a group with members and roles, which reads return', async () => {
  const ops = await opsId();
  const members = [{ value: users[0], type: 'User' }, { value: ops }];
  const made = await send('POST', GROUPS, {
    displayName: 'All',
    description: 'd',
    externalId: 'e',
    members,
    roles: ['auditor'],
  });
  expect([made.status, made.body]).toEqual([201, { id: made.body.id, displayName: 'All' }]);
  const { body } = await send('GET', `${GROUPS}/${made.body.id}`);
  expect(body).toMatchObject({ displayName: 'All', description: 'd', externalId: 'e', roles: ['Auditor'] });
  expect(body.members).toEqual([
    { value: users[0], type: 'User', display: 'user00001@example.com' },
    { value: ops, type: 'Group', display: 'Ops' },
  ]);
  expect((await send('GET', `/api/v1/users/${users[0]}`)).body.groups).toEqual([
    { value: made.body.id, display: 'All' },
  ]);
});

test('PATCH: replaces given lists of members and roles, and keeps others', async () => {
  const path = `${GROUPS}/${await opsId()}`;
  await send('PATCH', path, { members: [{ value: users[0] }, { value: users[1] }], roles: ['User'] });
  await send('PATCH', path, { members: [{ value: users[2] }, { value: users[2] }] });
  expect((await send('GET', path)).body).toMatchObject({ members: [{ value: users[2] }], roles: ['User'] });
  await send('PATCH', path, { description: 'later' });
  expect((await send('GET', path)).body).toMatchObject({ members: [{ value: users[2] }], description: 'later' });
  expect((await send('GET', `/api/v1/users/${users[0]}`)).body.groups).toEqual([]);
});

test.each([
  ['used name', { displayName: 'OPS' }, 409],
  ['missing name', { description: 'x' }, 400],
  ['unknown member', { displayName: 'x', members: [{ value: 'nobody' }] }, 400],
  ['unknown role', { displayName: 'x', roles: ['Nope'] }, 400],
  ['unknown attribute', { displayName: 'x', owner: 'x' }, 400],
])('%s: is refused', async (_name, body, status) => {
  expect((await send('POST', GROUPS, body)).status).toBe(status);
  expect(simulator.state().groups).toHaveLength(1);
});

test('member of the wrong type, or the group itself: is refused', async () => {
  const ops = await opsId();
  expect((await send('PATCH', `${GROUPS}/${ops}`, { members: [{ value: users[0], type: 'Group' }] })).status).toBe(400);
  expect((await send('PATCH', `${GROUPS}/${ops}`, { members: [{ value: ops }] })).status).toBe(400);
});

test('DELETE: removes the group, its memberships and its permissions', async () => {
  simulator.admin.addGroup({ displayName: 'Outer', members: ['group:Ops'] });
  simulator.admin.addContainer('C');
  simulator.admin.grant('C', { group: 'Ops' }, 'Edit');
  const path = `${GROUPS}/${await opsId()}`;
  expect((await send('DELETE', path)).status).toBe(204);
  expect((await send('DELETE', path)).status).toBe(404);
  expect(simulator.state()).toMatchObject({
    groups: [{ displayName: 'Outer', members: [] }],
    containerPermissions: [],
  });
});

test('roles: are listed, including the built-in ones', async () => {
  const { body } = await send('GET', '/api/v1/roles?take=2');
  expect(body).toMatchObject({
    total: 4,
    skip: 0,
    take: 2,
    data: [{ name: 'Platform Admin' }, { name: 'Platform User' }],
  });
  const found = (await send('GET', filtered('/api/v1/roles', "name eq 'auditor'"))).body;
  expect(found).toMatchObject({ total: 1, data: [{ name: 'Auditor', id: expect.any(String), description: '' }] });
  expect((await send('POST', '/api/v1/roles', { name: 'x' })).status).toBe(405);
});
