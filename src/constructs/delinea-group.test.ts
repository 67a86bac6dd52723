import { describe, expect, test } from '@jest/globals';
import type { TerraformMetaArguments } from 'cdktf';
import { mistakes, synth } from '../../test/support/cdktf/synth.js';
import { providerSchema } from '../terraform/schema.js';
import type { GroupConfig } from './gen/group.js';
import { Adoption, DelineaGroup, type DelineaGroupProps, DelineaUser, OnRemoval, Right } from './index.js';

type Missing = Exclude<keyof GroupConfig, keyof DelineaGroupProps | keyof TerraformMetaArguments>;
const nothingMissing: [Missing] extends [never] ? true : never = true;

describe('DelineaGroup', () => {
  test('props: cover every attribute of the definition', () => {
    expect(nothingMissing).toBe(true);
    const { resource } = synth((stack) => {
      new DelineaGroup(stack, 'sre', {
        displayName: 'SRE',
        description: 'Keeps production running',
        externalId: 'ext-2',
        members: [],
        allowEmpty: true,
        previousNames: ['Ops'],
        adopt: Adoption.WHEN_EQUAL,
        onRemoval: OnRemoval.DELETE,
      });
    });
    const { id, tenant, replaces, ...declarable } = providerSchema().resource_schemas.delinea_group!.block.attributes;
    expect(Object.keys(resource.delinea_group!.sre!).sort()).toEqual(Object.keys(declarable).sort());
  });

  test('members: users and groups, declared or referred to; duplicates of one construct count once', () => {
    const { resource } = synth((stack) => {
      const jane = new DelineaUser(stack, 'jane', { userName: 'jane' });
      const dba = new DelineaGroup(stack, 'dba', { displayName: 'DBA' });
      const sre = new DelineaGroup(stack, 'sre', { displayName: 'SRE', members: [jane, dba, jane] });
      sre.addMember(DelineaUser.fromUserName(stack, 'omar', 'omar'));
      sre.addMember(DelineaGroup.fromDisplayName(stack, 'audit', 'Audit'));
      sre.addMember(DelineaGroup.fromGroupId(stack, 'old', 'id-9'));
      sre.addMember(DelineaUser.fromUserId(stack, 'userNine', '9'));
      sre.addMember(DelineaGroup.fromGroupId(stack, 'groupNine', '9'));
    });
    expect(resource.delinea_group!.sre!.members).toEqual([
      '${delinea_user.jane.id}',
      '${delinea_group.dba.id}',
      '${data.delinea_user.omar.id}',
      '${data.delinea_group.audit.id}',
      'id-9',
      '9',
      'group:9',
    ]);
  });

  test('member declared by two constructs: is an error', () => {
    const found = mistakes((stack) => {
      const jane = new DelineaUser(stack, 'jane', { userName: 'jane' });
      const again = DelineaUser.fromUserName(stack, 'again', 'JANE');
      new DelineaGroup(stack, 'sre', { displayName: 'SRE', members: [jane, jane, again] });
    });
    expect(found).toEqual(['[stack/sre] members lists user "JANE" twice, as stack/jane and stack/again; keep one']);
  });

  test('members: unset is unmanaged, an empty list is managed', () => {
    const { resource } = synth((stack) => {
      new DelineaGroup(stack, 'loose', { displayName: 'Loose' });
      new DelineaGroup(stack, 'empty', { displayName: 'Empty', members: [] });
    });
    expect(resource.delinea_group!.loose).not.toHaveProperty('members');
    expect(resource.delinea_group!.empty).toMatchObject({ members: [] });
  });

  test('grant and bindRole: addresses do not depend on the right', () => {
    const addresses = [Right.VIEW, Right.ADD_SECRET].map((right) => {
      const { resource } = synth((stack) => {
        new DelineaGroup(stack, 'sre', { displayName: 'SRE' }).grant('Team/Vault', right);
      });
      return Object.keys(resource.delinea_container_permission!);
    });
    expect(addresses[0]).toEqual(addresses[1]);
    expect(addresses[0]![0]).toMatch(/^sre_grantTeam--Vault_[0-9A-F]{8}$/);
  });

  test('two groups of the same name: are an error, whatever the case', () => {
    const found = mistakes((stack) => {
      new DelineaGroup(stack, 'one', { displayName: 'SRE' });
      new DelineaGroup(stack, 'two', { displayName: 'sre' });
    });
    expect(found).toEqual(['[stack/two] group "sre": declared twice, here and at stack/one; remove one']);
  });

  test('group as its own member: is an error, by construct or by name', () => {
    const itself = mistakes((stack) => {
      const sre = new DelineaGroup(stack, 'sre', { displayName: 'SRE' });
      sre.addMember(sre);
    });
    const byName = mistakes((stack) => {
      const again = DelineaGroup.fromDisplayName(stack, 'again', 'sre');
      new DelineaGroup(stack, 'sre', { displayName: 'SRE', members: [again] });
    });
    expect(itself).toEqual([expect.stringMatching(/^\[stack\/sre\] the group is a member of itself/)]);
    expect(byName).toEqual(itself);
  });
});
