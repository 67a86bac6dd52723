import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Simulator, startSimulator } from '../index.js';
import { connector, grant, rest, scim, send } from '../test-client.js';

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator({ seedUsers: 1 });
});
afterAll(() => simulator.close());

const REST = '/identity/connect/token';
const CONNECTOR = '/identity/api/oauth2/token/xpmplatform';
const login = (change: Record<string, string> = {}) => ({
  grant_type: 'client_credentials',
  client_id: simulator.credentials.clientId,
  client_secret: simulator.credentials.clientSecret,
  scope: 'delinea:api:read',
  ...change,
});

test('grant: returns token, type, lifetime and scope, also for several scopes', async () => {
  const { status, body } = await grant(simulator, REST, login({ scope: 'delinea:api:read delinea:api:write' }));
  expect(status).toBe(200);
  expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 3600, scope: 'delinea:api:read delinea:api:write' });
  expect(body.access_token.length).toBeGreaterThan(20);
});

test.each([
  ['wrong secret', { client_secret: 'wrong' }, 401, 'invalid_client'],
  ['unknown client', { client_id: 'nobody' }, 401, 'invalid_client'],
  ['unknown scope', { scope: 'delinea:api:read everything' }, 400, 'invalid_scope'],
  ['no scope', { scope: '' }, 400, 'invalid_scope'],
  ["the connector's scope", { scope: 'xpm.platform' }, 400, 'invalid_scope'],
  ['another grant', { grant_type: 'password' }, 400, 'unsupported_grant_type'],
])('%s: is refused', async (_name, change, status, error) => {
  const answer = await grant(simulator, REST, login(change));
  expect(answer.status).toBe(status);
  expect(answer.body.error).toBe(error);
  expect(answer.text).not.toContain(simulator.credentials.clientSecret);
});

test('grant: must be a form, sent by POST', async () => {
  expect((await send(simulator, 'POST', REST, login())).body.error).toBe('invalid_request');
  expect((await send(simulator, 'GET', REST)).status).toBe(405);
});

test("connector's endpoint: accepts only its service user and scope", async () => {
  const form = login({
    client_id: simulator.credentials.serviceUser,
    client_secret: simulator.credentials.servicePassword,
  });
  expect((await grant(simulator, CONNECTOR, form)).body.error).toBe('invalid_scope');
  expect((await grant(simulator, CONNECTOR, login({ scope: 'xpm.platform' }))).body.error).toBe('invalid_client');
  expect((await grant(simulator, CONNECTOR, { ...form, scope: 'xpm.platform' })).status).toBe(200);
});

test('credential: gives access to its own surface only', async () => {
  const [onRest, onConnector, onScim] = [await rest(simulator), await connector(simulator), scim(simulator)];
  expect((await onRest('GET', '/api/v1/users')).status).toBe(200);
  expect((await onRest('GET', '/scim/v2/Users')).status).toBe(403);
  expect((await onConnector('GET', '/api/v1/users')).status).toBe(403);
  expect((await onScim('GET', '/api/v1/users')).status).toBe(401);
  expect((await onScim('GET', '/scim/v2/Containers')).status).toBe(404);
  expect((await onConnector('GET', '/scim/v2/Containers')).status).toBe(200);
});

test('missing, wrong or revoked token: is a 401 with the error body of the surface', async () => {
  const wrong = { authorization: 'Bearer wrong' };
  const onRest = await send(simulator, 'GET', '/api/v1/users', undefined, wrong);
  expect(onRest.status).toBe(401);
  expect(onRest.headers.get('www-authenticate')).toContain('Bearer');
  expect(onRest.body).toHaveProperty('message');
  const onScim = await send(simulator, 'GET', '/scim/v2/Users');
  expect(onScim.status).toBe(401);
  expect(onScim.body).toMatchObject({ schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'], status: '401' });
  const revoked = await rest(simulator);
  simulator.revokeTokens();
  expect((await revoked('GET', '/api/v1/users')).status).toBe(401);
  expect((await scim(simulator)('GET', '/scim/v2/Users')).status).toBe(200);
});

test('scope: does not include others', async () => {
  const reader = await rest(simulator, 'delinea:api:read');
  const writer = await rest(simulator, 'delinea:api:write');
  const admin = await rest(simulator, 'delinea:api:admin');
  const { body } = await reader('GET', '/api/v1/users');
  const path = `/api/v1/users/${body.data[0].id}`;
  expect((await reader('PATCH', path, { title: 'x' })).status).toBe(403);
  expect((await reader('DELETE', path)).status).toBe(403);
  expect((await writer('GET', path)).status).toBe(403);
  expect((await writer('PATCH', path, { title: 'x' })).status).toBe(200);
  expect((await writer('PATCH', path, { roles: ['User'] })).status).toBe(403);
  expect((await admin('PATCH', path, { roles: ['User'] })).status).toBe(200);
  expect((await admin('PATCH', path, { roles: [], title: 'y' })).status).toBe(403);
  expect((await admin('GET', path)).status).toBe(403);
});
