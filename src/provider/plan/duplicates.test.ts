import { expect, test } from '@jest/globals';
import { resourceOf } from '../resources/index.js';
import { DuplicateIndex } from './duplicates.js';

const user = resourceOf('user');
const permission = resourceOf('container-permission');
const binding = resourceOf('role-binding');
const edge = { container: '7', principalType: 'user', principalId: 'u1' };

const index = () => new DuplicateIndex<string>();
const reasons = { hint: expect.any(String), code: 'duplicate' };

test('duplicates: a name is found again when its case differs', () => {
  const names = index();
  expect(names.addName(user, { userName: 'Jane@example.com' }, 'a')).toBeUndefined();
  const found = names.addName(user, { userName: 'jane@example.com' }, 'b');
  expect(found?.other).toBe('a');
  expect(found?.error('jane@example.com')).toMatchObject({
    ...reasons,
    message: 'user jane@example.com is declared twice',
  });
  expect(found?.error('jane@example.com', 'delinea_user.a').message).toBe(
    'user jane@example.com is declared twice; the other declaration is delinea_user.a',
  );
});

test('duplicates: an edge is found again when both declarations refer to one object that does not exist yet', () => {
  const names = index();
  const principalId = { ref: 'delinea_user.jane', attribute: 'id' };
  expect(names.addName(permission, { ...edge, principalId }, 'a')).toBeUndefined();
  expect(names.addName(permission, { ...edge, principalId: { ...principalId, ref: 'x' } }, 'b')).toBeUndefined();
  expect(names.addName(permission, { ...edge, principalId }, 'c')?.other).toBe('a');
  expect(names.addName(permission, { ...edge, principalId: { pending: 'delinea_user.jane' } }, 'd')).toBeUndefined();
  expect(names.addName(permission, { ...edge, principalId: { pending: 'delinea_user.jane' } }, 'e')?.other).toBe('d');
});

test('duplicates: one live object has one declaration, also under different names', () => {
  const objects = index();
  expect(objects.addObject(user, 'user u1', 'a')).toBeUndefined();
  expect(objects.addObject(user, 'user u1', 'b')?.error('old@example.com')).toMatchObject({
    ...reasons,
    message: 'user old@example.com: two declarations refer to this object',
  });
});

test('duplicates: a scope is authoritative or additive, whichever comes first', () => {
  const additiveFirst = index();
  expect(additiveFirst.addAdditive(permission, edge, 'a')).toBeUndefined();
  expect(additiveFirst.addAdditive(permission, { ...edge, principalId: 'u2' }, 'b')).toBeUndefined();
  expect(additiveFirst.addAuthoritative(permission.type, '7', 'c')?.error('permissions on prod')).toMatchObject({
    ...reasons,
    message: 'permissions on prod is managed both by an authoritative resource and individually',
  });
  expect(additiveFirst.addAuthoritative(permission.type, '8', 'c')).toBeUndefined();
  const authoritativeFirst = index();
  expect(authoritativeFirst.addAuthoritative(permission.type, '7', 'a')).toBeUndefined();
  expect(authoritativeFirst.addAdditive(permission, edge, 'b')?.other).toBe('a');
  expect(authoritativeFirst.addAuthoritative(permission.type, '7', 'b')?.error('permissions on prod').message).toBe(
    'permissions on prod is declared twice',
  );
  expect(authoritativeFirst.addAdditive(permission, { ...edge, container: '8' }, 'b')).toBeUndefined();
});

test('duplicates: an edge of another kind is not in the scope of an authoritative resource', () => {
  const scopes = index();
  scopes.addAuthoritative(permission.type, '7', 'a');
  expect(scopes.addAdditive(binding, { role: '7', principalType: 'user', principalId: 'u1' }, 'b')).toBeUndefined();
});
