import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type Simulator, type SimulatorOptions, startSimulator } from '../index.js';
import { grant, identity, rest, type Send, send } from '../test-client.js';

let simulator: Simulator;
let call: Send;
const start = async (options: SimulatorOptions = {}) => {
  simulator = await startSimulator({ seedUsers: 2, ...options });
  call = await identity(simulator);
};
beforeEach(() => start());
afterEach(() => simulator.close());

const API = '/identity/api';
const USER = { Name: 'new@example.com', Password: 'Correct-horse-9' };

test('token: has the scope xpmheadless, and another one is refused', async () => {
  const { clientId: client_id, clientSecret: client_secret } = simulator.credentials;
  const form = { grant_type: 'client_credentials', client_id, client_secret };
  const endpoint = `${API}/oauth2/token/xpmplatform`;
  expect((await grant(simulator, endpoint, { ...form, scope: 'xpmheadless' })).body).toMatchObject({
    token_type: 'Bearer',
    scope: 'xpmheadless',
  });
  expect((await grant(simulator, endpoint, { ...form, scope: 'delinea:api:read' })).status).toBe(400);
});

test('credential: none is a 401, and one of another surface a 403', async () => {
  const path = `${API}/Report/RunReport`;
  const none = await send(simulator, 'POST', path, { ID: 'user_all' });
  expect([none.status, none.body.success]).toEqual([401, false]);
  expect((await (await rest(simulator))('POST', path, { ID: 'user_all' })).status).toBe(403);
  expect((await call('GET', '/api/v1/users')).status).toBe(403);
});

test('failure: has the status 200, the whole envelope and no result', async () => {
  const { status, body } = await call('POST', `${API}/UserMgmt/GetUserAttributes`, { ID: 'unknown' });
  expect(status).toBe(200);
  expect(body).toEqual({
    success: false,
    Result: null,
    Message: 'The user was not found.',
    MessageID: null,
    Exception: null,
    ErrorID: null,
    ErrorCode: null,
    IsSoftError: false,
    InnerExceptions: null,
  });
});

test('path: compares without case, and an unknown one is a 404 without a body', async () => {
  expect((await call('POST', `${API}/report/runreport`, { ID: 'user_all' })).body.success).toBe(true);
  const unknown = await call('POST', `${API}/SaasManage/RemoveRole`, {});
  expect([unknown.status, unknown.text]).toEqual([404, '']);
});

test.each([
  ['all', true, true],
  ['users', true, false],
  ['none', false, false],
] as const)('writes exposed to %s: the others are a 404 without a body', async (identityWrites, users, groups) => {
  await simulator.close();
  await start({ identityWrites });
  const user = await call('POST', `${API}/CDirectoryService/CreateUser`, USER);
  const group = await call('POST', `${API}/Roles/StoreRole`, { Name: 'Ops' });
  expect([user.status, group.status]).toEqual([users ? 200 : 404, groups ? 200 : 404]);
  if (!users) expect(user.text).toBe('');
  if (!groups) expect(group.text).toBe('');
  expect(simulator.state().users).toHaveLength(users ? 3 : 2);
  expect((await call('POST', `${API}/Report/RunReport`, { ID: 'user_all' })).status).toBe(200);
});

test('counts: reports are lists, other reads are gets, and neither is a token request', async () => {
  simulator.resetRequests();
  await call('POST', `${API}/Report/RunReport`, { ID: 'all_role' });
  await call('POST', `${API}/Roles/GetRoleMembers?name=Everybody`);
  await call('POST', `${API}/CDirectoryService/CreateUser`, USER);
  expect(simulator.requests).toMatchObject({ lists: 1, gets: 1, writes: 1, tokens: 0 });
});

test('password: is neither in a response nor in the state and the log', async () => {
  const created = await call('POST', `${API}/CDirectoryService/CreateUser`, USER);
  const read = await call('POST', `${API}/UserMgmt/GetUserAttributes`, { ID: created.body.Result });
  const all = [created.text, read.text, JSON.stringify(simulator.state()), JSON.stringify(simulator.log)].join();
  expect(all).toContain('new@example.com');
  expect(all).not.toContain(USER.Password);
});
