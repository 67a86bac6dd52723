import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Simulator, startSimulator } from '../index.js';
import { connector, filtered, patchOp, type Send, scim } from '../test-client.js';

let simulator: Simulator;
let send: Send;
beforeEach(async () => {
  simulator = await startSimulator({
    data: {
      users: [
        { userName: 'jane@example.com', displayName: 'Jane', externalId: 'ext-1' },
        { userName: 'bob@example.com' },
      ],
    },
  });
  send = scim(simulator);
});
afterEach(() => simulator.close());

const USERS = '/scim/v2/Users';
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const user = (fields: object) => ({ schemas: ['urn:ietf:params:scim:schemas:core:2.0:User', ENTERPRISE], ...fields });
const find = async (name: string) => (await send('GET', filtered(USERS, `userName eq "${name}"`))).body.Resources;
const pathOf = async (name: string) => `${USERS}/${(await find(name))[0].id}`;
const repeat = { op: 'replace', path: 'externalId', value: 'ext-1' };

describe('create', () => {
  test('POST: returns 201 with Location and a partial user, and reads return all of it', async () => {
    const manager = (await find('bob@example.com'))[0].id;
    const extension = { department: 'D', manager: { value: manager } };
    const fields = { userName: 'new@example.com', externalId: 'e', title: 'T', [ENTERPRISE]: extension };
    const { status, body, headers } = await send('POST', USERS, user(fields), {
      'content-type': 'application/scim+json',
    });
    expect(status).toBe(201);
    expect(headers.get('content-type')).toBe('application/scim+json');
    expect(headers.get('location')).toBe(`${simulator.url}${USERS}/${body.id}`);
    expect(body).toMatchObject({ userName: 'new@example.com', active: true, meta: { resourceType: 'User' } });
    expect(body).not.toHaveProperty('title');
    expect((await send('GET', `${USERS}/${body.id}`)).body).toMatchObject(fields);
  });

  test.each([
    ['used userName with externalId', { userName: 'JANE@example.com', externalId: 'x' }, 409, 'uniqueness'],
    ['missing userName', {}, 400, 'invalidValue'],
    ['active as text', { userName: 'x', active: 'true' }, 400, 'invalidValue'],
    [
      'an unknown manager',
      { userName: 'x', [ENTERPRISE]: { manager: { value: 'jane@example.com' } } },
      400,
      'invalidValue',
    ],
    ['missing schemas', { schemas: [], userName: 'x' }, 400, 'invalidSyntax'],
  ])('%s: is refused', async (_name, fields, status, scimType) => {
    const answer = await send('POST', USERS, user(fields));
    expect(answer.body).toMatchObject({ status: String(status), scimType, detail: expect.any(String) });
    expect(simulator.state().users).toHaveLength(2);
  });

  test('used userName without externalId: creates a duplicate unless switched off', async () => {
    expect((await send('POST', USERS, user({ userName: 'jane@example.com' }))).status).toBe(201);
    expect(await find('jane@example.com')).toHaveLength(2);
    const strict = await startSimulator({ seedUsers: 1, duplicatesWithoutExternalId: false });
    const taken = await scim(strict)('POST', USERS, user({ userName: 'user00001@example.com' }));
    await strict.close();
    expect(taken.status).toBe(409);
  });

  test('other content type: is a 415', async () => {
    expect((await send('POST', USERS, user({ userName: 'x' }), { 'content-type': 'text/plain' })).status).toBe(415);
  });
});

