import { describe, expect, test } from '@jest/globals';
import type { TerraformStack } from 'cdktf';
import { Construct } from 'constructs';
import { mistakes, synth } from '../../test/support/cdktf/synth.js';
import { DelineaGroup, DelineaProvider, DelineaUser, GroupMembership, OnEdgeRemoval } from './index.js';

const sreIn = (stack: TerraformStack) => new DelineaGroup(stack, 'sre', { displayName: 'SRE' });
const janeIn = (stack: TerraformStack) => new DelineaUser(stack, 'jane', { userName: 'jane' });

describe('GroupMembership', () => {
  test('props: reach the stack, for a declared group and one that is managed elsewhere', () => {
    const { resource } = synth((stack) => {
      const member = janeIn(stack);
      const onRemoval = OnEdgeRemoval.RETAIN;
      new GroupMembership(stack, 'declared', { group: sreIn(stack), member, onRemoval });
      const group = DelineaGroup.fromGroupId(stack, 'ops', '7');
      new GroupMembership(stack, 'by_id', { group, member: DelineaGroup.fromDisplayName(stack, 'dev', 'Dev') });
    });
    expect(resource.delinea_group_membership).toEqual({
      declared: {
        group: '${delinea_group.sre.id}',
        principal_type: 'user',
        principal_id: '${delinea_user.jane.id}',
        on_removal: 'retain',
      },
      // In a list of members, a bare number would be that of a user.
      by_id: { group: 'group:7', principal_type: 'group', principal_id: '${data.delinea_group.dev.id}' },
    });
    expect(resource.delinea_group!.sre).not.toHaveProperty('members');
  });

  test.each<[string, (stack: TerraformStack) => DelineaGroup]>([
    ['members', (stack) => new DelineaGroup(stack, 'sre', { displayName: 'SRE', members: [janeIn(stack)] })],
    ['no members', (stack) => new DelineaGroup(stack, 'sre', { displayName: 'SRE', members: [], allowEmpty: true })],
    [
      'an added member',
      (stack) => {
        const sre = sreIn(stack);
        sre.addMember(janeIn(stack));
        return sre;
      },
    ],
  ])('group that lists %s: is an error, also if the membership looks the group up', (_, groupIn) => {
    const found = mistakes((stack) => {
      const member = DelineaUser.fromUserId(stack, 'omar', 'id-1');
      new GroupMembership(stack, 'direct', { group: groupIn(stack), member });
      const group = DelineaGroup.fromDisplayName(stack, 'again', 'sre');
      new GroupMembership(stack, 'looked-up', { group, member: DelineaUser.fromUserId(stack, 'eve', 'id-2') });
      new GroupMembership(stack, 'other', { group: DelineaGroup.fromDisplayName(stack, 'o', 'SRE 2'), member });
    });
    expect(found).toEqual([
      '[stack/direct] stack/sre manages all members of group "SRE"; add the member there',
      '[stack/looked-up] stack/sre manages all members of group "sre"; add the member there',
    ]);
  });

  test('membership declared twice: is an error', () => {
    const found = mistakes((stack) => {
      const group = sreIn(stack);
      for (const id of ['a', 'b'])
        new GroupMembership(stack, id, { group, member: janeIn(new Construct(stack, `in-${id}`) as TerraformStack) });
      new GroupMembership(stack, 'c', { group, member: DelineaGroup.fromDisplayName(stack, 'g', 'jane') });
    });
    expect(found).toContain('[stack/b] user "jane" in group "SRE": declared twice, here and at stack/a; remove one');
    expect(found.filter((text) => text.startsWith('[stack/c]'))).toEqual([]);
  });

  test('group in itself, and ends in two tenants: are errors', () => {
    const found = mistakes((stack) => {
      const eu = new DelineaProvider(stack, 'eu', { alias: 'eu', tenant: 'acme-eu' });
      const sre = sreIn(stack);
      new GroupMembership(stack, 'itself', { group: sre, member: sre });
      const member = new DelineaUser(stack, 'jane', { userName: 'jane', provider: eu });
      new GroupMembership(stack, 'apart', { group: sre, member });
      const group = new DelineaGroup(stack, 'eu-sre', { displayName: 'SRE', provider: eu });
      new GroupMembership(stack, 'together', { group, member });
    });
    expect(found).toEqual([
      '[stack/itself] the group would be a member of itself',
      '[stack/apart] user "jane" belongs to another tenant; use the same provider for both',
    ]);
  });

  test('provider: comes from the group', () => {
    const { resource } = synth((stack) => {
      const provider = new DelineaProvider(stack, 'eu', { alias: 'eu', tenant: 'acme-eu' });
      const group = new DelineaGroup(stack, 'sre', { displayName: 'SRE', provider });
      const member = DelineaUser.fromUserName(stack, 'jane', 'jane', provider);
      new GroupMembership(stack, 'm', { group, member });
    });
    expect(resource.delinea_group_membership!.m).toMatchObject({ provider: 'delinea.eu' });
  });
});
