import { describe, expect, test } from '@jest/globals';
import { bind, declared, grant, group, idOf, looked, membersOf, user } from '../../../test/support/tenant/declare.js';
import type { Declaration } from '../model/declaration.js';
import { DelineaErrors } from '../model/errors.js';
import { checkDeclarations } from './check-declarations.js';

function faults(declarations: readonly Declaration[]) {
  try {
    checkDeclarations(declarations);
    return [];
  } catch (error) {
    if (!(error instanceof DelineaErrors)) throw error;
    return error.errors.map(({ code, message, path, hint }) => ({ code, message, path, hint }));
  }
}

const jane = user('jane');

describe('declarations', () => {
  test('get their defaults and keep references as they are', () => {
    const [, sre] = checkDeclarations([jane, group('sre', membersOf(jane))]);
    expect(sre?.values).toEqual({
      displayName: 'sre',
      members: [idOf(jane)],
      allowEmpty: false,
      adopt: 'whenEqual',
      onRemoval: 'deactivate',
    });
  });

  test.each([
    [
      'an unknown attribute',
      [user('x', { titel: 'a' })],
      'stack_invalid',
      'delinea_user.x.titel',
      'Did you mean "title"?',
    ],
    ['a computed attribute', [user('x', { id: '1' })], 'stack_invalid', 'delinea_user.x.id', undefined],
    ['a wrong type', [user('x', { active: 'yes' })], 'stack_invalid', 'delinea_user.x.active', undefined],
    [
      'a wrong field in a list',
      [user('x', { emails: [{ value: '' }] })],
      'stack_invalid',
      'delinea_user.x.emails.0.value',
      undefined,
    ],
    [
      'an address twice in two cases',
      [user('x', { emails: [{ value: 'a@e.com' }, { value: 'A@E.com' }] })],
      'stack_invalid',
      'delinea_user.x.emails',
      undefined,
    ],
    [
      'a number twice',
      [user('x', { phoneNumbers: [{ value: '1' }, { value: '1', type: 'home' }] })],
      'stack_invalid',
      'delinea_user.x.phone_numbers',
      undefined,
    ],
    [
      'two primary addresses',
      [user('x', { emails: ['a', 'b'].map((value) => ({ value, primary: true })) })],
      'stack_invalid',
      'delinea_user.x.emails',
      undefined,
    ],
    [
      'a blank name',
      [declared('user', 'x', { userName: ' ' })],
      'stack_invalid',
      'delinea_user.x.user_name',
      undefined,
    ],
    [
      'a blank name of a group',
      [declared('group', 'x', { displayName: '\t ' })],
      'stack_invalid',
      'delinea_group.x.display_name',
      undefined,
    ],
    ...[' jane@example.com', 'jane@example.com\u00a0', 'jane@example.com\n', '\u0007jane@example.com'].map(
      (userName) =>
        [
          'a name with a blank or a control character at its end',
          [declared('user', 'x', { userName })],
          'stack_invalid',
          'delinea_user.x.user_name',
          undefined,
        ] as const,
    ),
    ['a missing attribute', [declared('user', 'x', {})], 'stack_invalid', 'delinea_user.x.user_name', undefined],
    [
      'an unknown right',
      [jane, grant('g', 'prod', jane, 'Admin')],
      'stack_invalid',
      'delinea_container_permission.g.right',
      undefined,
    ],
    [
      'an unknown reference',
      [jane, group('sre', membersOf(user('jane1')))],
      'reference_unresolved',
      'delinea_group.sre.members',
      expect.stringContaining('Did you mean "delinea_user.jane"'),
    ],
    [
      'a reference to no attribute',
      [jane, group('sre', { members: [{ ref: jane.address, attribute: 'ids' }] })],
      'reference_unresolved',
      'delinea_group.sre.members',
      'Did you mean "id"?',
    ],
    [
      'depends_on of nothing',
      [user('x', {}, { dependsOn: ['delinea_user.y'] })],
      'reference_unresolved',
      'delinea_user.x',
      undefined,
    ],
    [
      'a user twice in two cases',
      [jane, declared('user', 'j2', { userName: 'JANE@example.com' })],
      'duplicate',
      'delinea_user.j2',
      expect.stringContaining('without case'),
    ],
    [
      'a right twice',
      [jane, grant('a', 'prod', jane, 'View'), grant('b', 'prod', jane, 'Edit')],
      'duplicate',
      'delinea_container_permission.b',
      expect.any(String),
    ],
    [
      'a role twice in two cases',
      [jane, bind('a', 'User', jane), bind('b', 'USER', jane)],
      'duplicate',
      'delinea_role_binding.b',
      expect.any(String),
    ],
  ] as const)('%s is an error with its place', (_, declarations, code, path, hint) => {
    const found = faults(declarations);
    expect(found).toEqual([{ code, message: expect.any(String), path, hint: hint ?? found[0]?.hint }]);
    for (const odd of ['\n', '\u0000']) expect(found[0]?.message).not.toContain(odd);
  });

  test('that refer to each other in a cycle are an error that shows the cycle', () => {
    const [a, b] = [
      group('a', { members: [{ ref: 'delinea_group.b', attribute: 'id' }] }),
      group('b', { members: [{ ref: 'delinea_group.a', attribute: 'id' }] }),
    ];
    expect(faults([a, b]).map(({ message }) => message)).toEqual([
      expect.stringContaining('delinea_group.a -> delinea_group.b -> delinea_group.a'),
    ]);
  });

  test('are all checked: every fault is reported at once', () => {
    expect(
      faults([user('x', { titel: '' }), user('y', { active: 1 }), group('z', membersOf(user('nobody')))]),
    ).toHaveLength(3);
  });

  test('and a lookup of the same object are not duplicates', () => {
    expect(faults([jane, looked('user', 'jane', { userName: 'jane@example.com' })])).toEqual([]);
  });
});

test('the nearest names come first, and far ones not at all', () => {});