describe('update', () => {
  test('PATCH without externalId: creates a duplicate and keeps the first user', async () => {
    expect(
      (await send('PATCH', await pathOf('jane@example.com'), patchOp({ op: 'replace', path: 'active', value: false })))
        .status,
    ).toBe(204);
    const [first, second] = await find('jane@example.com');
    expect(first).toMatchObject({ active: true, externalId: 'ext-1' });
    expect(second).toMatchObject({ active: false });
    expect(second.id).not.toBe(first.id);
  });

  test('PUT: creates a duplicate without externalId, and replaces with it', async () => {
    const path = await pathOf('jane@example.com');
    await send('PUT', path, user({ userName: 'jane@example.com' }));
    expect(await find('jane@example.com')).toHaveLength(2);
    const put = await send('PUT', path, user({ userName: 'jane@example.com', externalId: 'ext-1', title: 'T' }));
    expect(put.body).toMatchObject({ title: 'T', externalId: 'ext-1' });
    expect(put.body).not.toHaveProperty('displayName');
    expect(await find('jane@example.com')).toHaveLength(2);
  });

  test.each([
    [{ op: 'Replace', path: 'Active', value: false }, { active: false }],
    [{ op: 'ADD', path: 'name.givenName', value: 'J' }, { name: { givenName: 'J' } }],
    [{ op: 'add', path: 'emails[type eq "work"].value', value: 'j@x' }, { emails: [{ type: 'work', value: 'j@x' }] }],
    [{ op: 'replace', path: `${ENTERPRISE}:department`, value: 'D' }, { [ENTERPRISE]: { department: 'D' } }],
    [
      { op: 'replace', value: { title: 'T', [ENTERPRISE]: { department: 'D' } } },
      { title: 'T', [ENTERPRISE]: { department: 'D' } },
    ],
    [{ op: 'replace', value: { [`${ENTERPRISE}:department`]: 'D' } }, { [ENTERPRISE]: { department: 'D' } }],
  ])('%j: is accepted', async (operation, expected) => {
    const path = await pathOf('jane@example.com');
    expect((await send('PATCH', path, patchOp(repeat, operation))).status).toBe(204);
    expect((await send('GET', path)).body).toMatchObject(expected);
    expect(simulator.state().users).toHaveLength(2);
  });

  test.each([
    { op: 'remove', path: 'displayName' },
    { op: 'replace', path: 'displayName', value: null },
  ])('%j: clears the attribute', async (operation) => {
    const path = await pathOf('jane@example.com');
    expect((await send('PATCH', path, patchOp(repeat, operation))).status).toBe(204);
    expect((await send('GET', path)).body).not.toHaveProperty('displayName');
  });

  test('value filter: removes the matching e-mail', async () => {
    const path = await pathOf('jane@example.com');
    await send(
      'PATCH',
      path,
      patchOp(repeat, {
        op: 'add',
        path: 'emails',
        value: [
          { value: 'a@x', type: 'work' },
          { value: 'b@x', type: 'home' },
        ],
      }),
    );
    await send('PATCH', path, patchOp(repeat, { op: 'remove', path: 'emails[type eq "work"]' }));
    expect((await send('GET', path)).body.emails).toEqual([{ value: 'b@x', type: 'home' }]);
  });

  test.each([
    [{ op: 'remove' }, 'noTarget'],
    [{ op: 'replace', path: 'emails[type eq "fax"].value', value: 'x' }, 'noTarget'],
    [{ op: 'replace', path: 'roles', value: ['User'] }, 'invalidPath'],
    [{ op: 'replace', path: 'department', value: 'x' }, 'invalidPath'],
    [{ op: 'replace', path: 'id', value: 'x' }, 'mutability'],
    [{ op: 'add', path: 'groups', value: [] }, 'mutability'],
    [{ op: 'move', path: 'title', value: 'x' }, 'invalidSyntax'],
    [{ op: 'replace', path: 'emails[type eq', value: 'x' }, 'invalidPath'],
    [{ op: 'replace', path: 'emails[type is "work"].value', value: 'x' }, 'invalidFilter'],
    [{ op: 'replace', path: 'active', value: 'False' }, 'invalidValue'],
    [{ op: 'replace', path: 'active' }, 'invalidValue'],
    [{ op: 'remove', path: 'userName' }, 'invalidValue'],
  ])('%j: is refused, and the request changes nothing', async (operation, scimType) => {
    const before = simulator.state();
    const path = await pathOf('jane@example.com');
    const answer = await send('PATCH', path, patchOp(repeat, { op: 'replace', path: 'title', value: 'X' }, operation));
    expect([answer.status, answer.body.scimType]).toEqual([400, scimType]);
    expect(simulator.state()).toEqual(before);
  });

  test('rename to a used userName: is a conflict', async () => {
    const rename = { op: 'replace', path: 'userName', value: 'BOB@example.com' };
    const answer = await send('PATCH', await pathOf('jane@example.com'), patchOp(repeat, rename));
    expect([answer.status, answer.body.scimType]).toEqual([409, 'uniqueness']);
  });

  test('PATCH status: 204 on the Platform, 200 on the connector, or the configured one', async () => {
    const patch = patchOp(repeat, { op: 'replace', path: 'title', value: 'T' });
    const onConnector = await connector(simulator);
    const shown = (await onConnector('GET', filtered(USERS, 'userName eq "jane@example.com"'))).body.Resources[0].id;
    const both = async () => [
      (await send('PATCH', await pathOf('jane@example.com'), patch)).status,
      (await onConnector('PATCH', `${USERS}/${shown}`, patch)).status,
    ];
    expect(await both()).toEqual([204, 200]);
    simulator.faults.set({ patchAnswer: 200 });
    expect(await both()).toEqual([200, 200]);
    simulator.faults.set({ patchAnswer: 204 });
    expect(await both()).toEqual([204, 204]);
  });

  test('DELETE: is permanent, and later operations are a 404', async () => {
    const path = await pathOf('jane@example.com');
    expect((await send('DELETE', path)).status).toBe(204);
    for (const [method, body] of [
      ['DELETE'],
      ['GET'],
      ['PATCH', patchOp(repeat)],
      ['PUT', user({ userName: 'x' })],
    ] as const) {
      expect((await send(method, path, body)).status).toBe(404);
    }
    expect((await send('POST', USERS, user({ userName: 'jane@example.com', externalId: 'ext-1' }))).status).toBe(201);
  });
});
