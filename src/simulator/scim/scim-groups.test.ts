import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type Simulator, startSimulator } from '../index.js';
import { filtered, patchOp, type Send, scim } from '../test-client.js';

let simulator: Simulator;
let send: Send;
let path: string;
let users: string[];
beforeEach(async () => {
  simulator = await startSimulator({
    seedUsers: 3,
    data: { groups: [{ displayName: 'Ops' }, { displayName: 'Inner' }] },
  });
  simulator.admin.addMember('Ops', 'user00001@example.com');
  simulator.admin.addMember('Ops', 'user00002@example.com');
  send = scim(simulator);
  users = (await send('GET', '/scim/v2/Users')).body.Resources.map(({ id }: { id: string }) => id);
  path = `${GROUPS}/${await groupId('Ops')}`;
});
afterEach(() => simulator.close());

const GROUPS = '/scim/v2/Groups';
const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const groupId = async (name: string) =>
  (await send('GET', filtered(GROUPS, `displayName eq "${name}"`))).body.Resources[0].id;
const members = async () => (await send('GET', path)).body.members.map(({ value }: { value: string }) => value);

test('POST: creates a group with nested members, which reads return', async () => {
  const inner = await groupId('Inner');
  const sent = {
    schemas: [GROUP],
    displayName: 'New',
    description: 'd',
    externalId: 'e',
    members: [{ value: inner, type: 'Group' }],
  };
  const { status, body, headers } = await send('POST', GROUPS, sent);
  expect([status, headers.get('location')]).toEqual([201, `${simulator.url}${GROUPS}/${body.id}`]);
  expect((await send('GET', `${GROUPS}/${body.id}`)).body).toMatchObject({
    ...sent,
    members: [{ value: inner, display: 'Inner' }],
  });
  const lean = (await send('GET', `${GROUPS}/${body.id}?excludedAttributes=members`)).body;
  expect(lean).not.toHaveProperty('members');
});

test.each([
  ['used displayName', { displayName: 'OPS' }, 409],
  ['missing displayName', {}, 400],
  ['unknown member', { displayName: 'x', members: [{ value: 'nobody' }] }, 400],
])('%s: is refused', async (_name, fields, status) => {
  expect((await send('POST', GROUPS, { schemas: [GROUP], ...fields })).status).toBe(status);
});

test('PATCH: adds a member once and removes one by a value filter', async () => {
  const add = { op: 'Add', path: 'members', value: [{ value: users[0] }, { value: users[2] }] };
  expect((await send('PATCH', path, patchOp(add))).status).toBe(204);
  expect(await members()).toEqual(users);
  await send('PATCH', path, patchOp({ op: 'remove', path: `members[value eq "${users[1]}"]` }));
  expect(await members()).toEqual([users[0], users[2]]);
});

test('replace: sets the whole list, also without a path', async () => {
  await send('PATCH', path, patchOp({ op: 'replace', path: 'members', value: [{ value: users[2] }] }));
  expect(await members()).toEqual([users[2]]);
  await send(
    'PATCH',
    path,
    patchOp({ op: 'replace', value: { members: [], displayName: 'Renamed', description: 'd' } }),
  );
  expect((await send('GET', path)).body).toMatchObject({ members: [], displayName: 'Renamed', description: 'd' });
});

test('remove on members: empties the group, even with a value', async () => {
  await send('PATCH', path, patchOp({ op: 'Remove', path: 'members', value: [{ value: users[0] }] }));
  expect(await members()).toEqual([]);
});

test.each([
  [{ op: 'add', path: 'members', value: [{ value: 'nobody' }] }, 400, 'invalidValue'],
  [{ op: 'remove' }, 400, 'noTarget'],
  [{ op: 'replace', path: 'roles', value: [] }, 400, 'invalidPath'],
  [{ op: 'remove', path: 'members[display eq "x"]' }, 400, 'invalidFilter'],
  [{ op: 'remove', path: 'displayName' }, 400, 'invalidValue'],
  [{ op: 'replace', path: 'displayName', value: 'Inner' }, 409, 'uniqueness'],
])('%j: is refused, and the request changes nothing', async (operation, status, scimType) => {
  const before = simulator.state();
  const answer = await send('PATCH', path, patchOp({ op: 'remove', path: 'members' }, operation));
  expect([answer.status, answer.body.scimType]).toEqual([status, scimType]);
  expect(simulator.state()).toEqual(before);
});

test('without PATCH: shows it, PATCH is a 501, and PUT replaces the whole group', async () => {
  simulator.faults.set({ withoutPatch: true });
  expect((await send('GET', '/scim/v2/ServiceProviderConfig')).body.patch).toEqual({ supported: false });
  expect((await send('PATCH', path, patchOp({ op: 'remove', path: 'members' }))).status).toBe(501);
  const kept = await send('GET', path);
  const put = await send('PUT', path, { ...kept.body, description: 'd', members: [{ value: users[2] }] });
  expect([put.status, put.body.description, await members()]).toEqual([200, 'd', [users[2]]]);
  await send('PUT', path, { schemas: [GROUP], displayName: 'Ops' });
  expect([await members(), (await send('GET', path)).body.description]).toEqual([[], undefined]);
  expect((await send('PUT', path, { schemas: [GROUP], displayName: 'INNER' })).status).toBe(409);
});

test('PUT: is refused; DELETE: is permanent', async () => {
  expect((await send('PUT', path, { schemas: [GROUP], displayName: 'x' })).status).toBe(405);
  expect((await send('DELETE', path)).status).toBe(204);
  expect((await send('DELETE', path)).status).toBe(404);
});
