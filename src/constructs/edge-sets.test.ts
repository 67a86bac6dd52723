import { describe, expect, test } from '@jest/globals';
import type { TerraformStack } from 'cdktf';
import { mistakes, synth } from '../../test/support/cdktf/synth.js';
import {
  ContainerPermission,
  ContainerPermissions,
  DelineaGroup,
  DelineaProvider,
  DelineaUser,
  l1,
  OnEdgeRemoval,
  Right,
  RoleBinding,
  RoleBindings,
} from './index.js';

const sreIn = (stack: TerraformStack) => new DelineaGroup(stack, 'sre', { displayName: 'SRE' });
const janeIn = (stack: TerraformStack) => new DelineaUser(stack, 'jane', { userName: 'jane' });

describe('ContainerPermissions and RoleBindings', () => {
  test('pass every attribute on', () => {
    const { resource } = synth((stack) => {
      const sre = sreIn(stack);
      const omar = DelineaUser.fromUserId(stack, 'omar', 'id-1');
      const rest = { allowEmpty: true, onRemoval: OnEdgeRemoval.RETAIN, lifecycle: { preventDestroy: true } };
      new ContainerPermissions(stack, 'vault', {
        container: 'Vault',
        grants: [
          { principal: sre, right: Right.ADD_SECRET },
          { principal: omar, right: Right.OWNER },
        ],
        ...rest,
      });
      new RoleBindings(stack, 'admin', { role: 'Admin', holders: [sre, omar], ...rest });
    });
    const sre = { principal_type: 'group', principal_id: '${delinea_group.sre.id}' };
    const omar = { principal_type: 'user', principal_id: 'id-1' };
    const rest = { allow_empty: true, on_removal: 'retain', lifecycle: { prevent_destroy: true } };
    expect(resource.delinea_container_permissions!.vault).toEqual({
      container: 'Vault',
      grants: [
        { ...sre, right: 'Add Secret' },
        { ...omar, right: 'Owner' },
      ],
      ...rest,
    });
    expect(resource.delinea_role_bindings!.admin).toEqual({ role: 'Admin', holders: [sre, omar], ...rest });
  });

  test('what they depend on reaches depends_on, and what depends on them', () => {
    const { resource } = synth((stack) => {
      const jane = janeIn(stack);
      const set = new RoleBindings(stack, 'admin', { role: 'Admin', holders: [jane] });
      set.node.addDependency(sreIn(stack));
      new DelineaUser(stack, 'omar', { userName: 'omar' }).node.addDependency(set);
    });
    expect(resource.delinea_role_bindings!.admin).toMatchObject({ depends_on: ['delinea_group.sre'] });
    expect(resource.delinea_user!.omar).toMatchObject({ depends_on: ['delinea_role_bindings.admin'] });
  });

  test('an empty list is a mistake, unless it is meant', () => {
    const build = (allowEmpty: boolean) => (stack: TerraformStack) => {
      new ContainerPermissions(stack, 'vault', { container: 'Vault', grants: [], allowEmpty });
      new RoleBindings(stack, 'admin', { role: 'Admin', holders: [], allowEmpty });
    };
    expect(mistakes(build(false))).toEqual([
      '[stack/vault] grants is empty, which would take it from everybody; list who keeps it, or set allowEmpty',
      '[stack/admin] holders is empty, which would take it from everybody; list who keeps it, or set allowEmpty',
    ]);
    expect(mistakes(build(true))).toEqual([]);
    const { resource } = synth(build(true));
    expect(resource.delinea_container_permissions!.vault).toMatchObject({ grants: [] });
    expect(resource.delinea_role_bindings!.admin).toMatchObject({ holders: [] });
  });

  test('a list is taken as it was, whatever becomes of the array', () => {
    const found = mistakes((stack) => {
      const holders = [janeIn(stack)];
      new RoleBindings(stack, 'admin', { role: 'Admin', holders });
      holders.pop();
    });
    expect(found).toEqual([]);
  });

  test('one principal twice is a mistake, also where it is named in two ways', () => {
    const found = mistakes((stack) => {
      const jane = janeIn(stack);
      const again = DelineaUser.fromUserName(stack, 'again', 'JANE');
      const grant = (principal: typeof jane | typeof again, right: Right) => ({ principal, right });
      new ContainerPermissions(stack, 'a', {
        container: 'A',
        grants: [grant(jane, Right.VIEW), grant(again, Right.OWNER)],
      });
      new ContainerPermissions(stack, 'b', {
        container: 'B',
        grants: [grant(jane, Right.VIEW), grant(jane, Right.VIEW)],
      });
      new RoleBindings(stack, 'admin', { role: 'Admin', holders: [jane, again] });
    });
    expect(found).toEqual([
      '[stack/a] grants has user "JANE" twice, as stack/jane and stack/again, with "View" and "Owner"; keep one',
      '[stack/b] grants has user "jane" twice, as stack/jane; keep one',
      '[stack/admin] holders has user "JANE" twice, as stack/jane and stack/again; keep one',
    ]);
  });

  test('a user and a group of one name are two principals', () => {
    const found = mistakes((stack) => {
      const holders = [
        DelineaUser.fromUserName(stack, 'u', 'sre'),
        DelineaGroup.fromDisplayName(stack, 'g', 'sre'),
        DelineaUser.fromUserId(stack, 'i', 'id-1'),
        DelineaUser.fromUserId(stack, 'j', 'id-2'),
      ];
      new RoleBindings(stack, 'admin', { role: 'Admin', holders });
    });
    expect(found).toEqual([]);
  });

  test('two sets of one container or role are a mistake', () => {
    const found = mistakes((stack) => {
      const jane = janeIn(stack);
      const grants = [{ principal: jane, right: Right.OWNER }];
      new ContainerPermissions(stack, 'a', { container: 'Vault', grants });
      new ContainerPermissions(stack, 'b', { container: 'vault', grants });
      new ContainerPermissions(stack, 'c', { container: 'Admin', grants });
      new RoleBindings(stack, 'd', { role: 'Admin', holders: [jane] });
      new RoleBindings(stack, 'e', { role: 'ADMIN', holders: [jane] });
    });
    expect(found).toEqual([
      '[stack/b] the whole of container "vault" is declared twice, here and at stack/a; remove one',
      '[stack/e] the whole of role "ADMIN" is declared twice, here and at stack/d; remove one',
    ]);
  });

  test('what JavaScript lets through is caught', () => {
    const found = mistakes((stack) => {
      const jane = janeIn(stack);
      const onRemoval = 'keep' as OnEdgeRemoval;
      const grants = [{ principal: jane, right: 'Root' as Right }];
      new ContainerPermissions(stack, 'a', { container: '', grants, onRemoval });
      new RoleBindings(stack, 'b', { role: undefined as unknown as string, holders: [jane], onRemoval });
    });
    expect(found).toEqual([
      '[stack/a] container is empty; give the name',
      '[stack/a] right of user "jane" cannot be "Root"; use one of View, Edit, Add Secret, Owner',
      '[stack/a] onRemoval cannot be "keep"; use one of revoke, retain',
      '[stack/b] role is empty; give the name',
      '[stack/b] onRemoval cannot be "keep"; use one of revoke, retain',
    ]);
  });
});

