import { describe, expect, test } from '@jest/globals';
import type { TerraformVariable } from 'cdktf';
import { mistakes, synth } from '../../test/support/cdktf/synth.js';
import {
  ContainerPermission,
  DelineaGroup,
  DelineaProvider,
  DelineaUser,
  l1,
  OnEdgeRemoval,
  Right,
  RoleBinding,
  SecretRight,
} from './index.js';

describe('ContainerPermission and RoleBinding', () => {
  test('props: reach the stack', () => {
    const { resource } = synth((stack) => {
      const sre = new DelineaGroup(stack, 'sre', { displayName: 'SRE' });
      new ContainerPermission(stack, 'vault', {
        container: 'Vault',
        principal: sre,
        right: Right.ADD_SECRET,
        secretRight: SecretRight.LIST,
        onRemoval: OnEdgeRemoval.RETAIN,
      });
      new RoleBinding(stack, 'admin', { role: 'Admin', principal: sre, onRemoval: OnEdgeRemoval.REVOKE });
    });
    expect(resource.delinea_container_permission!.vault).toEqual({
      container: 'Vault',
      principal_type: 'group',
      principal_id: '${delinea_group.sre.id}',
      right: 'Add Secret',
      secret_right: 'List',
      on_removal: 'retain',
    });
    expect(resource.delinea_role_binding!.admin).toEqual({
      role: 'Admin',
      principal_type: 'group',
      principal_id: '${delinea_group.sre.id}',
      on_removal: 'revoke',
    });
  });

  test('two rights of one principal on one container: are an error', () => {
    const found = mistakes((stack) => {
      const sre = new DelineaGroup(stack, 'sre', { displayName: 'SRE' });
      sre.grant('Vault', Right.VIEW);
      sre.grant('vault', Right.OWNER);
    });
    expect(found).toEqual([
      '[stack/sre/grant vault] group "SRE" on container "vault" has two rights: "Owner" here and "View" at stack/sre/grant Vault; keep one',
    ]);
  });

  test('permission or role declared twice: is an error, also by two constructs of the holder', () => {
    const found = mistakes((stack) => {
      const jane = new DelineaUser(stack, 'jane', { userName: 'jane@example.com' });
      const again = DelineaUser.fromUserName(stack, 'again', 'JANE@example.com');
      jane.grant('Vault', Right.VIEW);
      again.grant('Vault', Right.VIEW);
      jane.bindRole('Admin');
      jane.bindRole('Admin');
    });
    expect(found).toEqual([
      expect.stringMatching(/^\[stack\/jane\/role Admin 2\] role "Admin" of user "jane@example.com": declared twice/),
      expect.stringMatching(
        /^\[stack\/again\/grant Vault\] user "JANE@example.com" on container "Vault": declared twice/,
      ),
    ]);
  });

  test('user and group of the same name, and two ids: are different holders', () => {
    const found = mistakes((stack) => {
      DelineaUser.fromUserName(stack, 'u', 'sre').grant('Vault', Right.VIEW);
      DelineaGroup.fromDisplayName(stack, 'g', 'sre').grant('Vault', Right.OWNER);
      DelineaUser.fromUserId(stack, 'i', 'id-1').grant('Vault', Right.EDIT);
      DelineaUser.fromUserId(stack, 'j', 'id-2').grant('Vault', Right.EDIT);
      new DelineaGroup(stack, 'eu', { displayName: 'EU' }).grant('Team Vault', Right.VIEW);
      new DelineaGroup(stack, 'team', { displayName: 'EU Team' }).grant('Vault', Right.VIEW);
    });
    expect(found).toEqual([]);
  });

  test('container by reference: is compared by its reference', () => {
    const found = mistakes((stack) => {
      const vault = new l1.DataDelineaContainer(stack, 'vault', { name: 'Vault' });
      const sre = new DelineaGroup(stack, 'sre', { displayName: 'SRE' });
      sre.grant(vault.id, Right.VIEW);
      new ContainerPermission(stack, 'p', { container: vault.id, principal: sre, right: Right.VIEW });
    });
    expect(found).toEqual([expect.stringMatching(/^\[stack\/p\] .*\$\{data\.delinea_container\.vault\.id\}.* twice/)]);
  });

  test('wrong types from JavaScript: are errors', () => {
    const found = mistakes((stack) => {
      const sre = new DelineaGroup(stack, 'sre', { displayName: 'SRE' });
      sre.grant('', 'Root' as Right);
      sre.bindRole('');
    });
    expect(found).toEqual([
      '[stack/sre/grant ] container must not be empty',
      '[stack/sre/grant ] right must be one of View, Edit, Add Secret, Owner, not "Root"',
      '[stack/sre/role ] role must not be empty',
    ]);
  });

  test('provider: comes from the principal, and tenants do not conflict', () => {
    const build = (stack: ConstructorParameters<typeof TerraformVariable>[0]) => {
      const eu = new DelineaProvider(stack, 'eu', { alias: 'eu', tenant: 'acme-eu' });
      const us = new DelineaProvider(stack, 'us', { alias: 'us', tenant: 'acme-us' });
      for (const [id, provider] of Object.entries({ eu, us })) {
        const jane = new DelineaUser(stack, `jane-${id}`, { userName: 'jane', provider });
        new RoleBinding(stack, `admin-${id}`, { role: 'Admin', principal: jane });
        DelineaUser.fromUserName(stack, `omar-${id}`, 'omar', provider).bindRole('Admin');
      }
    };
    expect(mistakes(build)).toEqual([]);
    const { resource, data } = synth(build);
    const tenants = Object.entries(resource.delinea_role_binding!).map(([name, { provider }]) => [name, provider]);
    expect(tenants).toEqual([
      ['admin-eu', 'delinea.eu'],
      ['admin-us', 'delinea.us'],
      [expect.stringMatching(/^omar-eu_/), 'delinea.eu'],
      [expect.stringMatching(/^omar-us_/), 'delinea.us'],
    ]);
    expect(data.delinea_user!['omar-us']).toMatchObject({ provider: 'delinea.us' });
  });

  test('member of another tenant: is an error', () => {
    const found = mistakes((stack) => {
      const eu = new DelineaProvider(stack, 'eu', { alias: 'eu', tenant: 'acme-eu' });
      const jane = new DelineaUser(stack, 'jane', { userName: 'jane', provider: eu });
      new DelineaGroup(stack, 'sre', { displayName: 'SRE', members: [jane] });
    });
    expect(found).toEqual(['[stack/sre] user "jane" belongs to another tenant; use the same provider for both']);
  });
});
