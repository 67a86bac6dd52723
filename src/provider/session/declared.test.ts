import { expect, test } from '@jest/globals';
import { resourceOf } from '../resources/index.js';
import { Declared } from './declared.js';

const user = resourceOf('user');
const permission = resourceOf('container-permission');
const set = resourceOf('container-permissions');
const edge = { container: '7', principalType: 'user', principalId: 'u1' };
const refused = (work: () => void) => {
  expect(work).toThrow(expect.objectContaining({ code: 'duplicate' }));
};

test('one object has one declaration, in whatever case it is written, and under whatever name', () => {
  const declared = new Declared();
  declared.one(user, { userName: 'Jane@example.com' }, 'u1', 'Jane@example.com');
  refused(() => declared.one(user, { userName: 'jane@example.com' }, 'u1', 'jane@example.com'));
  refused(() => declared.one(user, { userName: 'jane@example.com' }, 'u2', 'jane@example.com'));
  refused(() => declared.one(user, { userName: 'jane@example.com' }, undefined, 'jane@example.com'));
  declared.one(user, { userName: 'omar@example.com' }, undefined, 'omar@example.com');
  refused(() => declared.one(user, { userName: 'omar@example.com' }, undefined, 'omar@example.com'));
  declared.object('user/u1', 'jane@example.com');
  refused(() => declared.object('user/u1', 'old@example.com'));
});

test('a place is declared as a whole or edge by edge, whichever is told first', () => {
  const edgeFirst = new Declared();
  edgeFirst.one(permission, edge, '1', 'View of jane on prod');
  refused(() => edgeFirst.set(set, '7', 'permissions on prod'));
  edgeFirst.set(set, '8', 'permissions on db');
  const setFirst = new Declared();
  setFirst.set(set, '7', 'permissions on prod');
  refused(() => setFirst.one(permission, edge, '1', 'View of jane on prod'));
  refused(() => setFirst.set(set, '7', 'permissions on prod'));
  setFirst.one(permission, { ...edge, container: '8' }, '2', 'View of jane on db');
});
