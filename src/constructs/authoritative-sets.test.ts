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
  test('props: reach the stack', () => {
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

  test('dependencies: reach depends_on in both directions', () => {
    const { resource } = synth((stack) => {
      const jane = janeIn(stack);
      const set = new RoleBindings(stack, 'admin', { role: 'Admin', holders: [jane] });
      set.node.addDependency(sreIn(stack));
      new DelineaUser(stack, 'omar', { userName: 'omar' }).node.addDependency(set);
    });
    expect(resource.delinea_role_bindings!.admin).toMatchObject({ depends_on: ['delinea_group.sre'] });
    expect(resource.delinea_user!.omar).toMatchObject({ depends_on: ['delinea_role_bindings.admin'] });
  });

  test('empty list: is an error without allowEmpty', () => {
    const build = (allowEmpty: boolean) => (stack: TerraformStack) => {
      new ContainerPermissions(stack, 'vault', { container: 'Vault', grants: [], allowEmpty });
      new RoleBindings(stack, 'admin', { role: 'Admin', holders: [], allowEmpty });
    };
    expect(mistakes(build(false))).toEqual([
      '[stack/vault] grants is empty, which would revoke every existing entry; to allow that, set allowEmpty',
      '[stack/admin] holders is empty, which would revoke every existing entry; to allow that, set allowEmpty',
    ]);
    expect(mistakes(build(true))).toEqual([]);
    const { resource } = synth(build(true));
    expect(resource.delinea_container_permissions!.vault).toMatchObject({ grants: [] });
    expect(resource.delinea_role_bindings!.admin).toMatchObject({ holders: [] });
  });

  test('list: later changes of the array have no effect', () => {
    const found = mistakes((stack) => {
      const holders = [janeIn(stack)];
      new RoleBindings(stack, 'admin', { role: 'Admin', holders });
      holders.pop();
    });
    expect(found).toEqual([]);
  });

  test('principal listed twice: is an error, also by two constructs', () => {
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
      '[stack/a] grants lists user "JANE" twice, as stack/jane and stack/again, with "View" and "Owner"; keep one',
      '[stack/b] grants lists user "jane" twice, as stack/jane; keep one',
      '[stack/admin] holders lists user "JANE" twice, as stack/jane and stack/again; keep one',
    ]);
  });

  test('user and group of the same name: are two principals', () => {
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

  test('two sets for the same container or role: are an error', () => {
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
      '[stack/b] the permissions of container "vault": declared twice, here and at stack/a; remove one',
      '[stack/e] the holders of role "ADMIN": declared twice, here and at stack/d; remove one',
    ]);
  });

  test('wrong types from JavaScript: are errors', () => {
    const found = mistakes((stack) => {
      const jane = janeIn(stack);
      const onRemoval = 'keep' as OnEdgeRemoval;
      const grants = [{ principal: jane, right: 'Root' as Right }];
      new ContainerPermissions(stack, 'a', { container: '', grants, onRemoval });
      new RoleBindings(stack, 'b', { role: undefined as unknown as string, holders: [jane], onRemoval });
    });
    expect(found).toEqual([
      '[stack/a] container must not be empty',
      '[stack/a] right of user "jane" must be one of View, Edit, Add Secret, Owner, not "Root"',
      '[stack/a] onRemoval must be one of revoke, retain, not "keep"',
      '[stack/b] role must not be empty',
      '[stack/b] onRemoval must be one of revoke, retain, not "keep"',
    ]);
  });
});

describe('authoritative set and individual permissions of the same object', () => {
  test.each(['before', 'after'])('are an error when the individual one comes %s the set', (order) => {
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
      '[stack/jane/grant vault] stack/vault manages all grants of container "vault"; add the grant there',
      '[stack/jane/role Admin] stack/admin manages all holders of role "Admin"; add the holder there',
      '[stack/p] stack/vault manages all grants of container "VAULT"; add the grant there',
      '[stack/r] stack/admin manages all holders of role "admin"; add the holder there',
    ]);
  });

  test('are an error when named by reference', () => {
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
      '[stack/p] stack/all manages all grants of container "${data.delinea_container.vault.id}"; add the grant there',
    ]);
  });

  test('are no error for different objects, or a container and a role of the same name', () => {
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

describe('authoritative sets in several tenants', () => {
  const tenants = (stack: TerraformStack) => ({
    eu: new DelineaProvider(stack, 'eu', { alias: 'eu', tenant: 'acme-eu' }),
    us: new DelineaProvider(stack, 'us', { alias: 'us', tenant: 'acme-us' }),
  });

  test('provider: comes from the principals, and tenants do not conflict', () => {
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

  test('principals of two tenants: are an error', () => {
    const found = mistakes((stack) => {
      const { eu, us } = tenants(stack);
      const jane = new DelineaUser(stack, 'jane', { userName: 'jane', provider: eu });
      const omar = DelineaUser.fromUserName(stack, 'omar', 'omar', us);
      const zoe = new DelineaUser(stack, 'zoe', { userName: 'zoe' });
      new RoleBindings(stack, 'first', { role: 'First', holders: [jane, omar] });
      new RoleBindings(stack, 'given', { role: 'Given', holders: [jane, omar], provider: us });
      new RoleBindings(stack, 'default', { role: 'Default', holders: [jane, zoe] });
    });
    const advice = 'belongs to another tenant; declare one set per tenant, or use the same provider';
    expect(found).toEqual([
      `[stack/first] user "omar" (stack/omar) of holders ${advice}`,
      `[stack/given] user "jane" (stack/jane) of holders ${advice}`,
      `[stack/default] user "zoe" (stack/zoe) of holders ${advice}`,
    ]);
  });

  test('only provider: is the same whether set or not', () => {
    const found = mistakes((stack) => {
      const provider = stack.node.findChild('delinea') as DelineaProvider;
      const jane = new DelineaUser(stack, 'jane', { userName: 'jane', provider });
      new RoleBindings(stack, 'admin', { role: 'Admin', holders: [jane, sreIn(stack)] });
      DelineaUser.fromUserName(stack, 'omar', 'omar').bindRole('Admin');
    });
    expect(found).toEqual([
      '[stack/omar/role Admin] stack/admin manages all holders of role "Admin"; add the holder there',
    ]);
  });
});
