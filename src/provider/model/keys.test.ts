import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { resourceOf } from '../resources/index.js';
import { isEdge, keyText, nameKey, nameText, objectKey, ownedKey, ownNames } from './keys.js';
import type { Resource } from './resource.js';

const [user, permission, folder] = ['user', 'container-permission', 'container'].map(resourceOf) as [
  Resource,
  Resource,
  Resource,
];
const edge = { container: 'C1', principalType: 'user', principalId: 'u1' };

test('keyText: equal when a name differs in case only, different when an id does', () => {
  expect(keyText(user, { userName: 'JANE@x' })).toBe(keyText(user, { userName: 'jane@x' }));
  expect(keyText(permission, edge)).not.toBe(keyText(permission, { ...edge, container: 'c1' }));
});

test('keyText: two keys are equal only when every part is, for any values', () => {
  // Repeats a few texts, so that many pairs differ in one part only.
  const text = fc.oneof(fc.constantFrom('', 'a', 'A', 'a","user'), fc.string({ unit: 'grapheme', maxLength: 8 }));
  const edges = fc.record({ container: text, principalType: fc.constantFrom('user', 'group'), principalId: text });
  fc.assert(
    fc.property(edges, edges, (one, other) => {
      const same =
        one.container === other.container &&
        one.principalType === other.principalType &&
        one.principalId === other.principalId;
      expect(keyText(permission, one) === keyText(permission, other)).toBe(same);
    }),
  );
});

test('keyText: different when the same characters are parts of other attributes', () => {
  const [left, right] = [
    { ...edge, principalType: 'a', principalId: 'b","c' },
    { ...edge, principalType: 'a","b', principalId: 'c' },
  ];
  expect(keyText(permission, left)).not.toBe(keyText(permission, right));
});

test('keyText: equal when only attributes outside of the key differ', () => {
  expect(keyText(permission, { ...edge, right: 'Owner' })).toBe(keyText(permission, { ...edge, right: 'View' }));
});

test('keyText: a parent that is not set is the root, and a name in another parent is another object', () => {
  const db = { name: 'db', parent: '5' };
  expect(keyText(folder, { name: 'DB' })).toBe(keyText(folder, { name: 'db', parent: null }));
  expect(keyText(folder, { name: 'db', parent: '' })).toBe(keyText(folder, { name: 'db' }));
  expect(keyText(folder, db)).not.toBe(keyText(folder, { name: 'db' }));
  expect(keyText(folder, db)).not.toBe(keyText(folder, { ...db, parent: '6' }));
});

test('nameText: the key without the parent', () => {
  expect([ownNames(folder), ownNames(user)]).toEqual([['name'], ['userName']]);
  expect(nameText(folder, { name: 'DB', parent: '5' })).toBe(nameText(folder, { name: 'db' }));
  expect(nameText(permission, edge)).toBe(keyText(permission, edge));
});

test('ownedKey: the id of an object, and the ends of an edge', () => {
  expect(ownedKey(user, 'u1', { userName: 'jane@x' })).toBe(objectKey('user', 'u1'));
  expect(ownedKey(permission, 'p1', edge)).toBe(ownedKey(permission, 'p2', edge));
  expect(ownedKey(permission, 'p1', edge)).toBe(nameKey(permission, edge));
});

test('nameKey: different when the kind differs', () => {
  const name = { userName: 'sre', displayName: 'sre' };
  expect(nameKey(user, name)).not.toBe(nameKey(resourceOf('group'), name));
});

test('isEdge: true when a kind joins a principal to a scope', () => {
  expect(
    ['user', 'group', 'container', 'container-permission', 'role-binding'].map((kind) => isEdge(resourceOf(kind))),
  ).toEqual([false, false, false, true, true]);
});
