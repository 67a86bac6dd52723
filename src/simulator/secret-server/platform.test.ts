import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Simulator, startSimulator } from '../index.js';
import { rest, type Send, secretServer } from '../test-client.js';

const data = {
  users: [{ userName: 'a', domain: 'corp' }, { userName: 'b' }],
  groups: [{ displayName: 'Ops', members: ['a'], domain: 'corp' }, { displayName: 'Dev' }],
  containers: ['Prod'],
};
let simulator: Simulator;
let send: Send;
afterEach(() => simulator.close());

const [A, OPS, DEV] = [2, 5, 6];
const RENAME = { displayName: { dirty: true, value: 'x' } };
const total = async (path: string) => (await send('GET', path)).body.total;

describe('mirror', () => {
  beforeEach(async () => {
    simulator = await startSimulator({ data, secretServer: 'mirror' });
    send = await secretServer(simulator);
  });

  test('synchronisation: brings the changes of the Platform', async () => {
    const platform = await rest(simulator);
    const { id } = (await platform('POST', '/api/v1/users', { userName: 'new' })).body;
    simulator.admin.addMember('Ops', 'b');
    simulator.admin.deleteUser('a');
    expect(await total('/v1/users')).toBe(2);
    expect((await send('GET', `/v1/users/platform/${id}`)).status).toBe(404);
    const grant = { folderId: 1, userId: 4, folderAccessRoleName: 'View' };
    expect((await send('POST', '/v1/folder-permissions', grant)).status).toBe(400);
    expect((await send('POST', '/v1/platform/synchronization-now')).body).toBe(true);
    expect((await send('GET', '/v1/platform/synchronization')).body).toMatchObject({ errorCount: 0 });
    expect(await total('/v1/users')).toBe(2);
    expect(await total(`/v1/users?filter.searchText=a&filter.includeInactive=true`)).toBe(1);
    expect((await send('GET', `/v1/users/platform/${id}`)).body).toMatchObject({
      id: 4,
      userName: 'new',
      externalUserSource: 'Platform',
    });
    expect(await total(`/v1/groups/${OPS}/users`)).toBe(1);
    expect((await send('POST', '/v1/folder-permissions', grant)).status).toBe(200);
  });

  test.each([
    ['PATCH', `/v1/users/${A}`, RENAME, 400],
    ['PATCH', `/v1/users/${A}`, { enabled: { dirty: true, value: false } }, 400],
    ['PATCH', `/v1/users/${A}`, { isLockedOut: { dirty: true, value: true } }, 200],
    ['DELETE', `/v1/users/${A}`, undefined, 400],
    ['POST', '/v1/users', { userName: 'c', password: 'long-enough', displayName: 'C' }, 403],
    ['POST', '/v1/groups', { name: 'c', enabled: true }, 403],
    ['PATCH', `/v1/groups/${OPS}`, { data: { name: { dirty: true, value: 'x' } } }, 400],
    ['PUT', `/v1/groups/${OPS}/users`, { userIds: [] }, 400],
    ['POST', '/v1/roles', { name: 'c', enabled: true }, 403],
    ['PUT', `/v1/users/${A}/roles`, { roleIds: [] }, 403],
    ['PUT', `/v2/groups/${OPS}/roles`, { roleIds: [] }, 403],
    ['POST', '/v1/bulk-user-operations/disable', { data: { userIds: [A] } }, 400],
  ])('%s %s %j: is a %i', async (method, path, body, status) => {
    const before = JSON.stringify(simulator.state());
    const { status: returned, body: sent } = await send(method, path, body);
    expect(returned).toBe(status);
    if (status === 403) expect(Object.keys(sent)).toEqual(['message']);
    expect(JSON.stringify(simulator.state())).toBe(before);
  });

  test('groups: come from the Platform', async () => {
    expect((await send('GET', `/v1/groups/${DEV}`)).body).toMatchObject({ isPlatform: true, canEditMembers: false });
    expect(await total('/v1/groups?filter.platformOnly=true')).toBe(2);
  });
});

describe('standalone', () => {
  beforeEach(async () => {
    simulator = await startSimulator({ data });
    send = await secretServer(simulator);
  });

  test('users and groups of a domain: are not changed here, unlike local ones', async () => {
    expect((await send('GET', '/v1/users?take=1')).body.records).toMatchObject([{ domainId: 1, domainName: 'corp' }]);
    expect((await send('PATCH', `/v1/users/${A}`, RENAME)).status).toBe(400);
    expect((await send('PATCH', '/v1/users/3', RENAME)).status).toBe(200);
    expect((await send('GET', `/v1/groups/${OPS}`)).body).toMatchObject({ synchronized: true, canEditMembers: false });
    expect((await send('PUT', `/v1/groups/${OPS}/users`, { userIds: [] })).status).toBe(400);
    expect((await send('PUT', `/v1/groups/${DEV}/users`, { userIds: [A] })).status).toBe(200);
  });

  test('synchronisation: is a 400, and its status is empty', async () => {
    expect((await send('POST', '/v1/platform/synchronization-now')).status).toBe(400);
    expect((await send('GET', '/v1/platform/synchronization')).body.startDateTime).toBeNull();
    expect(await total('/v1/groups?filter.platformOnly=true')).toBe(0);
  });
});
