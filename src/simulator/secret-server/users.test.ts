import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Simulator, startSimulator } from '../index.js';
import { type Send, secretServer } from '../test-client.js';

let simulator: Simulator;
let send: Send;
beforeEach(async () => {
  simulator = await startSimulator({
    data: {
      users: [
        { userName: 'jane@example.com', displayName: 'Jane Doe', emails: [{ value: 'jd@mail.example' }] },
        { userName: 'left@example.com', active: false },
      ],
    },
    seedUsers: 12,
  });
  send = await secretServer(simulator);
});
afterEach(() => simulator.close());

const PASSWORD = 'correct-horse-battery';
const NEW = { userName: 'new@example.com', password: PASSWORD, displayName: 'New' };
const create = async (change = {}) => send('POST', '/v1/users', { ...NEW, ...change });
const idOf = async (name: string) =>
  (await send('GET', `/v1/users?filter.includeInactive=true&filter.searchText=${name}`)).body.records[0]?.id;

describe('list', () => {
  test('envelope: 10 rows by default, and the next page', async () => {
    const first = (await send('GET', '/v1/users')).body;
    expect(first.records).toHaveLength(10);
    expect(first).toMatchObject({ total: 13, skip: 0, take: 10, hasNext: true, hasPrev: false, nextSkip: 10 });
    const last = (await send('GET', '/v1/users?skip=10&take=10')).body;
    expect(last.records).toHaveLength(3);
    expect(last).toMatchObject({ hasNext: false, hasPrev: true, nextSkip: 0, prevSkip: 0, success: true });
    expect((await send('GET', '/v1/users?take=2147483647')).body.records).toHaveLength(13);
  });

  test.each(['take=0', 'take=x', 'skip=-1', 'take=1.5', 'sortBy[0].name=shoeSize'])('%s: is a 400', async (query) => {
    const { status, body } = await send('GET', `/v1/users?${query}`);
    expect([status, typeof body.message]).toEqual([400, 'string']);
  });

  test.each([
    ['ANE@EX', 1],
    ['jane d', 1],
    ['jd@mail', 1],
    ['user000', 12],
    ['nobody', 0],
  ])('searchText %s: is a substring of userName, displayName or email', async (searchText, hits) => {
    const { body } = await send('GET', `/v1/users?${new URLSearchParams({ 'filter.searchText': searchText })}`);
    expect(body.total).toBe(hits);
  });

  test('disabled users: are hidden unless asked for', async () => {
    expect((await send('GET', '/v1/users?filter.searchText=left')).body.total).toBe(0);
    expect(await idOf('left')).toBe(3);
    expect((await send('GET', '/v1/users/3')).status).toBe(404);
    expect((await send('GET', '/v1/users/3?includeInactive=true')).body).toMatchObject({ enabled: false });
  });

  test('sortBy: sorts by a field', async () => {
    const { body } = await send('GET', '/v1/users?sortBy[0].name=userName&sortBy[0].direction=Desc&take=1');
    expect(body.records[0].userName).toBe('user00012@example.com');
  });
});

describe('write', () => {
  test('create: returns the user with integer ids of its own and without the password', async () => {
    const { status, body, text } = await create({ emailAddress: 'n@example.com' });
    expect(status).toBe(200);
    expect(body).toMatchObject({ id: 16, userName: 'new@example.com', emailAddress: 'n@example.com', enabled: true });
    expect(body.personalGroupId).not.toBe(body.id);
    expect(body).toMatchObject({ externalUserSource: 'None', platformIntegrationType: 'None', isLockedOut: false });
    const { text: read } = await send('GET', `/v1/users/${body.id}`);
    const { text: audit } = await send('GET', `/v1/users/${body.id}/audit`);
    for (const answer of [text, read, audit, JSON.stringify([simulator.log, simulator.state()])]) {
      expect(answer).not.toContain(PASSWORD);
    }
  });

  test.each([
    [{ password: 'short' }],
    [{ password: undefined }],
    [{ displayName: undefined }],
    [{ userName: 'JANE@example.com' }],
    [{ userName: 'left@example.com' }],
    [{ title: 'x' }],
    [{ domainId: 7 }],
    [{ enabled: 'yes' }],
  ])('create with %j: is a 400 that does not repeat the password', async (change) => {
    const { status, text } = await create(change);
    expect(status).toBe(400);
    expect(text).not.toContain(PASSWORD);
    expect(simulator.state().users).toHaveLength(14);
  });

  test('PATCH: changes wrapped values only', async () => {
    const wrapped = { displayName: { dirty: true, value: 'J' }, emailAddress: { dirty: false, value: 'ignored' } };
    const { body } = await send('PATCH', '/v1/users/2', wrapped);
    expect(body).toMatchObject({ displayName: 'J', emailAddress: 'jd@mail.example' });
    await send('PATCH', '/v1/users/2', {
      enabled: { dirty: true, value: false },
      isLockedOut: { dirty: true, value: true },
    });
    expect((await send('GET', '/v1/users/2?includeInactive=true')).body).toMatchObject({
      enabled: false,
      isLockedOut: true,
    });
  });

  test.each([
    [{ displayName: 'J' }],
    [{ data: { displayName: { dirty: true, value: 'J' } } }],
    [{ userName: { dirty: true, value: 'j' } }],
    [{ enabled: { dirty: true, value: 'no' } }],
    [{ id: 3, displayName: { dirty: true, value: 'J' } }],
  ])('PATCH %j: is a 400', async (body) => {
    expect((await send('PATCH', '/v1/users/2', body)).status).toBe(400);
    expect((await send('GET', '/v1/users/2')).body.displayName).toBe('Jane Doe');
  });

  test('PUT: takes no userName, and the id of the path', async () => {
    expect((await send('PUT', '/v1/users/2', { id: 2, displayName: 'Put' })).body.displayName).toBe('Put');
    expect((await send('PUT', '/v1/users/2', { id: 2, userName: 'x' })).status).toBe(400);
    expect((await send('PUT', '/v1/users/2', { id: 3, displayName: 'x' })).status).toBe(400);
  });

  test('DELETE: disables, once', async () => {
    expect((await send('DELETE', '/v1/users/2')).body).toEqual({ id: 2, objectType: 'User', responseCodes: [] });
    expect(simulator.state().users.find(({ userName }) => userName === 'jane@example.com')?.active).toBe(false);
    expect((await send('DELETE', '/v1/users/2')).status).toBe(404);
  });

  test('visibilityDelayMs: readers see a change later', async () => {
    simulator.faults.set({ visibilityDelayMs: 60_000 });
    const { id } = (await create()).body;
    expect((await send('GET', `/v1/users/${id}`)).status).toBe(404);
    simulator.faults.clear();
  });
});
