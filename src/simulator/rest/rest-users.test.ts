import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Simulator, startSimulator } from '../index.js';
import { filtered, rest, type Send } from '../test-client.js';

let simulator: Simulator;
let send: Send;
beforeEach(async () => {
  simulator = await startSimulator({
    seedUsers: 60,
    data: { users: [{ userName: "o'hara@example.com", displayName: "O'Hara", roles: ['User'] }] },
  });
  send = await rest(simulator);
});
afterEach(() => simulator.close());

const USERS = '/api/v1/users';
const idOf = async (name: string) => (await send('GET', filtered(USERS, `userName eq '${name}'`))).body.data[0]?.id;

describe('lists', () => {
  test('pages: by skip and take, 25 by default', async () => {
    const first = (await send('GET', USERS)).body;
    expect(first).toMatchObject({ total: 61, skip: 0, take: 25 });
    const last = (await send('GET', `${USERS}?skip=50&take=25`)).body;
    expect(last.data).toHaveLength(11);
    expect((await send('GET', `${USERS}?skip=99`)).body.data).toEqual([]);
  });

  test.each(['take=101', 'take=0', 'take=x', 'skip=-1', 'take=1.5'])('%s: is a 400', async (query) => {
    expect((await send('GET', `${USERS}?${query}`)).status).toBe(400);
  });

  test('filter userName eq: compares without case, and quotes are doubled', async () => {
    const { body } = await send('GET', filtered(USERS, "userName eq 'O''HARA@example.com'"));
    expect(body.data).toHaveLength(1);
    expect(body.data[0]).toMatchObject({ displayName: "O'Hara", roles: ['User'], groups: [] });
  });

  test.each([
    "displayName eq 'x'",
    "userName co 'x'",
    'userName eq "x"',
    "userName eq 'o'hara'",
    'active eq true',
    "userName eq 'a' or userName eq 'b'",
  ])('filter %s: is a 400', async (filter) => {
    expect((await send('GET', filtered(USERS, filter))).status).toBe(400);
  });

  test("leanLists: returns the fields of the guide's example", async () => {
    const lean = await startSimulator({ seedUsers: 1, leanLists: true });
    const { body } = await (await rest(lean))('GET', USERS);
    await lean.close();
    expect(Object.keys(body.data[0]).sort()).toEqual(['active', 'id', 'userName']);
  });
});

describe('create', () => {
  test('POST: returns 201 with a partial object, and reads return all of it', async () => {
    const manager = await idOf('user00001@example.com');
    const sent = {
      userName: 'New@example.com',
      name: { givenName: 'N', familyName: 'E' },
      emails: [{ value: 'new@example.com', primary: true }],
      phoneNumbers: [{ value: '+1', type: 'work' }],
      title: 'T',
      department: 'D',
      manager: { value: manager },
      externalId: 'X1',
      roles: ['platform user'],
    };
    const { status, body } = await send('POST', USERS, sent);
    expect(status).toBe(201);
    expect(body).toEqual({ id: body.id, userName: 'New@example.com', active: true });
    const read = (await send('GET', `${USERS}/${body.id}`)).body;
    expect(read).toMatchObject({ ...sent, roles: ['Platform User'] });
    expect(read.meta.created).toMatch(/^\d{4}-/);
  });

  test.each([
    ['used userName', { userName: 'USER00001@example.com' }, 409],
    ['missing userName', { displayName: 'x' }, 400],
    ['empty userName', { userName: ' ' }, 400],
    ['unknown role', { userName: 'x', roles: ['Nope'] }, 400],
    ['roles that are not a list', { userName: 'x', roles: 'User' }, 400],
    ['read-only attribute', { userName: 'x', groups: [] }, 400],
    ['unknown attribute', { userName: 'x', nickName: 'x' }, 400],
    ['active as text', { userName: 'x', active: 'false' }, 400],
    ['unknown manager', { userName: 'x', manager: { value: 'user00001@example.com' } }, 400],
    ['emails as text', { userName: 'x', emails: ['x@y'] }, 400],
    ['malformed JSON', '{', 400],
    ['list instead of an object', '[]', 400],
  ])('%s: is refused and creates nothing', async (_name, body, status) => {
    const answer = await send('POST', USERS, body);
    expect(answer.status).toBe(status);
    expect(Object.keys(answer.body).sort()).toEqual(['errorCode', 'message']);
    expect((await send('GET', USERS)).body.total).toBe(61);
  });

  test('other content type: is a 415', async () => {
    const answer = await send('POST', USERS, { userName: 'x' }, { 'content-type': 'application/scim+json' });
    expect(answer.status).toBe(415);
  });
});

describe('update and delete', () => {
  test('PATCH: merges, null clears, lists are replaced, and the response is partial', async () => {
    const id = await idOf('user00002@example.com');
    await send('PATCH', `${USERS}/${id}`, { name: { givenName: 'A', familyName: 'B' }, title: 'T' });
    const { status, body } = await send('PATCH', `${USERS}/${id}`, {
      active: false,
      title: null,
      name: { givenName: 'C' },
    });
    expect([status, body]).toEqual([200, { id, userName: 'user00002@example.com', active: false }]);
    const read = (await send('GET', `${USERS}/${id}`)).body;
    expect(read).toMatchObject({ displayName: 'User 00002', name: { givenName: 'C', familyName: 'B' }, active: false });
    expect(read).not.toHaveProperty('title');
  });

  test('rename: only the new name is found, and a used name is a 409', async () => {
    const id = await idOf('user00002@example.com');
    expect((await send('PATCH', `${USERS}/${id}`, { userName: 'user00001@EXAMPLE.com' })).status).toBe(409);
    expect((await send('PATCH', `${USERS}/${id}`, { userName: 'User00002@example.com' })).status).toBe(200);
    expect((await send('PATCH', `${USERS}/${id}`, { userName: 'two@example.com' })).status).toBe(200);
    expect(await idOf('two@example.com')).toBe(id);
    expect(await idOf('user00002@example.com')).toBeUndefined();
  });

  test('path: accepts ids only, and not PUT', async () => {
    expect((await send('GET', `${USERS}/user00001@example.com`)).status).toBe(404);
    const answer = await send('PUT', `${USERS}/${await idOf('user00001@example.com')}`, { userName: 'x' });
    expect(answer.status).toBe(405);
    expect(answer.headers.get('allow')).toBe('GET, PATCH, DELETE');
  });

  test('DELETE: is permanent, removes all references, and is a 404 the second time', async () => {
    simulator.admin.addGroup({ displayName: 'G', members: ['user00003@example.com', 'user00004@example.com'] });
    simulator.admin.addContainer('C');
    simulator.admin.grant('C', { user: 'user00003@example.com' }, 'View');
    const id = await idOf('user00003@example.com');
    expect((await send('DELETE', `${USERS}/${id}`)).status).toBe(204);
    expect((await send('DELETE', `${USERS}/${id}`)).status).toBe(404);
    expect((await send('GET', `${USERS}/${id}`)).status).toBe(404);
    expect(simulator.state()).toMatchObject({
      groups: [{ members: ['user00004@example.com'] }],
      containerPermissions: [],
    });
    expect((await send('POST', USERS, { userName: 'user00003@example.com' })).status).toBe(201);
  });

  test('unknown path: is a 404 in JSON', async () => {
    const answer = await send('GET', '/api/v1/vaults');
    expect([answer.status, answer.body.errorCode]).toEqual([404, 'NotFound']);
  });
});
