import { describe, expect, test } from '@jest/globals';
import type { TenantReader } from '../read/tenant-reader.js';
import { resourceOf } from '../resources/index.js';
import { assumedEmpty, privateStateAfter, readPrivateState, unsetIn } from './private-state.js';

const reader = { tenant: { home: (kind: string) => ({ name: `home of ${kind}` }) } } as unknown as TenantReader;
const user = resourceOf('user');
const group = resourceOf('group');
const permission = resourceOf('container-permission');

describe('private state: reading', () => {
  test.each([
    ['nothing was written', ''],
    ['it is not JSON', '{'],
    ['it is not an object', '[1]'],
    ['it is null', 'null'],
    ['a field has another type', '{"unset":"title"}'],
    ['a nested field has another type', '{"planned":{"kept":7}}'],
  ])('empty when %s', (_, text) => {
    expect(readPrivateState(text)).toEqual({});
  });

  test('as written when it is valid, without fields of other versions', () => {
    const privateState = {
      unset: ['title'],
      planned: { tenant: 'https://acme.delinea.app', seen: { members: ['u1'] } },
    };
    expect(readPrivateState(JSON.stringify({ ...privateState, place: '7' }))).toEqual(privateState);
  });
});

describe('private state: after a step', () => {
  const step = { before: {}, desired: {}, correlation: undefined, reactivated: undefined };

  test('members are the declared ones, and used consents add up', () => {
    const privateState = { usedConsents: ['T-1'], managedMembers: { members: ['old'] } };
    const desired = { members: ['u2', 'u1'] };
    expect(
      privateStateAfter(reader, { resource: group, privateState }, { ...step, desired, reactivated: 'T-2' }),
    ).toMatchObject({
      managedMembers: { members: ['u1', 'u2'] },
      usedConsents: ['T-1', 'T-2'],
    });
    expect(privateStateAfter(reader, { resource: group, privateState }, step).managedMembers).toBeUndefined();
  });

  test('an edge keeps the id of its scope, and the surfaces of the ids it holds', () => {
    const desired = { container: '7', principalType: 'user', principalId: 'u1', right: 'View' };
    expect(privateStateAfter(reader, { resource: permission }, { ...step, desired })).toMatchObject({
      scopeId: '7',
      homes: { container: 'home of container', user: 'home of user', group: 'home of group' },
    });
  });

  test('an attribute is no longer assumed empty when the step sets it', () => {
    const privateState = { unset: ['title', 'department'] };
    expect(
      privateStateAfter(reader, { resource: user, privateState }, { ...step, desired: { title: 'x' } }).unset,
    ).toEqual(['department']);
  });
});

test('private state: an attribute is assumed empty while the state has it empty', () => {
  const privateState = { unset: ['title', 'department'] };
  expect(assumedEmpty({ resource: user, state: { title: '', department: 'Sales' }, privateState })).toEqual(['title']);
  expect(unsetIn(user, { userName: 'jane', displayName: 'Jane', title: null })).toContain('title');
  expect(unsetIn(user, { userName: 'jane', displayName: 'Jane' })).not.toContain('displayName');
});
