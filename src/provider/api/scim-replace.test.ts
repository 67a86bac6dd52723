import { describe, expect, test } from '@jest/globals';
import type { JsonObject, Values } from '../model/values.js';
import { resourceOf } from '../resources/index.js';
import { decode } from './codec.js';
import { scim } from './scim.js';
import { scimReplacement } from './scim-replace.js';

const CORE = 'urn:ietf:params:scim:schemas:core:2.0:User';
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';

/** The body of the PUT that changes an object. @param planned the object for which the changes were planned */
function bodyOf(kind: string, raw: JsonObject, changes: Values, planned: JsonObject = raw): unknown {
  const resource = resourceOf(kind);
  const wire = resource.wire.scim!;
  const [live, now] = [planned, raw].map((json) => decode(resource, wire, json, 'test'));
  const requests = scimReplacement.update({ resource, wire, path: '/x/7' }, live!, changes, now!);
  expect(requests).toMatchObject([{ method: 'PUT', path: '/x/7' }]);
  return requests[0]?.body;
}

const user: JsonObject = {
  schemas: [CORE, ENTERPRISE, 'urn:vendor:User'],
  id: '7',
  externalId: 'E',
  userName: 'ann',
  name: { givenName: 'Ann', familyName: 'Lee' },
  emails: [{ value: 'a@x', type: 'work', primary: true }],
  nickName: 'An',
  [ENTERPRISE]: { department: 'IT', manager: { value: '5', displayName: 'Boss' } },
  'urn:vendor:User': { badge: 3 },
  groups: [{ value: '9' }],
  meta: { resourceType: 'User', version: 'W/"1"' },
};
const { groups: _groups, meta: _meta, ...writable } = user;

describe('whole user', () => {
  test('keeps every writable attribute, also those that no configuration has', () => {
    expect(bodyOf('user', user, { title: 'Cook' })).toEqual({ ...writable, title: 'Cook' });
  });

  test('changes nested attributes, extensions and elements in place', () => {
    const changes = { familyName: 'Li', department: 'HR', emails: [{ value: 'A@x', primary: true }, { value: 'b@x' }] };
    expect(bodyOf('user', user, changes)).toEqual({
      ...writable,
      name: { givenName: 'Ann', familyName: 'Li' },
      emails: [
        { value: 'A@x', type: 'work', primary: true },
        { value: 'b@x', primary: false },
      ],
      [ENTERPRISE]: { department: 'HR', manager: { value: '5', displayName: 'Boss' } },
    });
  });

  test('leaves out cleared attributes, and an extension without attributes with its schema', () => {
    expect(bodyOf('user', user, { givenName: '', manager: '', department: '', emails: [] })).toEqual({
      schemas: [CORE, 'urn:vendor:User'],
      id: '7',
      externalId: 'E',
      userName: 'ann',
      name: { familyName: 'Lee' },
      nickName: 'An',
      'urn:vendor:User': { badge: 3 },
    });
  });

  test('names the schema of an extension that it did not have', () => {
    expect(bodyOf('user', { id: '7', userName: 'ann' }, { manager: '5', active: false })).toEqual({
      schemas: [CORE, ENTERPRISE],
      id: '7',
      userName: 'ann',
      active: false,
      [ENTERPRISE]: { manager: { value: '5' } },
    });
  });

  test('replaces a manager whole, since its other fields are those of the former one', () => {
    expect(bodyOf('user', user, { manager: '6' })).toMatchObject({
      [ENTERPRISE]: { department: 'IT', manager: { value: '6' } },
    });
    expect(JSON.stringify(bodyOf('user', user, { manager: '6' }))).not.toContain('Boss');
  });
});

describe('whole group', () => {
  const group = (...ids: readonly string[]): JsonObject => ({
    schemas: [GROUP],
    id: '7',
    displayName: 'sre',
    members: ids.map((value) => ({ value, type: 'User', display: `user ${value}` })),
  });

  test('removes and adds members, and keeps those that were added since', () => {
    expect(bodyOf('group', group('1', '2', '8'), { members: ['2', '3'] }, group('1', '2'))).toEqual({
      ...group('2', '8'),
      members: [
        { value: '2', type: 'User', display: 'user 2' },
        { value: '8', type: 'User', display: 'user 8' },
        { value: '3', type: 'User' },
      ],
    });
  });

  test('does not add a member twice, and has an empty list when the last one goes', () => {
    expect(bodyOf('group', group('1', '3'), { members: ['1', '3'] }, group('1'))).toEqual(group('1', '3'));
    expect(bodyOf('group', group('1'), { members: [] })).toEqual({ ...group(), members: [] });
  });

  test('has the first members of a group that showed none', () => {
    const { members: _, ...empty } = group();
    expect(bodyOf('group', empty, { members: ['1'] })).toEqual({ ...empty, members: [{ value: '1', type: 'User' }] });
  });
});

test.each<[string, JsonObject, boolean]>([
  ['shows that it has no PATCH', { patch: { supported: false } }, true],
  ['has PATCH', { patch: { supported: true } }, false],
  ['shows nothing', {}, false],
  ['shows a text', { patch: { supported: 'false' } }, false],
])('isNeeded: when the service %s', (_, config, expected) => {
  expect(scim.wholeUpdates?.isNeeded(config)).toBe(expected);
});
