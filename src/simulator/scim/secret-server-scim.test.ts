import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type Simulator, startSimulator } from '../index.js';
import { filtered, patchOp, rest, type Send, scim, secretServerScim } from '../test-client.js';

let simulator: Simulator;
let send: Send;
beforeEach(async () => {
  const groups = [{ displayName: 'Ops', members: ['user00001@example.com', 'group:Dev'] }, { displayName: 'Dev' }];
  simulator = await startSimulator({ seedUsers: 2, data: { groups } });
  send = secretServerScim(simulator);
});
afterEach(() => simulator.close());

const BASE = '/SecretServer/api/v1/scim';
const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const user = async (name: string) =>
  (await send('GET', filtered(`${BASE}/Users`, `userName eq "${name}"`))).body.Resources[0];
const group = async (name: string) =>
  (await send('GET', filtered(`${BASE}/Groups`, `displayName eq "${name}"`))).body.Resources[0];

test('token: is valid on this surface only', async () => {
  expect((await send('GET', `${BASE}/Users`)).status).toBe(200);
  expect((await send('GET', '/scim/v2/Users')).status).toBe(401);
  expect((await send('GET', '/SCIMConnector/v2/Users')).status).toBe(401);
  expect((await scim(simulator)('GET', `${BASE}/Users`)).status).toBe(401);
  const refused = await (await rest(simulator))('GET', `${BASE}/Users`);
  expect([refused.status, refused.body.schemas]).toEqual([401, ['urn:ietf:params:scim:api:messages:2.0:Error']]);
});

test('ids: have the form of a UUID and are none of the Platform', async () => {
  const { id } = await user('user00001@example.com');
  expect(id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  expect((await scim(simulator)('GET', `/scim/v2/Users/${id}`)).status).toBe(404);
  expect((await send('GET', `${BASE}/Users/${id}`)).body).toMatchObject({
    userName: 'user00001@example.com',
    meta: { location: `${simulator.url}${BASE}/Users/${id}` },
  });
});

test('create: answers partially, and a userName in use is a conflict with and without externalId', async () => {
  const body = { schemas: [USER], userName: 'new@example.com' };
  const made = await send('POST', `${BASE}/Users`, body);
  expect(made.status).toBe(201);
  expect(made.body).toMatchObject({ userName: 'new@example.com', active: true, meta: { resourceType: 'User' } });
  expect((await send('POST', `${BASE}/Users`, body)).status).toBe(409);
  expect((await send('POST', `${BASE}/Users`, { ...body, externalId: 'e' })).status).toBe(409);
});

test('PATCH: accepts capitalised operations and answers 200 with the user', async () => {
  const { id } = await user('user00001@example.com');
  const body = patchOp(
    { op: 'Replace', path: 'active', value: false },
    { op: 'Replace', path: 'displayName', value: 'Gone' },
  );
  const answer = await send('PATCH', `${BASE}/Users/${id}`, body);
  expect([answer.status, answer.body.active, answer.body.displayName]).toEqual([200, false, 'Gone']);
});

test('PUT: replaces the whole user, without making a duplicate', async () => {
  const { id } = await user('user00001@example.com');
  const put = (body: object) =>
    send('PUT', `${BASE}/Users/${id}`, { schemas: [USER], userName: 'user00001@example.com', ...body });
  await put({ externalId: 'e', displayName: 'One' });
  expect((await put({})).body).not.toHaveProperty('displayName');
  expect(simulator.state().users).toHaveLength(2);
});

test('DELETE: removes the user for good', async () => {
  const { id } = await user('user00001@example.com');
  expect((await send('DELETE', `${BASE}/Users/${id}`)).status).toBe(204);
  expect((await send('DELETE', `${BASE}/Users/${id}`)).status).toBe(404);
  expect(simulator.state().users).toHaveLength(1);
});

test('groups: list users only, are replaced by PUT, and do not nest', async () => {
  const [ops, dev, other] = [await group('Ops'), await group('Dev'), await user('user00002@example.com')];
  expect(ops.members.map(({ display }: { display: string }) => display)).toEqual(['user00001@example.com']);
  const put = (members: object[]) =>
    send('PUT', `${BASE}/Groups/${ops.id}`, { schemas: [GROUP], displayName: 'Operations', members });
  expect((await put([{ value: dev.id }])).status).toBe(400);
  const saved = await put([{ value: other.id }]);
  expect(saved.body).toMatchObject({ displayName: 'Operations', members: [{ value: other.id, type: 'User' }] });
});

test('discovery: has schemas, and bulk is announced but not simulated', async () => {
  expect((await send('GET', `${BASE}/ServiceProviderConfig`)).body).toMatchObject({
    bulk: { supported: true },
    patch: { supported: true },
  });
  expect((await send('GET', `${BASE}/Schemas`)).body.totalResults).toBe(3);
  expect((await send('POST', `${BASE}/Bulk`, {})).status).toBe(501);
  expect((await send('GET', `${BASE}/Containers`)).status).toBe(404);
});
