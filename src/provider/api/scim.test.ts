import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Simulator, startSimulator } from '../../simulator/index.js';
import type { JsonObject, Values } from '../model/values.js';
import { resourceOf } from '../resources/index.js';
import { readSettings } from '../settings/settings.js';
import { scim } from './scim.js';
import { connect } from './tenant.js';

const CORE = 'urn:ietf:params:scim:schemas:core:2.0:User';
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

/** The operations of the one PATCH that changes a live object. */
function operations(kind: string, values: Values, changes: Values, raw: JsonObject = {}): unknown {
  const resource = resourceOf(kind);
  const target = { resource, wire: resource.wire.scim!, path: '/x/7' };
  const requests = scim.update(target, { id: '7', values, raw }, changes);
  expect(requests).toMatchObject([
    { method: 'PATCH', path: '/x/7', body: { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'] } },
  ]);
  return requests[0]?.body?.Operations;
}

describe('scim', () => {
  test('pageQuery: counts from 1', () => {
    expect(scim.pageQuery(200, 100)).toEqual({ startIndex: 201, count: 100 });
  });

  test('readPage: accepts absent Resources when the total is 0', () => {
    expect(scim.readPage({ totalResults: 0 }, 'user list')).toEqual({ items: [], total: 0 });
    expect(() => scim.readPage({ totalResults: 1 }, 'user list')).toThrow('not a SCIM list');
  });

  test.each<[string, JsonObject | undefined]>([
    ['there is no body', undefined],
    ['it is a REST list', { data: [], total: 0 }],
    ['an item is not an object', { Resources: ['x'], totalResults: 1 }],
  ])('readPage: throws when %s', (_, body) => {
    expect(() => scim.readPage(body, 'user list')).toThrow(expect.objectContaining({ code: 'malformed_response' }));
  });

  test('filterQuery: joins the terms with and, as JSON strings', () => {
    const terms = [
      { at: ['userName'], value: 'a"b' },
      { at: ['container', 'value'], value: '7' },
    ];
    expect(scim.filterQuery(terms)).toEqual({ filter: 'userName eq "a\\"b" and container.value eq "7"' });
  });

  test('create: names only the schemas that the body uses', () => {
    const resource = resourceOf('user');
    const target = { resource, wire: resource.wire.scim!, path: '/Users' };
    const bodyOf = (values: Values) => scim.create(target, values)[0]?.body;
    expect(bodyOf({ userName: 'x', displayName: '', emails: [], onRemoval: 'retain' })).toEqual({
      schemas: [CORE],
      userName: 'x',
      active: true,
    });
    expect(bodyOf({ userName: 'x', givenName: 'X', department: 'IT', externalId: 'e' })).toEqual({
      schemas: [CORE, ENTERPRISE],
      userName: 'x',
      active: true,
      name: { givenName: 'X' },
      externalId: 'e',
      [ENTERPRISE]: { department: 'IT' },
    });
  });

  test.each([
    ['true', {}, true],
    ['as declared', { active: false }, false],
  ])('create: sends active %s', (_, values, active) => {
    const resource = resourceOf('user');
    const [request] = scim.create(
      { resource, wire: resource.wire.scim!, path: '/Users' },
      { userName: 'x', ...values },
    );
    expect(request?.body).toMatchObject({ active });
  });

  test('update: removes members one by one with a filter, and adds them together', () => {
    const values = { members: ['1', '2', 'a"b'], externalId: 'E' };
    expect(operations('group', values, { members: ['2', '3', '4'] })).toEqual([
      { op: 'replace', path: 'externalId', value: 'E' },
      { op: 'remove', path: 'members[value eq "1"]' },
      { op: 'remove', path: 'members[value eq "a\\"b"]' },
      {
        op: 'add',
        path: 'members',
        value: [
          { value: '3', type: 'User' },
          { value: '4', type: 'User' },
        ],
      },
    ]);
  });

  test('update: names the kind of a removed member when a user and a group have its number', () => {
    expect(operations('group', { members: ['1', 'group:1'] }, { members: ['1', 'group:2'] })).toEqual([
      { op: 'remove', path: 'members[value eq "1" and type eq "Group"]' },
      { op: 'add', path: 'members', value: [{ value: '2', type: 'Group' }] },
    ]);
  });

  test('update: repeats the live externalId first, even when it changes', () => {
    expect(operations('user', { externalId: 'E' }, { externalId: '', active: false })).toEqual([
      { op: 'replace', path: 'externalId', value: 'E' },
      { op: 'remove', path: 'externalId' },
      { op: 'replace', path: 'active', value: false },
    ]);
  });

  test('update: uses the paths of nested attributes, extensions and references', () => {
    expect(operations('user', {}, { givenName: 'A', department: 'IT', manager: '5' })).toEqual([
      { op: 'replace', path: 'name.givenName', value: 'A' },
      { op: 'replace', path: `${ENTERPRISE}:department`, value: 'IT' },
      { op: 'replace', path: `${ENTERPRISE}:manager`, value: { value: '5' } },
    ]);
  });

  test('update: is empty when nothing changes', () => {
    const resource = resourceOf('group');
    const target = { resource, wire: resource.wire.scim!, path: '/Groups/7' };
    expect(scim.update(target, { id: '7', values: { members: ['1'] }, raw: {} }, { members: ['1'] })).toEqual([]);
  });

  test('remove: deletes the object', () => {
    const resource = resourceOf('group');
    expect(scim.remove({ resource, wire: resource.wire.scim!, path: '/Groups/7' }, {})).toEqual([
      { method: 'DELETE', path: '/Groups/7' },
    ]);
  });
});

describe('scim against the simulator', () => {
  let simulator: Simulator;
  beforeAll(async () => {
    simulator = await startSimulator({ seedUsers: 1 });
  });
  afterAll(() => simulator.close());

  test.each([200, 204] as const)('update: succeeds when a PATCH returns %d (guide 000)', async (patchAnswer) => {
    simulator.faults.set({ patchAnswer });
    const tenant = (await connect(readSettings({ retries: 0 }, simulator.env), {})).permitWrites();
    for (const surface of ['platform-scim', 'scim-cloud']) {
      const users = tenant.collection('user', surface);
      const [live] = await users.list();
      await users.update(live!, { title: `by ${surface} ${patchAnswer}` });
      expect((await users.get(live!.id))?.values.title).toBe(`by ${surface} ${patchAnswer}`);
    }
  });
});
