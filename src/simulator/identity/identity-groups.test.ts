import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Simulator, startSimulator } from '../index.js';
import { identity, type Send } from '../test-client.js';

let simulator: Simulator;
let send: Send;
beforeEach(async () => {
  simulator = await startSimulator({
    seedUsers: 2,
    data: { groups: [{ displayName: 'Ops' }, { displayName: 'Dev' }] },
  });
  send = await identity(simulator);
});
afterEach(() => simulator.close());

const call = async (path: string, args?: object) => (await send('POST', `/identity/api/${path}`, args)).body;
const groupId = (name: string) =>
  simulator
    .state()
    .groups.find(({ displayName }) => displayName === name)!
    .id.replaceAll('-', '_');
const userId = (number: number) => simulator.state().users[number]!.id;
const group = (name: string) => simulator.state().groups.find(({ displayName }) => displayName === name);
const members = async (id: string) =>
  (await call(`Roles/GetRoleMembers?name=${id}`)).Result.Results.map(({ Row }: { Row: object }) => Row);

test('create: returns an id with underscores, and a name in use fails', async () => {
  const made = await call('Roles/StoreRole', { Name: 'Audit', Description: 'reads' });
  expect(made.Result).toMatch(/^[0-9a-f]{8}(_[0-9a-f]{4}){3}_[0-9a-f]{12}$/);
  expect(group('Audit')).toMatchObject({ description: 'reads', members: [] });
  expect((await call('Roles/StoreRole', { Name: 'audit' })).success).toBe(false);
  expect((await call('Roles/StoreRole', { Name: 'everybody' })).success).toBe(false);
});

test('members: are added and deleted by one call, users by UUID and groups by id', async () => {
  const id = groupId('Ops');
  await call('Roles/UpdateRole', {
    Name: id,
    Users: { Add: [userId(0), userId(1)] },
    Roles: { Add: [groupId('Dev')] },
  });
  expect(await members(id)).toEqual([
    { Guid: userId(0), Name: 'user00001@example.com', Type: 'User' },
    { Guid: userId(1), Name: 'user00002@example.com', Type: 'User' },
    { Guid: groupId('Dev'), Name: 'Dev', Type: 'Role' },
  ]);
  await call('Roles/UpdateRole', { Name: id, Users: { Delete: [userId(0)] } });
  expect(group('Ops')?.members).toEqual(['group:Dev', 'user00002@example.com']);
});

test('unknown member: fails the whole call', async () => {
  const args = { Name: groupId('Ops'), Users: { Add: [userId(0), 'unknown'] } };
  expect((await call('Roles/UpdateRole', args)).success).toBe(false);
  expect(group('Ops')?.members).toEqual([]);
});

test('group itself as its member: fails', async () => {
  expect((await call('Roles/UpdateRole', { Name: groupId('Ops'), Roles: { Add: [groupId('Ops')] } })).success).toBe(
    false,
  );
});

test('rename: keeps the members, and a name in use fails', async () => {
  simulator.admin.addMember('Ops', 'user00001@example.com');
  await call('Roles/UpdateRole', { Name: groupId('Ops'), NewName: 'Operations', Description: 'd' });
  expect(group('Operations')).toMatchObject({ description: 'd', members: ['user00001@example.com'] });
  expect((await call('Roles/UpdateRole', { Name: groupId('Dev'), NewName: 'operations' })).success).toBe(false);
});

test('UpdateLocalGroup: deletes users, and fails for what nobody has seen it do', async () => {
  simulator.admin.addMember('Ops', 'user00001@example.com');
  const args = { Name: groupId('Ops'), Users: { Delete: [userId(0)] }, Roles: { Delete: [] }, Groups: {} };
  expect((await call('LocalGroups/UpdateLocalGroup', args)).success).toBe(true);
  expect(group('Ops')?.members).toEqual([]);
  expect((await call('LocalGroups/UpdateLocalGroup', { ...args, Roles: { Add: ['User'] } })).success).toBe(false);
  expect((await call('LocalGroups/UpdateLocalGroup', { ...args, Users: { Add: [userId(0)] } })).success).toBe(false);
});

describe.each(['Everybody', 'sysadmin'])('system group %s', (id) => {
  test('is listed without members and cannot be changed', async () => {
    const { Result } = await call('Report/RunReport', { ID: 'all_role' });
    expect(Result.Results.map(({ Row }: { Row: { ID: string } }) => Row.ID)).toContain(id);
    expect(await members(id)).toEqual([]);
    for (const change of [{ NewName: 'Other' }, { Users: { Add: [userId(0)] } }]) {
      expect((await call('Roles/UpdateRole', { Name: id, ...change })).success).toBe(false);
    }
  });
});
