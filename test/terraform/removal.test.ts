import { describe, expect, jest } from '@jest/globals';
import type { SimulatorData } from '../../src/simulator/index.js';
import { resource, type TerraformTenant, withTenant } from '../support/terraform/tenant.js';
import { terraformTest } from '../support/terraform/terraform-test.js';

jest.setTimeout(120_000);

const data: SimulatorData = {
  users: [{ userName: 'boss@example.com' }],
  containers: ['prod', 'lab'],
  roles: ['Auditor', 'Operator'],
  containerPermissions: [
    { container: 'prod', user: 'boss@example.com', right: 'Owner' },
    { container: 'lab', user: 'boss@example.com', right: 'Owner' },
  ],
};

const BOSS = 'data "delinea_user" "boss" { user_name = "boss@example.com" }\n';
const ann = (more = '') => resource('user', 'ann', `user_name = "ann@example.com"\n${more}`);
const ops = (more = '') => resource('group', 'ops', `display_name = "ops"\nmembers = [delinea_user.ann.id]\n${more}`);
const onProd = (more = 'right = "View"') =>
  resource(
    'container_permission',
    'prod',
    `container = "prod"\nprincipal_type = "user"\nprincipal_id = delinea_user.ann.id\n${more}`,
  );
const auditor = (more = '') =>
  resource(
    'role_binding',
    'ann',
    `role = "Auditor"\nprincipal_type = "user"\nprincipal_id = delinea_user.ann.id\n${more}`,
  );

const person = ({ sim }: TerraformTenant, name = 'ann@example.com') =>
  sim.state().users.find(({ userName }) => userName === name);
const group = ({ sim }: TerraformTenant, name = 'ops') =>
  sim.state().groups.find(({ displayName }) => displayName === name);
const rights = ({ sim }: TerraformTenant) =>
  sim.state().containerPermissions.map(({ container, user, group, right }) => `${container} ${user ?? group} ${right}`);

describe('removal', () => {
  terraformTest('happens as the plan warns when one resource of each kind leaves the code', () =>
    withTenant({ data }, async (tenant) => {
      const { declare, plan, apply, sim } = tenant;
      declare(ann() + ops() + onProd() + auditor());
      await apply();
      declare(`
removed {
  from = delinea_user.nobody
  lifecycle { destroy = true }
}
`);
      const writes = sim.requests.writes;
      const text = await plan('-out', 'saved');
      for (const fate of [
        'ann@example.com will be deactivated (login disabled, account kept)',
        'ops will be emptied (members removed, the group stays)',
        'View of ann@example.com on prod will be revoked',
        'Auditor of ann@example.com will be revoked',
      ])
        expect(text).toContain(`Warning: ${fate}`);
      expect(text).toContain('4 to destroy');
      expect(sim.requests.writes).toBe(writes);
      await apply('saved');
      expect(person(tenant)).toMatchObject({ active: false });
      expect(group(tenant)).toMatchObject({ members: [] });
      expect(rights(tenant)).toEqual(['lab boss@example.com Owner', 'prod boss@example.com Owner']);
      expect(sim.state().roleBindings).toEqual([]);
    }),
  );

  terraformTest('revokes or keeps the elements of an authoritative set as on_removal demands', () =>
    withTenant({ data }, async (tenant) => {
      const { declare, apply, plan, sim } = tenant;
      const sets = (onRemoval: string) =>
        resource(
          'container_permissions',
          'prod',
          `container = "prod"
grants = [
  { principal_type = "user", principal_id = delinea_user.ann.id, right = "View" },
  { principal_type = "user", principal_id = data.delinea_user.boss.id, right = "Owner" },
]
${onRemoval}`,
        ) +
        resource(
          'role_bindings',
          'auditor',
          `role = "Auditor"
holders = [{ principal_type = "user", principal_id = delinea_user.ann.id }]
${onRemoval}`,
        );
      declare(BOSS + ann() + sets('on_removal = "retain"'));
      await apply();
      const full = rights(tenant);
      declare(BOSS + ann());
      expect(await plan()).toContain('0 will be revoked, 2 left unchanged');
      await apply();
      expect(rights(tenant)).toEqual(full);
      expect(sim.state().roleBindings).toHaveLength(1);
      declare(BOSS + ann() + sets(''));
      await apply();
      declare(BOSS + ann(), 'allow_orphans = ["prod"]');
      expect(await plan()).toContain('2 will be revoked, 0 left unchanged');
      await apply();
      expect(rights(tenant)).toEqual(['lab boss@example.com Owner']);
      expect(sim.state().roleBindings).toEqual([]);
    }),
  );

  terraformTest('writes nothing when on_removal = "retain" was applied before', () =>
    withTenant({ data }, async (tenant) => {
      const { declare, plan, apply, sim } = tenant;
      declare(ann() + ops() + onProd() + auditor());
      await apply();
      const before = sim.state();
      const retain = 'on_removal = "retain"';
      declare(ann(retain) + ops(retain) + onProd(`right = "View"\n${retain}`) + auditor(retain));
      sim.resetRequests();
      // The settings are attributes of the state, so that Terraform's own plan shows old and new.
      expect(await plan()).toMatch(/~ on_removal\s+= "deactivate" -> "retain"/);
      await apply();
      declare('');
      const text = await plan();
      for (const name of ['ann@example.com', 'ops', 'View of ann@example.com on prod', 'Auditor of ann@example.com'])
        expect(text).toContain(`Warning: ${name} will be left unchanged (on_removal = "retain")`);
      await apply();
      expect(sim.requests.writes).toBe(0);
      expect(sim.state()).toEqual(before);
    }),
  );

  terraformTest('deletes only when on_removal = "delete" and allow_delete are both set', () =>
    withTenant({ data }, async (tenant) => {
      const { declare, plan, apply, refused, sim } = tenant;
      const both =
        ann('on_removal = "delete"') + resource('group', 'ops', 'display_name = "ops"\non_removal = "delete"');
      declare(both);
      await apply();
      declare('');
      sim.resetRequests();
      const text = await refused('plan');
      expect(text).toContain('user ann@example.com: on_removal = "delete" is permanent');
      expect(text).toContain('group ops: on_removal = "delete" is permanent');
      expect(text).toContain('allow_delete = true');
      await refused('apply');
      expect(sim.requests.writes).toBe(0);
      declare('', 'allow_delete = true');
      const lifted = await plan();
      expect(lifted).toContain('ann@example.com will be DELETED permanently');
      expect(lifted).toContain('ops will be DELETED permanently');
      await apply();
      expect([person(tenant), group(tenant)]).toEqual([undefined, undefined]);
    }),
  );

  terraformTest('writes nothing when a removed block has destroy = false', () =>
    withTenant({ data }, async ({ declare, apply, expectNoChanges, sim, folder }) => {
      declare(ann() + ops() + onProd() + auditor());
      await apply();
      const before = sim.state();
      sim.resetRequests();
      const forget = ['user.ann', 'group.ops', 'container_permission.prod', 'role_binding.ann'];
      declare(forget.map((from) => `removed {\n from = delinea_${from}\n lifecycle { destroy = false }\n}`).join('\n'));
      await apply();
      await expectNoChanges();
      expect(sim.requests.writes).toBe(0);
      expect(sim.state()).toEqual(before);
      expect((await folder.run(['state', 'list'])).out).toBe('');
    }),
  );

  terraformTest('writes nothing when the user is disabled and the permission revoked already', () =>
    withTenant({ data }, async (tenant) => {
      const { declare, plan, apply, sim } = tenant;
      declare(ann() + onProd());
      await apply();
      sim.admin.setActive('ann@example.com', false);
      sim.admin.revoke('prod', { user: 'ann@example.com' });
      declare('');
      sim.resetRequests();
      expect(await plan('-refresh=false')).toContain(
        'ann@example.com is already inactive and is only removed from the state',
      );
      await apply('-refresh=false');
      expect(sim.requests.writes).toBe(0);
    }),
  );
});

