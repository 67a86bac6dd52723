import { describe, expect, test } from '@jest/globals';
import type { TerraformMetaArguments } from 'cdktf';
import { mistakes, synth } from '../../test/support/cdktf/synth.js';
import { providerSchema } from '../terraform/schema.js';
import type { UserConfig } from './gen/user.js';
import { Adoption, DelineaUser, type DelineaUserProps, OnRemoval, Right } from './index.js';

/** Fails to compile when the definition has an attribute that the construct does not offer. */
type Missing = Exclude<keyof UserConfig, keyof DelineaUserProps | keyof TerraformMetaArguments>;
const nothingMissing: [Missing] extends [never] ? true : never = true;

describe('DelineaUser', () => {
  test('props: cover every attribute of the definition', () => {
    expect(nothingMissing).toBe(true);
    const { resource } = synth((stack) => {
      new DelineaUser(stack, 'jane', {
        userName: 'jane@example.com',
        displayName: 'Jane Doe',
        givenName: 'Jane',
        familyName: 'Doe',
        emails: [{ value: 'jane@example.com', primary: true }],
        active: true,
        externalId: 'ext-1',
        phoneNumbers: [{ value: '+1 555', type: 'work' }],
        title: 'Engineer',
        department: 'SRE',
        manager: DelineaUser.fromUserId(stack, 'boss', 'id-7'),
        previousNames: ['jane.miller@example.com'],
        adopt: Adoption.ALWAYS,
        onRemoval: OnRemoval.RETAIN,
        reactivate: 'OPS-1',
      });
    });
    const { id, tenant, replaces, ...declarable } = providerSchema().resource_schemas.delinea_user!.block.attributes;
    expect(Object.keys(resource.delinea_user!.jane!).sort()).toEqual(Object.keys(declarable).sort());
    expect(resource.delinea_user!.jane).toMatchObject({ manager: 'id-7', adopt: 'always', on_removal: 'retain' });
  });

  test('unset props: do not reach the stack', () => {
    const { resource } = synth((stack) => new DelineaUser(stack, 'jane', { userName: 'jane@example.com' }));
    expect(resource.delinea_user).toEqual({ jane: { user_name: 'jane@example.com' } });
  });

  test('grant, bindRole and manager: take constructs', () => {
    const { resource } = synth((stack) => {
      const jane = new DelineaUser(stack, 'jane', { userName: 'jane@example.com' });
      new DelineaUser(stack, 'omar', { userName: 'omar@example.com', manager: jane });
      jane.grant('Production', Right.OWNER);
      jane.bindRole('Platform Admin');
    });
    const id = '${delinea_user.jane.id}';
    expect(resource.delinea_user!.omar).toMatchObject({ manager: id });
    expect(Object.values(resource.delinea_container_permission!)).toEqual([
      { container: 'Production', right: 'Owner', principal_type: 'user', principal_id: id },
    ]);
    expect(Object.values(resource.delinea_role_binding!)).toEqual([
      { role: 'Platform Admin', principal_type: 'user', principal_id: id },
    ]);
  });

  test('fromUserName: looks the user up, and grants work', () => {
    const { data, resource } = synth((stack) => {
      DelineaUser.fromUserName(stack, 'auditor', 'audit@example.com').grant('Production', Right.VIEW);
    });
    expect(data.delinea_user).toEqual({ auditor: { user_name: 'audit@example.com' } });
    expect(Object.values(resource.delinea_container_permission!)[0]).toMatchObject({
      principal_id: '${data.delinea_user.auditor.id}',
    });
  });

  test('two users of the same login name: are an error, whatever the case', () => {
    const found = mistakes((stack) => {
      new DelineaUser(stack, 'one', { userName: 'Jane@Example.com' });
      new DelineaUser(stack, 'two', { userName: 'jane@example.com' });
    });
    expect(found).toEqual(['[stack/two] user "jane@example.com": declared twice, here and at stack/one; remove one']);
  });

  test.each([
    ['empty name', { userName: ' ' }, 'userName must not be empty'],
    [
      'blank at the end of the name',
      { userName: 'jane@example.com ' },
      'userName must not begin or end with a blank or a control character: "jane@example.com "',
    ],
    ['missing name', {} as DelineaUserProps, 'userName must not be empty'],
    [
      'an unknown removal',
      { userName: 'jane', onRemoval: 'burn' as OnRemoval },
      'onRemoval must be one of deactivate, retain, delete, not "burn"',
    ],
    [
      'unknown adoption',
      { userName: 'jane', adopt: 'never' as Adoption },
      'adopt must be one of whenEqual, always, not "never"',
    ],
  ])('%s: is an error', (_, props, text) => {
    const found = mistakes((stack) => new DelineaUser(stack, 'jane', props));
    expect(found).toEqual([expect.stringContaining(`[stack/jane] ${text}`)]);
  });
});
