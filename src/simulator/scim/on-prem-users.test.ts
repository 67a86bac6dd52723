import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type Simulator, startSimulator } from '../index.js';
import { filtered, onPremConnector, patchOp, type Send } from '../test-client.js';

let simulator: Simulator;
let send: Send;
beforeEach(async () => {
  const data = {
    users: [
      { userName: 'jane', emails: [{ value: 'jane@example.com' }], roles: ['Auditor'] },
      { userName: 'off', active: false },
    ],
    groups: [{ displayName: 'Ops', members: ['jane'] }],
  };
  simulator = await startSimulator({ data });
  send = onPremConnector(simulator);
});
afterEach(() => simulator.close());

const BASE = '/SCIMConnector/v2';
const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const user = async (name: string) =>
  (await send('GET', filtered(`${BASE}/Users`, `userName eq "${name}"`))).body.Resources[0];
const create = (fields: object) => send('POST', `${BASE}/Users`, { schemas: [USER], ...fields });
const state = (name: string) => simulator.state().users.find(({ userName }) => userName === name);

test('list: echoes a large count, ids are integers as strings, and references are in lower case', async () => {
  const { body } = await send('GET', `${BASE}/Users?count=5000`);
  expect([body.itemsPerPage, body.totalResults]).toEqual([5000, 2]);
  const [jane] = body.Resources;
  expect(jane.id).toMatch(/^\d+$/);
  expect(jane.groups[0].$ref).toBe(`${simulator.url}${BASE}/groups/${jane.groups[0].value}`);
});

test('create: an e-mail address in use is a conflict, also of a disabled user', async () => {
  expect(await create({ userName: 'other', emails: [{ value: 'JANE@example.com' }] })).toMatchObject({
    status: 409,
    body: { scimType: 'uniqueness', detail: "Attribute 'emails' MUST be unique." },
  });
  simulator.admin.setActive('jane', false);
  expect((await create({ userName: 'other', emails: [{ value: 'jane@example.com' }] })).status).toBe(409);
});

test('create with a userName in use: uses the e-mail address as userName, and is a conflict without one', async () => {
  const made = await create({ userName: 'Jane', emails: [{ value: 'jane2@example.com' }] });
  expect([made.status, made.body.userName]).toEqual([201, 'jane2@example.com']);
  expect((await create({ userName: 'jane' })).status).toBe(409);
});

test('DELETE: disables the user, and a second one is a 404', async () => {
  const { id } = await user('jane');
  expect((await send('DELETE', `${BASE}/Users/${id}`)).status).toBe(204);
  expect((await send('GET', `${BASE}/Users/${id}`)).body.active).toBe(false);
  const second = await send('DELETE', `${BASE}/Users/${id}`);
  expect([second.status, second.body.detail]).toEqual([404, `Resource '${id}' not found.`]);
  expect(state('jane')?.active).toBe(false);
});

test('userName: cannot be changed, and the rest can', async () => {
  const { id } = await user('jane');
  const renamed = await send(
    'PATCH',
    `${BASE}/Users/${id}`,
    patchOp({ op: 'replace', path: 'userName', value: 'joan' }),
  );
  expect([renamed.status, renamed.body.scimType]).toEqual([400, 'mutability']);
  await send('PATCH', `${BASE}/Users/${id}`, patchOp({ op: 'replace', path: 'displayName', value: 'Joan' }));
  expect(state('jane')?.displayName).toBe('Joan');
});

test('disabled user: cannot become a member', async () => {
  const [off, jane] = [await user('off'), await user('jane')];
  const body = patchOp({ op: 'add', path: 'members', value: [{ value: off.id }] });
  const answer = await send('PATCH', `${BASE}/Groups/${jane.groups[0].value}`, body);
  expect([answer.status, answer.body.detail]).toEqual([400, `'${off.id}' not found or disabled.`]);
});

test('roles: are listed, and PATCH of a user adds and removes them', async () => {
  const { Resources: roles } = (await send('GET', filtered(`${BASE}/Roles`, 'displayName eq "Platform User"'))).body;
  expect(roles).toHaveLength(1);
  expect((await send('GET', `${BASE}/Roles/${roles[0].id}`)).body.displayName).toBe('Platform User');
  const jane = await user('jane');
  expect(jane.roles).toEqual([{ value: expect.stringMatching(/^\d+$/), display: 'Auditor', $ref: expect.anything() }]);
  const change = (...operations: object[]) => send('PATCH', `${BASE}/Users/${jane.id}`, patchOp(...operations));
  await change({ op: 'add', path: 'roles', value: [{ value: roles[0].id }, { value: jane.roles[0].value }] });
  expect(state('jane')?.roles).toEqual(['Auditor', 'Platform User']);
  await change({ op: 'remove', path: `roles[value eq "${jane.roles[0].value}"]` });
  expect(state('jane')?.roles).toEqual(['Platform User']);
  await change({ op: 'replace', path: 'roles', value: [jane.roles[0], { value: jane.roles[0].value }] });
  expect(state('jane')?.roles).toEqual(['Auditor']);
  expect((await change({ op: 'add', path: 'roles', value: [{ value: '999' }] })).status).toBe(400);
});

test('roles in PUT: are ignored', async () => {
  const { id } = await user('jane');
  await send('PUT', `${BASE}/Users/${id}`, { schemas: [USER], userName: 'jane', roles: [] });
  expect(state('jane')?.roles).toEqual(['Auditor']);
});

test('group: is removed by DELETE', async () => {
  const { groups } = await user('jane');
  expect((await send('DELETE', `${BASE}/Groups/${groups[0].value}`)).status).toBe(204);
  expect(simulator.state().groups).toEqual([]);
});