describe('a set and single edges of one object', () => {
  test.each(['before', 'after'])('are a mistake, the single one %s the set', (order) => {
    const found = mistakes((stack) => {
      const [jane, sre] = [janeIn(stack), sreIn(stack)];
      const sets = () => {
        new ContainerPermissions(stack, 'vault', {
          container: 'Vault',
          grants: [{ principal: jane, right: Right.OWNER }],
        });
        new RoleBindings(stack, 'admin', { role: 'Admin', holders: [jane] });
      };
      if (order === 'after') sets();
      new ContainerPermission(stack, 'p', { container: 'VAULT', principal: sre, right: Right.VIEW });
      new RoleBinding(stack, 'r', { role: 'admin', principal: sre });
      jane.grant('vault', Right.OWNER);
      jane.bindRole('Admin');
      if (order === 'before') sets();
    });
    expect(found.sort()).toEqual([
      '[stack/jane/grant vault] container "vault" is managed whole at stack/vault; add the grant there',
      '[stack/jane/role Admin] role "Admin" is managed whole at stack/admin; add the holder there',
      '[stack/p] container "VAULT" is managed whole at stack/vault; add the grant there',
      '[stack/r] role "admin" is managed whole at stack/admin; add the holder there',
    ]);
  });

  test('are a mistake by reference too', () => {
    const found = mistakes((stack) => {
      const jane = janeIn(stack);
      const vault = new l1.DataDelineaContainer(stack, 'vault', { name: 'Vault' });
      new ContainerPermissions(stack, 'all', {
        container: vault.id,
        grants: [{ principal: jane, right: Right.OWNER }],
      });
      new ContainerPermission(stack, 'p', { container: vault.id, principal: sreIn(stack), right: Right.VIEW });
    });
    expect(found).toEqual([
      '[stack/p] container "${data.delinea_container.vault.id}" is managed whole at stack/all; add the grant there',
    ]);
  });

  test('of different objects, or a container and a role of one name, are none', () => {
    const found = mistakes((stack) => {
      const [jane, sre] = [janeIn(stack), sreIn(stack)];
      new ContainerPermissions(stack, 'all', {
        container: 'Vault',
        grants: [{ principal: jane, right: Right.OWNER }],
      });
      new RoleBindings(stack, 'admin', { role: 'Admin', holders: [jane] });
      sre.grant('Vaults', Right.VIEW);
      sre.grant('Admin', Right.VIEW);
      sre.bindRole('Vault');
    });
    expect(found).toEqual([]);
  });
});