describe('update', () => {
  terraformTest('keeps the object when its name or right changes', () =>
    withTenant({ data }, async (tenant) => {
      const { declare, plan, apply, expectNoChanges } = tenant;
      declare(ann() + ops() + onProd());
      await apply();
      const [was, wasGroup] = [person(tenant), group(tenant)];
      declare(
        ann().replace('"ann@example.com"', '"ann.new@example.com"\nprevious_names = ["ann@example.com"]') +
          ops().replace('"ops"\nm', '"operators"\nm') +
          onProd('right = "Edit"'),
      );
      const text = await plan();
      expect(text).toContain('0 to add, 3 to change, 0 to destroy');
      await apply();
      await expectNoChanges();
      expect(person(tenant, 'ann.new@example.com')).toMatchObject({ id: was!.id, active: true });
      expect(group(tenant, 'operators')).toMatchObject({ id: wasGroup!.id, members: ['ann.new@example.com'] });
      expect(rights(tenant)).toContain('prod ann.new@example.com Edit');
    }),
  );

  terraformTest('replaces a permission or binding when its container or role changes', () =>
    withTenant({ data }, async (tenant) => {
      const { declare, plan, apply, expectNoChanges } = tenant;
      declare(ann() + onProd() + auditor());
      await apply();
      declare(ann() + onProd().replace('"prod"\np', '"lab"\np') + auditor().replace('"Auditor"', '"Operator"'));
      const text = await plan();
      expect(text).toContain('2 to add, 0 to change, 2 to destroy');
      expect(text).toContain('View of ann@example.com on prod will be revoked');
      await apply();
      await expectNoChanges();
      expect(rights(tenant)).toContain('lab ann@example.com View');
      expect(rights(tenant)).not.toContain('prod ann@example.com View');
      expect(person(tenant)!.roles).toEqual(['Operator']);
    }),
  );
});

terraformTest(
  'role binding: the error suggests `state rm` when its user was deleted on the surface with the other ids',
  () =>
    withTenant({ data }, async ({ declare, apply, refused, folder, expectNoChanges, sim }) => {
      const provider = 'external_id_from = "userName"\nrouting = [{ kind = "user", surface = "scim-cloud" }]';
      declare(ann() + auditor(), provider);
      await apply();
      sim.admin.deleteUser('ann@example.com');
      declare('', provider);
      const text = await refused('apply');
      expect(text).toMatch(
        /user \S+ was deleted on the SCIM Cloud Connector, so its access on the Platform REST cannot be read/,
      );
      expect(text).toContain('terraform state rm ADDRESS');
      expect((await folder.run(['state', 'rm', 'delinea_role_binding.ann'])).code).toBe(0);
      await apply();
      await expectNoChanges();
    }),
);

terraformTest('retained user: another address adopts it without a write in the same run', () =>
  withTenant({ data }, async ({ declare, apply, plan, expectNoChanges, sim }) => {
    const retained = (name: string) => resource('user', name, 'user_name = "ann@example.com"\non_removal = "retain"');
    declare(retained('a'));
    await apply();
    sim.resetRequests();
    declare(retained('b'));
    const text = await plan();
    expect(text).toContain('was removed at one address and is declared at another; it is left unchanged');
    expect(text).not.toContain('exists already');
    expect(await apply('-parallelism=1')).not.toContain('put back');
    await expectNoChanges();
    expect(sim.requests.writes).toBe(0);
  }),
);
