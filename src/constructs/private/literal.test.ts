import { describe, expect, test } from '@jest/globals';
import { TerraformStack, TerraformVariable, Testing } from 'cdktf';
import { mistakes, synth } from '../../../test/support/cdktf/synth.js';
import { ContainerPermissions, DelineaGroup, DelineaUser, Right, RoleBindings } from '../index.js';
import { literal } from './literal.js';

describe('literal', () => {
  test.each([
    ['${file("/etc/passwd")}', '$${file("/etc/passwd")}'],
    ['%{ if true }x%{ endif }', '%%{ if true }x%%{ endif }'],
    ['$${x} %%{y}', '$$${x} %%%{y}'],
    ['100% of $5 {x}', '100% of $5 {x}'],
  ])('%s becomes %s', (text, written) => {
    expect(literal(text)).toBe(written);
  });

  test('lists and objects: their strings are escaped, other types are kept', () => {
    expect(literal({ a: ['${x}', { b: '%{y}' }], c: true, d: 4, e: undefined })).toEqual({
      a: ['$${x}', { b: '%%{y}' }],
      c: true,
      d: 4,
      e: undefined,
    });
  });

  test('references: are kept, and the text around them is escaped', () => {
    const { resource } = synth((stack) => {
      const team = new TerraformVariable(stack, 'team', { type: 'string' }).stringValue;
      new DelineaUser(stack, 'jane', { userName: 'jane', department: `\${x} ${team} %{y}` });
    });
    expect(resource.delinea_user!.jane).toMatchObject({ department: '$${x} ${var.team} %%{y}' });
  });

  test('text that cannot be escaped: is an error', () => {
    const stack = new TerraformStack(Testing.app(), 'stack');
    const team = new TerraformVariable(stack, 'team', { type: 'string' }).stringValue;
    expect(() => literal(`US$${team}`)).toThrow(/"\$" directly before a reference/);
    expect(() => literal('${TfToken[TOKEN.987654321]}')).toThrow(/does not exist in this app/);
  });

  test('constructs: escape every string', () => {
    const hostile = '${file("x")}%{y}';
    const text = JSON.stringify(
      synth((stack) => {
        const jane = new DelineaUser(stack, 'jane', {
          userName: hostile,
          displayName: hostile,
          emails: [{ value: hostile }],
          phoneNumbers: [{ value: hostile, type: hostile }],
          previousNames: [hostile],
          reactivate: hostile,
          manager: DelineaUser.fromUserName(stack, 'boss', `boss${hostile}`),
        });
        const group = new DelineaGroup(stack, 'g', { displayName: hostile, description: hostile, members: [jane] });
        const old = DelineaGroup.fromGroupId(stack, 'old', hostile);
        group.addMember(old);
        DelineaGroup.fromDisplayName(stack, 'other', `other${hostile}`).bindRole(hostile);
        group.grant(hostile, Right.VIEW);
        const grants = [{ principal: old, right: hostile as Right }];
        new ContainerPermissions(stack, 'all', { container: hostile, grants });
        new RoleBindings(stack, 'holders', { role: hostile, holders: [old] });
      }),
    );
    expect(text.split('file(').length - 1).toBe(19);
    expect(text.match(/(?<!\$)\$\{file|(?<!%)%\{y/g)).toBeNull();
  });

  test('hostile names: are accepted', () => {
    expect(mistakes((stack) => new DelineaUser(stack, 'jane', { userName: '${x}' }))).toEqual([]);
  });
});
