import { expect, test } from '@jest/globals';
import { resourceOf } from '../resources/index.js';
import { nameIn } from './object-names.js';
import { objectRefs, refKeys } from './object-refs.js';

const keysIn = (kind: string, values: object) =>
  objectRefs(resourceOf(kind).attributes, { ...values }).flatMap(refKeys);
const onOne = (principalType: string) => ({ container: '1', principalType, principalId: '1', right: 'Owner' });

test('object references: each is of the kind that its attribute or its principal has', () => {
  expect(keysIn('container-permission', onOne('user'))).toEqual(['container 1', 'user 1']);
  expect(keysIn('container-permission', onOne('group'))).toEqual(['container 1', 'group 1']);
  expect(keysIn('role-binding', { role: '1', principalType: 'user', principalId: '1' })).toEqual(['role 1', 'user 1']);
});

test('object references: those in the elements of a set count, each with its own kind', () => {
  const grants = [onOne('user'), { ...onOne('group'), principalId: '2' }];
  expect(keysIn('container-permissions', { container: '1', grants })).toEqual(['container 1', 'user 1', 'group 2']);
});

test('object references: neither names, nor unset values, nor objects that do not exist yet are any', () => {
  const principalId = { ref: 'delinea_user.jane', attribute: 'id' };
  expect(keysIn('container-permission', { container: '', principalType: 'user', principalId })).toEqual([]);
  expect(keysIn('user', { userName: '1', title: '2', emails: [{ value: '3' }] })).toEqual([]);
});

test('names of objects: equal ids of two kinds have a name each, and inherited properties are no names', () => {
  const names = { user: { 1: { name: 'jane@example.com' } }, container: { 1: { name: 'prod' } } };
  expect([nameIn(names, ['user'], '1'), nameIn(names, ['container'], '1')]).toEqual(['jane@example.com', 'prod']);
  expect([nameIn(names, ['group'], '1'), nameIn(names, ['user'], 'constructor')]).toEqual([undefined, undefined]);
  expect(nameIn(names, ['toString'], 'length')).toBeUndefined();
});
