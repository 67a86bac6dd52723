import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Simulator, startSimulator } from '../index.js';
import { type Send, secretServer } from '../test-client.js';

let simulator: Simulator;
let send: Send;
let ops: string;
beforeEach(async () => {
  simulator = await startSimulator({
    data: {
      users: [{ userName: 'a' }, { userName: 'b' }, { userName: 'left', active: false }],
      groups: [{ displayName: 'Ops', members: ['a', 'left', 'group:Dev'] }, { displayName: 'Dev' }],
    },
  });
  send = await secretServer(simulator);
  ops = `/v1/groups/${(await send('GET', '/v1/groups?filter.searchText=ops')).body.records[0].id}`;
});
afterEach(() => simulator.close());

const [A, B, LEFT] = [2, 3, 4];
const members = () => simulator.state().groups.find(({ displayName }) => displayName === 'Ops')?.members;
const listed = async (query = '') =>
  (await send('GET', `${ops}/users${query}`)).body.records.map(({ userId }: { userId: number }) => userId);

describe('groups', () => {
  test('list: has no personal groups, whose numbers come from the same range', async () => {
    const { records } = (await send('GET', '/v1/groups')).body;
    expect(records.map(({ id, name }: { id: number; name: string }) => [id, name])).toEqual([
      [6, 'Ops'],
      [7, 'Dev'],
    ]);
    expect((await send('GET', `/v1/users/${A}`)).body.personalGroupId).toBe(3);
    expect((await send('GET', '/v1/groups/3')).status).toBe(404);
  });

  test('list: counts the members, which a single read does not', async () => {
    expect((await send('GET', '/v1/groups')).body.records[0]).toMatchObject({ memberCount: 2, domainGuid: null });
    expect((await send('GET', ops)).body).not.toHaveProperty('memberCount');
  });

  test('create, rename and disable', async () => {
    const { status, body } = await send('POST', '/v1/groups', { name: 'New', enabled: true });
    expect(status).toBe(200);
    expect(body).toMatchObject({ name: 'New', enabled: true, isPlatform: false, canEditMembers: true, owners: [] });
    const path = `/v1/groups/${body.id}`;
    const renamed = await send('PATCH', path, { data: { name: { dirty: true, value: 'Newer' } } });
    expect(renamed.body.name).toBe('Newer');
    expect((await send('DELETE', path)).body).toEqual({ id: body.id, objectType: 'Group', responseCodes: [] });
    expect((await send('GET', '/v1/groups?filter.searchText=newer')).body.total).toBe(0);
    const all = await send('GET', '/v1/groups?filter.searchText=newer&filter.includeInactive=true');
    expect(all.body.records).toMatchObject([{ id: body.id, enabled: false }]);
  });

  test.each([
    ['POST', '/v1/groups', { name: 'ops', enabled: true }],
    ['POST', '/v1/groups', { name: 'x' }],
    ['POST', '/v1/groups', { name: 'x', enabled: true, description: 'd' }],
    ['PATCH', '/v1/groups/6', { name: { dirty: true, value: 'x' } }],
    ['PATCH', '/v1/groups/6', { data: { name: 'x' } }],
    ['PUT', '/v1/groups/6', { id: 7, name: 'x', enabled: true }],
  ])('%s %s %j: is a 400', async (method, path, body) => {
    expect((await send(method, path, body)).status).toBe(400);
  });
});

describe('members', () => {
  test('list: hides disabled users unless asked for, and nested groups always', async () => {
    expect(await listed()).toEqual([A]);
    expect(await listed('?filter.includeInactiveUsersForGroup=true')).toEqual([A, LEFT]);
  });

  test('POST and DELETE: one member', async () => {
    expect((await send('POST', `${ops}/users`, { userId: B })).body).toMatchObject({ userId: B, groupName: 'Ops' });
    expect(await listed()).toEqual([A, B]);
    expect((await send('DELETE', `${ops}/users/${A}`)).status).toBe(200);
    expect((await send('DELETE', `${ops}/users/${A}`)).status).toBe(404);
    expect(members()).toEqual(['b', 'group:Dev', 'left']);
  });

  test('PATCH: adds and removes any number', async () => {
    const change = { addedUserIds: [B], removeUserIds: [A] };
    expect((await send('PATCH', `${ops}/users`, change)).body).toEqual({ success: true });
    expect(members()).toEqual(['b', 'group:Dev', 'left']);
    expect((await send('PATCH', `${ops}/users`, { removedUserIds: [B] })).status).toBe(400);
  });

  test('PUT: is the exact set of users, disabled ones included', async () => {
    expect((await send('PUT', `${ops}/users`, { userIds: [B] })).body).toEqual({ success: true });
    expect(members()).toEqual(['b', 'group:Dev']);
    expect((await send('PUT', `${ops}/users`, { userIds: [99] })).status).toBe(400);
    expect(members()).toEqual(['b', 'group:Dev']);
  });

  test('groups of a user: the ids are in the query of DELETE', async () => {
    expect((await send('GET', `/v1/users/${A}/groups`)).body.records).toMatchObject([{ groupId: 6, groupName: 'Ops' }]);
    expect((await send('POST', `/v1/users/${B}/groups`, { groupIds: [6] })).status).toBe(200);
    expect((await send('DELETE', `/v1/users/${A}/groups?groupIds=6`)).status).toBe(200);
    expect(members()).toEqual(['b', 'group:Dev', 'left']);
  });
});
