import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Simulator, startSimulator } from '../index.js';
import { connector, grant, rest, scim, secretServer, send } from '../test-client.js';

let simulator: Simulator;
beforeEach(async () => {
  simulator = await startSimulator({ seedUsers: 1 });
});
afterEach(() => simulator.close());

const TOKEN = '/SecretServer/oauth2/token';
const USERS = '/SecretServer/api/v1/users';
const EXPIRED = { message: 'Authentication failed or expired token.' };
const password = (change = {}) => {
  const { secretServerUser: username, secretServerPassword } = simulator.credentials;
  return { grant_type: 'password', username, password: secretServerPassword, ...change };
};
const get = (token: string, path = USERS) =>
  send(simulator, 'GET', path, undefined, { authorization: `Bearer ${token}` });

describe('token', () => {
  test('password and client credentials: give access', async () => {
    const { secretServerClientId: client_id, secretServerClientSecret: client_secret } = simulator.credentials;
    for (const form of [password(), { grant_type: 'client_credentials', client_id, client_secret }]) {
      const { status, body } = await grant(simulator, TOKEN, form);
      expect([status, body.token_type, body.expires_in]).toEqual([200, 'bearer', 3600]);
      expect((await get(body.access_token)).status).toBe(200);
    }
  });

  test.each([
    [{ password: 'wrong' }],
    [{ username: 'nobody' }],
    [{ domain: 'corp' }],
    [{ grant_type: 'client_credentials' }],
    [{ grant_type: 'magic' }],
  ])('%j: is denied with a body that has only an error', async (change) => {
    const { status, body } = await grant(simulator, TOKEN, password(change));
    expect([status, body]).toEqual([400, { error: 'Login failed.' }]);
  });

  test('domain: must be that of the account', async () => {
    const other = await startSimulator({ credentials: { secretServerDomain: 'corp' } });
    expect((await grant(other, TOKEN, password())).status).toBe(400);
    expect((await grant(other, TOKEN, password({ domain: 'corp' }))).status).toBe(200);
    await other.close();
  });

  test('token of the Platform: is accepted with the scope xpmheadless only', async () => {
    const { clientId: client_id, clientSecret: client_secret } = simulator.credentials;
    const form = { grant_type: 'client_credentials', client_id, client_secret, scope: 'xpmheadless' };
    const { body } = await grant(simulator, '/identity/api/oauth2/token/xpmplatform', form);
    expect((await get(body.access_token)).status).toBe(200);
    for (const other of [await rest(simulator), await connector(simulator), scim(simulator)]) {
      expect((await other('GET', USERS)).status).toBe(401);
    }
  });

  test('own token: is a 401 on the other surfaces', async () => {
    const { access_token } = (await grant(simulator, TOKEN, password())).body;
    expect((await get(access_token, '/api/v1/users')).status).toBe(401);
    expect((await get(access_token, '/scim/v2/Users')).status).toBe(401);
  });
});

describe('end of a token', () => {
  test('oauth-expiration: afterwards a 403 with the one body of an expired token', async () => {
    const client = await secretServer(simulator);
    expect((await client('POST', '/v1/oauth-expiration')).status).toBe(200);
    const { status, body } = await client('GET', '/v1/users');
    expect([status, body]).toEqual([403, EXPIRED]);
    expect((await (await secretServer(simulator))('GET', '/v1/users')).status).toBe(200);
  });

  test('lifetime: an expired token is a 403, an invalid or revoked one a 401', async () => {
    simulator.faults.set({ tokenLifeS: 0 });
    expect((await (await secretServer(simulator))('GET', '/v1/users')).body).toEqual(EXPIRED);
    simulator.faults.clear();
    expect((await get('wrong')).status).toBe(401);
    simulator.faults.set({ tokenLifeS: 0 });
    expect((await (await rest(simulator))('GET', USERS)).status).toBe(401);
    simulator.faults.clear();
    const client = await secretServer(simulator);
    simulator.revokeTokens();
    expect((await client('GET', '/v1/users')).status).toBe(401);
  });
});

test('users/current: the account, which is a user of the directory if it has its name', async () => {
  const own = simulator.credentials.secretServerUser;
  expect((await (await secretServer(simulator))('GET', '/v1/users/current')).body).toMatchObject({
    id: 1,
    userName: own,
  });
  simulator.admin.addUser({ userName: own });
  const client = await secretServer(simulator);
  expect((await client('GET', '/v1/users/current')).body).toMatchObject({ id: 3, userName: own });
  await client('POST', '/v1/folders', {
    folderName: 'Own',
    folderTypeId: 1,
    parentFolderId: -1,
    inheritPermissions: false,
  });
  expect(simulator.state().containerPermissions).toMatchObject([{ container: 'Own', user: own, right: 'Owner' }]);
});

test('healthcheck: needs no token', async () => {
  expect((await send(simulator, 'GET', '/SecretServer/api/v1/healthcheck')).body).toEqual({ healthy: true });
});
