import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type Simulator, startSimulator } from '../index.js';
import { identity, type Send } from '../test-client.js';

let simulator: Simulator;
let send: Send;
beforeEach(async () => {
  simulator = await startSimulator({
    seedUsers: 2,
    data: { groups: [{ displayName: 'Ops', members: ['user00001@example.com'] }] },
  });
  send = await identity(simulator);
});
afterEach(() => simulator.close());

const call = async (path: string, args: object) => (await send('POST', `/identity/api/${path}`, args)).body;
const create = (args: object) => call('CDirectoryService/CreateUser', { Password: 'Correct-horse-9', ...args });
const NEW = { Name: 'New@example.com', Mail: 'n@example.org', DisplayName: 'New', Description: 'by hand' };

test('create: returns the UUID, by which the attributes are read', async () => {
  const id = (await create({ ...NEW, ForcePasswordChangeNextLogin: true, confirmPassword: 'Correct-horse-9' })).Result;
  expect(id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  expect((await call('UserMgmt/GetUserAttributes', { ID: id })).Result).toEqual(NEW);
  expect(simulator.state().users).toContainEqual({
    id,
    userName: 'New@example.com',
    displayName: 'New',
    emails: [{ value: 'n@example.org', primary: true }],
    active: true,
    roles: [],
  });
});

test.each([
  ['a name in use, in another case', { Name: 'USER00001@example.com' }, 'exists'],
  ['a name without a suffix', { Name: 'new' }, 'name@suffix'],
  ['no name', {}, "'Name' is missing"],
  ['no password', { Name: 'a@b', Password: '' }, "'Password' is missing"],
])('create with %s: fails', async (_case, args, message) => {
  expect(await create(args)).toMatchObject({ success: false, Message: expect.stringContaining(message) });
  expect(simulator.state().users).toHaveLength(2);
});

test('change: changes only what it names, and an empty text clears', async () => {
  const id = (await create(NEW)).Result;
  expect(await call('CDirectoryService/ChangeUser', { ID: id, DisplayName: 'Newer' })).toMatchObject({ success: true });
  expect((await call('UserMgmt/GetUserAttributes', { ID: id })).Result).toEqual({ ...NEW, DisplayName: 'Newer' });
  await call('CDirectoryService/ChangeUser', { ID: id, Mail: '', Name: 'newest@example.com' });
  expect((await call('UserMgmt/GetUserAttributes', { ID: id })).Result).toMatchObject({
    Name: 'newest@example.com',
    Mail: '',
  });
  const clash = await call('CDirectoryService/ChangeUser', { ID: id, Name: 'user00001@example.com' });
  expect(clash.success).toBe(false);
});

test('remove: removes users with their memberships, or none if one is unknown', async () => {
  const [first] = simulator.state().users;
  expect((await call('UserMgmt/RemoveUsers', { Users: [first!.id, 'unknown'] })).success).toBe(false);
  expect(simulator.state().users).toHaveLength(2);
  expect((await call('UserMgmt/RemoveUsers', { Users: [first!.id] })).success).toBe(true);
  expect(simulator.state().users.map(({ userName }) => userName)).toEqual(['user00002@example.com']);
  expect(simulator.state().groups[0]!.members).toEqual([]);
});
