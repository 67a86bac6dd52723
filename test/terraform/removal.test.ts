import { describe, expect, jest } from '@jest/globals';
import type { SimulatorData } from '../../src/simulator/index.js';
import { onTenant, resource, type TerraformTenant } from '../support/terraform/tenant.js';
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

describe('the plan says what will really happen, and that happens', () => {
  terraformTest('to one of each kind', () =>
    onTenant({ data }, async (tenant) => {
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

  terraformTest('to whole sets', () =>
    onTenant({ data }, async (tenant) => {
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

  terraformTest('to what is retained, on_removal changed and applied first', () =>
    onTenant({ data }, async (tenant) => {
      const { declare, plan, apply, sim } = tenant;
      declare(ann() + ops() + onProd() + auditor());
      await apply();
      const before = sim.state();
      const retain = 'on_removal = "retain"';
      declare(ann(retain) + ops(retain) + onProd(`right = "View"\n${retain}`) + auditor(retain));
      sim.resetRequests();
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

  terraformTest('to what is deleted: with both keys, and with one the plan is refused', () =>
    onTenant({ data }, async (tenant) => {
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

  terraformTest('to what is only forgotten: a removed block and a state without it write nothing', () =>
    onTenant({ data }, async ({ declare, apply, settled, sim, folder }) => {
      declare(ann() + ops() + onProd() + auditor());
      await apply();
      const before = sim.state();
      sim.resetRequests();
      const forget = ['user.ann', 'group.ops', 'container_permission.prod', 'role_binding.ann'];
      declare(forget.map((from) => `removed {\n from = delinea_${from}\n lifecycle { destroy = false }\n}`).join('\n'));
      await apply();
      await settled();
      expect(sim.requests.writes).toBe(0);
      expect(sim.state()).toEqual(before);
      expect((await folder.run(['state', 'list'])).out).toBe('');
    }),
  );

  terraformTest('to what is gone or disabled already', () =>
    onTenant({ data }, async (tenant) => {
      const { declare, plan, apply, sim } = tenant;
      declare(ann() + onProd());
      await apply();
      sim.admin.setActive('ann@example.com', false);
      sim.admin.revoke('prod', { user: 'ann@example.com' });
      declare('');
      sim.resetRequests();
      expect(await plan('-refresh=false')).toContain(
        'ann@example.com is inactive already: it is only removed from the state',
      );
      await apply('-refresh=false');
      expect(sim.requests.writes).toBe(0);
    }),
  );
});

describe('in place', () => {
  terraformTest('a changed right and a changed name are updates, and the object is the same', () =>
    onTenant({ data }, async (tenant) => {
      const { declare, plan, apply, settled } = tenant;
      declare(ann() + ops() + onProd());
      await apply();
      const [was, wasGroup] = [person(tenant), group(tenant)];
      declare(
        ann().replace('"ann@example.com"', '"ann.new@example.com"') +
          ops().replace('"ops"\nm', '"operators"\nm') +
          onProd('right = "Edit"'),
      );
      const text = await plan();
      expect(text).toContain('0 to add, 3 to change, 0 to destroy');
      await apply();
      await settled();
      expect(person(tenant, 'ann.new@example.com')).toMatchObject({ id: was!.id, active: true });
      expect(group(tenant, 'operators')).toMatchObject({ id: wasGroup!.id, members: ['ann.new@example.com'] });
      expect(rights(tenant)).toContain('prod ann.new@example.com Edit');
    }),
  );

  terraformTest('an edge to another place or person is another edge, and the old one goes', () =>
    onTenant({ data }, async (tenant) => {
      const { declare, plan, apply, settled } = tenant;
      declare(ann() + onProd() + auditor());
      await apply();
      declare(ann() + onProd().replace('"prod"\np', '"lab"\np') + auditor().replace('"Auditor"', '"Operator"'));
      const text = await plan();
      expect(text).toContain('2 to add, 0 to change, 2 to destroy');
      expect(text).toContain('View of ann@example.com on prod will be revoked');
      await apply();
      await settled();
      expect(rights(tenant)).toContain('lab ann@example.com View');
      expect(rights(tenant)).not.toContain('prod ann@example.com View');
      expect(person(tenant)!.roles).toEqual(['Operator']);
    }),
  );
});

terraformTest(
  'what somebody held who was deleted by hand is not told from where he had another id: the way out is named',
  () =>
    onTenant({ data }, async ({ declare, apply, refused, folder, settled, sim }) => {
      const provider = 'external_id_from = "userName"\nrouting = [{ kind = "user", surface = "scim-cloud" }]';
      declare(ann() + auditor(), provider);
      await apply();
      sim.admin.deleteUser('ann@example.com');
      declare('', provider);
      const text = await refused('apply');
      expect(text).toMatch(/user \S+ was deleted on the SCIM Cloud Connector, so what it holds on the Platform REST/);
      expect(text).toContain('terraform state rm ADDRESS');
      expect((await folder.run(['state', 'rm', 'delinea_role_binding.ann'])).code).toBe(0);
      await apply();
      await settled();
    }),
);

terraformTest('whom only the state forgets is taken over as he is, and not put back', () =>
  onTenant({ data }, async ({ declare, apply, plan, settled, sim }) => {
    const retained = (name: string) => resource('user', name, 'user_name = "ann@example.com"\non_removal = "retain"');
    declare(retained('a'));
    await apply();
    sim.resetRequests();
    declare(retained('b'));
    const text = await plan();
    expect(text).toContain('removed at one address and declared at another; it is left unchanged');
    expect(text).not.toContain('exists already');
    expect(await apply('-parallelism=1')).not.toContain('put back');
    await settled();
    expect(sim.requests.writes).toBe(0);
  }),
);
