import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Simulator, startSimulator } from '../index.js';
import { type Send, secretServer } from '../test-client.js';

let simulator: Simulator;
let send: Send;
beforeEach(async () => {
  simulator = await startSimulator({
    data: { users: [{ userName: 'a' }, { userName: 'b' }], groups: [{ displayName: 'Ops' }], containers: ['Prod'] },
  });
  send = await secretServer(simulator);
});
afterEach(() => simulator.close());

const [A, B] = [2, 3];
const sessions = async (query: string) =>
  (await send('GET', `/v1/recorded-sessions?filter.includeRestricted=true&${query}`)).body.records;
const RESTRICTED = '/v1/secrets?filter.includeRestricted=true';
const bulk = (operation: string, data: object) => send('POST', `/v1/bulk-user-operations/${operation}`, { data });

describe('sessions and check-outs', () => {
  test('sessions: are found by user and state, and end one by one', async () => {
    for (const user of ['a', 'a', 'b']) simulator.admin.openSession(user);
    expect(await sessions(`filter.userIds=${A}&filter.userIds=${B}`)).toHaveLength(3);
    const [first] = await sessions(`filter.active=true&filter.userIds=${A}`);
    expect(first).toMatchObject({ secretSessionId: 1, userId: A, userName: 'a', active: true });
    const end = { action: 'Terminate', secretSessionId: 1 };
    expect((await send('PATCH', '/v1/secrets/launcher-sessions', end)).body).toEqual({ success: true });
    expect(await sessions(`filter.active=true&filter.userIds=${A}`)).toMatchObject([{ secretSessionId: 2 }]);
    expect((await send('PATCH', '/v1/secrets/launcher-sessions', end)).status).toBe(400);
    expect((await send('PATCH', '/v1/secrets/launcher-sessions', { ...end, action: 'Stop' })).status).toBe(400);
    expect((await send('GET', '/v1/recorded-sessions')).body.records).toEqual([]);
  });

  test('sessions: stay open after a deactivation', async () => {
    simulator.admin.openSession('a');
    await send('PATCH', `/v1/users/${A}`, { enabled: { dirty: true, value: false } });
    expect(await sessions(`filter.active=true&filter.userIds=${A}`)).toHaveLength(1);
  });

  test('check-outs: are rows of secrets, and end with a check-in', async () => {
    simulator.admin.openCheckout('a');
    const force = { forceCheckIn: true };
    expect((await send('POST', '/v1/secrets/1/check-in', {})).status).toBe(400);
    expect((await send('GET', '/v1/secrets')).body.records).toEqual([]);
    const [row] = (await send('GET', RESTRICTED)).body.records;
    expect(row).toMatchObject({
      id: 1,
      checkedOut: true,
      checkOutEnabled: true,
      checkOutUserId: A,
      checkOutUserName: 'a',
    });
    expect((await send('POST', '/v1/secrets/1/check-in', force)).status).toBe(200);
    expect((await send('GET', RESTRICTED)).body.records).toMatchObject([{ checkedOut: false, checkOutUserId: -1 }]);
    expect((await send('POST', '/v1/secrets/1/check-in', force)).status).toBe(400);
  });
});

describe('bulk operations', () => {
  test('force-logout: ends all sessions of the users, and its progress is complete', async () => {
    for (const user of ['a', 'a', 'b']) simulator.admin.openSession(user);
    const { bulkOperationId } = (await bulk('force-logout', { userIds: [A] })).body;
    expect(await sessions('filter.active=true')).toMatchObject([{ userId: B }]);
    const { body } = await send('GET', `/v1/bulk-operations/${bulkOperationId}/progress`);
    expect(body).toMatchObject({ identifier: bulkOperationId, isComplete: true, percentageComplete: 100, errors: [] });
    expect((await send('GET', '/v1/bulk-operations/none/progress')).status).toBe(404);
  });

  test('disable, lock and add-to-group: change the users', async () => {
    await bulk('lock', { userIds: [A] });
    expect((await send('GET', `/v1/users/${A}`)).body.isLockedOut).toBe(true);
    await bulk('add-to-group', { userIds: [A, B], groupId: 5 });
    expect(simulator.state().groups[0]?.members).toEqual(['a', 'b']);
    await bulk('disable', { userIds: [B] });
    expect(simulator.state().users.map(({ active }) => active)).toEqual([true, false]);
    expect((await bulk('disable', { userIds: [99] })).status).toBe(400);
    expect((await bulk('add-to-group', { userIds: [A] })).status).toBe(400);
  });
});

test('audits: have the writes of each kind with the account', async () => {
  const displayName = simulator.credentials.secretServerUser;
  await send('PATCH', `/v1/users/${A}`, { displayName: { dirty: true, value: 'Ada' } });
  await send('PUT', '/v1/groups/5/users', { userIds: [A] });
  await send('POST', `/v1/users/${A}/roles`, { roleIds: [1] });
  const rights = { folderAccessRoleName: 'View', secretAccessRoleName: null, breakInheritance: false };
  await send('POST', '/v1/folder-permissions', { folderId: 1, userId: A, ...rights });
  const audits = async (path: string) => (await send('GET', path)).body.records;
  expect(await audits(`/v1/users/${A}/audit`)).toMatchObject([
    { action: 'UPDATE', displayName, userId: 1, userIdAffected: A, displayNameAffected: 'Ada', notes: 'displayName' },
  ]);
  expect(await audits('/v1/groups/audit')).toMatchObject([{ userDisplayName: displayName, notes: 'Ops' }]);
  expect(await audits('/v1/role-audits')).toMatchObject([{ action: 'ASSIGN', userName: displayName }]);
  expect(await audits('/v1/folders/1/audit')).toMatchObject([{ displayName, notes: 'Ada' }]);
  expect(await audits(`/v1/users/${B}/audit`)).toEqual([]);
});