describe('sets in several tenants', () => {
  const tenants = (stack: TerraformStack) => ({
    eu: new DelineaProvider(stack, 'eu', { alias: 'eu', tenant: 'acme-eu' }),
    us: new DelineaProvider(stack, 'us', { alias: 'us', tenant: 'acme-us' }),
  });

  test('go to the tenant of their principals, and do not get in each other’s way', () => {
    const build = (stack: TerraformStack) => {
      const { eu, us } = tenants(stack);
      const jane = DelineaUser.fromUserName(stack, 'jane-eu', 'jane', eu);
      new RoleBindings(stack, 'admin', { role: 'Admin', holders: [jane] });
      new RoleBindings(stack, 'nobody', { role: 'Admin', holders: [], allowEmpty: true, provider: us });
      new ContainerPermissions(stack, 'vault', {
        container: 'Vault',
        grants: [{ principal: jane, right: Right.OWNER }],
      });
      DelineaUser.fromUserName(stack, 'jane-us', 'jane', us).grant('Vault', Right.VIEW);
    };
    expect(mistakes(build)).toEqual([]);
    const { resource } = synth(build);
    expect(resource.delinea_role_bindings!.admin).toMatchObject({ provider: 'delinea.eu' });
    expect(resource.delinea_role_bindings!.nobody).toMatchObject({ provider: 'delinea.us' });
    expect(resource.delinea_container_permissions!.vault).toMatchObject({ provider: 'delinea.eu' });
  });

  test('have principals of one tenant only', () => {
    const found = mistakes((stack) => {
      const { eu, us } = tenants(stack);
      const jane = new DelineaUser(stack, 'jane', { userName: 'jane', provider: eu });
      const omar = DelineaUser.fromUserName(stack, 'omar', 'omar', us);
      const zoe = new DelineaUser(stack, 'zoe', { userName: 'zoe' });
      new RoleBindings(stack, 'first', { role: 'First', holders: [jane, omar] });
      new RoleBindings(stack, 'given', { role: 'Given', holders: [jane, omar], provider: us });
      new RoleBindings(stack, 'default', { role: 'Default', holders: [jane, zoe] });
    });
    const mistake = 'and in another tenant; make one set for each, or give all one provider';
    expect(found).toEqual([
      `[stack/first] user "omar" (stack/omar) is in holders ${mistake}`,
      `[stack/given] user "jane" (stack/jane) is in holders ${mistake}`,
      `[stack/default] user "zoe" (stack/zoe) is in holders ${mistake}`,
    ]);
  });

  test('the only provider is the same, named or not', () => {
    const found = mistakes((stack) => {
      const provider = stack.node.findChild('delinea') as DelineaProvider;
      const jane = new DelineaUser(stack, 'jane', { userName: 'jane', provider });
      new RoleBindings(stack, 'admin', { role: 'Admin', holders: [jane, sreIn(stack)] });
      DelineaUser.fromUserName(stack, 'omar', 'omar').bindRole('Admin');
    });
    expect(found).toEqual([
      '[stack/omar/role Admin] role "Admin" is managed whole at stack/admin; add the holder there',
    ]);
  });
});
