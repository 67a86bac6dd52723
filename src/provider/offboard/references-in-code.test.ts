import { expect, test } from '@jest/globals';
import { bind, declared, group, idOf, looked, membersOf, user } from '../../../test/support/tenant/declare.js';
import { findCodeReferences } from './references-in-code.js';

const [jane, tom] = [user('jane'), user('tom', { manager: { ref: 'delinea_user.jane', attribute: 'id' } })];
const again = looked('user', 'again', { userName: 'JANE@example.com' });
const declarations = [
  jane,
  tom,
  again,
  group('sre', membersOf(jane, tom)),
  group('ops', membersOf(tom)),
  group('byId', { members: ['id-7'] }),
  bind('admin', 'Platform Admin', again),
  declared('role-bindings', 'all', {
    role: 'Auditor',
    holders: [{ principalType: 'user', principalId: idOf(jane) }],
  }),
];

test('findCodeReferences: finds the declaration, and every declaration that names the account by reference, lookup or id', () => {
  const found = findCodeReferences(declarations, { kind: 'user', id: 'id-7' }, 'Jane@Example.com');
  expect(found.map(({ address, attributes }) => [address, ...attributes].join(' '))).toEqual([
    'delinea_user.jane',
    'delinea_user.tom manager',
    'delinea_group.sre members',
    'delinea_group.byId members',
    'delinea_role_binding.admin principal_id',
    'delinea_role_bindings.all holders',
  ]);
});

test('findCodeReferences: empty when no declaration names the account', () => {
  expect(findCodeReferences(declarations, { kind: 'user', id: 'id-8' }, 'nina@example.com')).toEqual([]);
});

test('findCodeReferences: an equal id of another kind is no reference to the account', () => {
  const ends = (principalType: string) => ({ container: '7', principalType, principalId: '7', right: 'View' });
  const stack = [
    declared('container-permission', 'ofUser', ends('user')),
    declared('container-permission', 'ofGroup', { ...ends('group'), principalId: '7' }),
    group('seven', { description: '7', members: ['8'] }),
  ];
  expect(findCodeReferences(stack, { kind: 'user', id: '7' }, 'jane@example.com')).toEqual([
    { address: 'delinea_container_permission.ofUser', attributes: ['principal_id'] },
  ]);
});
