import { describe, expect, test } from '@jest/globals';
import type { RemoteObject } from '../model/wire.js';
import {
  accessKinds,
  carrierKinds,
  carrierOf,
  edgeResourceOf,
  edgesIn,
  edgesListed,
  elementAttribute,
  elementValues,
  groupKinds,
  isListedByPrincipal,
  isMembership,
  isNamedOnly,
  listedBy,
  memberKinds,
  memberLists,
  principalKinds,
  principalOf,
  routedAs,
  scopeAttribute,
  scopeIdOf,
  scopeKind,
} from './edge-words.js';
import { resourceOf } from './index.js';

const permission = edgeResourceOf('container-permission');
const binding = edgeResourceOf('role-binding');
const membership = edgeResourceOf('group-membership');
const ends = { principalType: 'group', principalId: '7' };
const WIRE = { path: '', fields: {} };
const carrier = (values: RemoteObject['values'], about?: RemoteObject['about']): RemoteObject => ({
  id: '7',
  values,
  raw: {},
  ...(about && { about }),
});

test('edge kinds: permissions and role bindings give access, a membership does not by itself', () => {
  expect(accessKinds()).toEqual([permission, binding]);
  expect([permission, binding, membership].map(isMembership)).toEqual([false, false, true]);
});

test('routedAs: a set is routed as its edges, and a membership as its group', () => {
  const kinds = ['user', 'role-binding', 'role-bindings', 'container-permissions', 'group-membership'];
  expect(kinds.map(resourceOf).map(routedAs)).toEqual([
    'user',
    'role-binding',
    'role-binding',
    'container-permission',
    'group',
  ]);
});

test('edgeResourceOf: refuses a kind that is not an edge', () => {
  expect(() => edgeResourceOf('user')).toThrow(expect.objectContaining({ code: 'stack_invalid' }));
});

test('members: the lists of a kind, and the kinds that they hold', () => {
  expect(groupKinds().map(({ type }) => type)).toEqual(['group']);
  expect(memberLists(resourceOf('group'))).toEqual(['members']);
  expect(memberKinds(resourceOf('group'))).toEqual(['user', 'group']);
  expect([memberLists(resourceOf('user')), memberKinds(resourceOf('user'))]).toEqual([[], []]);
});

test('edgesListed: the memberships in the list of a group, as a user and as a group', () => {
  const listed = edgesListed(resourceOf('group'), '7', { members: ['1'], description: 'x' });
  expect(listed).toEqual(
    ['user', 'group'].map((principalType) => ({
      resource: membership,
      values: { group: '7', principalType, principalId: '1' },
    })),
  );
  expect(edgesListed(resourceOf('group'), '7', {})).toEqual([]);
  expect(edgesListed(resourceOf('user'), '7', { members: ['1'] })).toEqual([]);
});

describe('the principal of an edge', () => {
  test.each([permission, binding, membership])('$type: has kind and id', ({ type }) => {
    expect(principalOf(type, ends)).toEqual({ kind: 'group', id: '7' });
    expect(principalKinds(resourceOf(type))).toEqual(['user', 'group']);
  });

  test('is undefined when the kind is not an edge, or the values lack the id', () => {
    expect(principalOf('user', { manager: 'a' })).toBeUndefined();
    expect(principalOf('role-binding', { role: 'Auditor' })).toBeUndefined();
    expect(principalKinds(resourceOf('user'))).toEqual([]);
  });
});

describe('the scope of an edge', () => {
  test('is read from the definition of an edge or of an authoritative set', () => {
    expect(
      ['container-permission', 'role-bindings', 'group-membership', 'group'].map(resourceOf).map(scopeAttribute),
    ).toEqual(['container', 'role', 'group', undefined]);
    expect([permission, binding, membership].map(scopeKind)).toEqual(['container', 'role', 'group']);
  });

  test('has an id to remember, except a role, which is known by name only', () => {
    expect(scopeIdOf(permission, { container: '3' })).toBe('3');
    expect(scopeIdOf(permission, {})).toBeUndefined();
    expect(scopeIdOf(binding, { role: 'Admin' })).toBeUndefined();
    expect(scopeIdOf(resourceOf('container-permissions'), { container: '3' })).toBeUndefined();
    expect([isNamedOnly(binding, 'role'), isNamedOnly(permission, 'container')]).toEqual([true, false]);
  });
});

describe('where edges are stored', () => {
  test('an edge of its own has no carrier and is listed by its scope', () => {
    expect(carrierOf(permission, { container: '3', ...ends })).toBeUndefined();
    expect([listedBy(permission), isListedByPrincipal(permission)]).toEqual([['container'], false]);
    expect(carrierOf(resourceOf('user'), {})).toBeUndefined();
  });

  test('an edge on its principal is carried by the user or group', () => {
    expect(carrierOf(binding, { role: 'Admin', ...ends })).toEqual({ kind: 'group', id: '7' });
    expect([listedBy(binding), isListedByPrincipal(binding)]).toEqual([['principalType', 'principalId'], true]);
    expect([carrierKinds(binding), elementAttribute(binding)]).toEqual([['user', 'group'], 'role']);
    expect(elementValues(binding, { kind: 'user', id: '1' }, 'Admin')).toEqual({
      principalType: 'user',
      principalId: '1',
      role: 'Admin',
    });
  });

  test('an edge on its scope is carried by the group', () => {
    expect(carrierOf(membership, { group: '3', ...ends })).toEqual({ kind: 'group', id: '3' });
    expect([listedBy(membership), isListedByPrincipal(membership)]).toEqual([['group'], false]);
    expect([carrierKinds(membership), elementAttribute(membership)]).toEqual([['group'], 'principalId']);
    expect(elementValues(membership, { kind: 'group', id: '3' }, '1')).toEqual({ group: '3', principalId: '1' });
  });

  test('edges in an array: one for each element, with the kind of the principal if the service shows it', () => {
    expect(
      edgesIn(binding, 'user', carrier({ roles: ['A', 'B'] }), WIRE).map(({ id, values }) => [id, values.role]),
    ).toEqual([
      ['user/7/A', 'A'],
      ['user/7/B', 'B'],
    ]);
    const members = carrier({ members: ['1', '2'] }, { members: { '1': { kind: 'user' } } });
    expect(edgesIn(membership, 'group', members, WIRE).map(({ values }) => values)).toEqual([
      { group: '7', principalType: 'user', principalId: '1' },
      { group: '7', principalId: '2' },
    ]);
  });

  test('edges in an array: keep the names that the response shows', () => {
    const about = { members: { 1: { kind: 'user', display: 'ada' } } };
    const [edge] = edgesIn(membership, 'group', carrier({ members: ['1'] }, about), WIRE);
    expect(edge!.about).toEqual({ principalId: about.members });
    expect(edgesIn(membership, 'group', carrier({ members: ['1'] }), WIRE)[0]).not.toHaveProperty('about');
  });

  test('edges in an array: refused when the response leaves the array out', () => {
    expect(() => edgesIn(binding, 'user', carrier({}), WIRE)).toThrow(
      expect.objectContaining({ code: 'incomplete_response', message: 'the response for user 7 has no roles' }),
    );
    expect(edgesIn(binding, 'user', carrier({ roles: [] }), WIRE)).toEqual([]);
  });

  test('edges in an array: none when the service may leave out an empty array', () => {
    const wire = { path: '', fields: { members: { at: ['members'], omittedIfEmpty: true } } };
    expect(edgesIn(membership, 'group', carrier({}), wire)).toEqual([]);
  });
});
