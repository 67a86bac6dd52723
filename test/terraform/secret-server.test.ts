import { describe, expect, jest } from '@jest/globals';
import type { SimulatorData, SimulatorOptions } from '../../src/simulator/index.js';
import { factsOf, groupOf, userOf } from '../support/assert/facts.js';
import { resource, type TerraformTenant, withTenant } from '../support/terraform/tenant.js';
import { terraformTest } from '../support/terraform/terraform-test.js';

jest.setTimeout(120_000);

const data: SimulatorData = {
  users: [{ userName: 'boss@example.com' }, { userName: 'guest@example.com' }],
  groups: [{ displayName: 'others', members: ['guest@example.com'] }],
  roles: ['Auditor', 'Operator'],
  containers: ['prod', 'stage', { name: 'web', parent: 'prod', inherits: true }],
  containerPermissions: [
    { container: 'prod', user: 'boss@example.com', right: 'Owner', secretRight: 'Owner' },
    { container: 'stage', user: 'boss@example.com', right: 'Owner', secretRight: 'Owner' },
  ],
};

/** Runs the work on a tenant whose kinds are all on Secret Server. */
const onSecretServer = (work: (tenant: TerraformTenant) => Promise<void>, options: SimulatorOptions = {}) =>
  withTenant({ data, ...options }, (tenant) => {
    tenant.env.DELINEA_PROFILE = 'secret-server';
    return work(tenant);
  });

const LOOK_UPS = `
data "delinea_user" "boss" { user_name = "boss@example.com" }
data "delinea_group" "others" { display_name = "others" }
data "delinea_role" "auditor" { name = "Auditor" }
data "delinea_container" "prod" { name = "prod" }
`;
const BOSS = 'data.delinea_user.boss.id';
const OTHERS = 'data.delinea_group.others.id';
const JANE = 'delinea_user.jane.id';
const TOM = 'delinea_user.tom.id';
const SRE = 'delinea_group.sre.id';

const person = (name: string, more = '') => resource('user', name, `user_name = "${name}@example.com"\n${more}`);
const team = (...members: string[]) =>
  resource('group', 'sre', `display_name = "sre"\nmembers = [${members.join(', ')}]`);
const principal = (type: string, id: string) => `principal_type = "${type}"\nprincipal_id = ${id}\n`;
const grant = (name: string, container: string, type: string, id: string, right: string, more = '') =>
  resource('container_permission', name, `container = ${container}\n${principal(type, id)}right = "${right}"\n${more}`);
const bind = (name: string, role: string, type: string, id: string) =>
  resource('role_binding', name, `role = ${role}\n${principal(type, id)}`);
const element = (type: string, id: string, right?: string, secretRight?: string) =>
  `{ ${[
    `principal_type = "${type}"`,
    `principal_id = ${id}`,
    ...(right ? [`right = "${right}"`] : []),
    ...(secretRight ? [`secret_right = "${secretRight}"`] : []),
  ].join(', ')} }`;
const set = (grants: readonly string[], more = '', container = 'stage') =>
  resource(
    'container_permissions',
    'all',
    `container = "${container}"\ngrants = [${grants.join(', ')}]\nadopt = "always"\n${more}`,
  );
const holders = (role: string, list: readonly string[], more = '') =>
  resource('role_bindings', 'all', `role = "${role}"\nholders = [${list.join(', ')}]\n${more}`);

const everything =
  LOOK_UPS +
  person('jane', 'display_name = "Jane"\nemails = [{ value = "jane@example.com" }]') +
  person('tom') +
  team(JANE, TOM) +
  grant('sre', 'data.delinea_container.prod.id', 'group', SRE, 'Edit', 'secret_right = "View"') +
  set([element('user', BOSS, 'Owner', 'Owner'), element('group', SRE, 'View', 'List'), element('user', TOM, 'Edit')]) +
  bind('jane', 'data.delinea_role.auditor.name', 'user', JANE) +
  holders('Operator', [element('group', SRE), element('group', OTHERS)]);

const rights = ({ sim }: TerraformTenant, on: string) =>
  sim
    .state()
    .containerPermissions.flatMap(({ container, user, group, right, secretRight = 'None' }) =>
      container === on ? [`${user ?? group} ${right}/${secretRight}`] : [],
    )
    .sort();

/** The paths of the writes, with each number as N. */
const writes = ({ sim }: TerraformTenant) =>
  sim.log
    .filter(({ method, path }) => method !== 'GET' && !path.includes('oauth2'))
    .map(({ method, path }) => `${method} ${path.replace(/\/\d+/g, '/N').replace(/^\/SecretServer\/api/, '')}`)
    .sort();

describe('Secret Server: all kinds', () => {
  terraformTest('are created, changed in place and destroyed, and each next plan is empty', () =>
    onSecretServer(async (tenant) => {
      const { declare, apply, expectNoChanges, sim } = tenant;
      declare(everything);
      await apply();
      await expectNoChanges();
      expect(rights(tenant, 'prod')).toEqual(['boss@example.com Owner/Owner', 'sre Edit/View']);
      expect(rights(tenant, 'stage')).toEqual([
        'boss@example.com Owner/Owner',
        'sre View/List',
        'tom@example.com Edit/None',
      ]);
      expect(factsOf(sim.state())).toEqual(
        expect.arrayContaining(['jane@example.com is Auditor', 'group:sre is Operator', 'group:others is Operator']),
      );
      sim.resetRequests();
      declare(
        LOOK_UPS +
          person('jane', 'display_name = "Jane D."\nemails = [{ value = "j.doe@example.com" }]') +
          person('tom') +
          team(JANE) +
          grant('sre', 'data.delinea_container.prod.id', 'group', SRE, 'Owner', 'secret_right = "Edit"') +
          set([element('user', BOSS, 'Owner', 'Owner'), element('group', SRE, 'Edit', 'Edit')]) +
          bind('jane', '"User"', 'user', JANE) +
          holders('Operator', [element('group', OTHERS), element('user', JANE)]),
      );
      await apply();
      await expectNoChanges();
      expect(rights(tenant, 'prod')).toEqual(['boss@example.com Owner/Owner', 'sre Owner/Edit']);
      expect(rights(tenant, 'stage')).toEqual(['boss@example.com Owner/Owner', 'sre Edit/Edit']);
      expect(groupOf(sim.state(), 'sre').members).toEqual(['jane@example.com']);
      expect(userOf(sim.state(), 'jane')).toMatchObject({ displayName: 'Jane D.', roles: ['Operator', 'User'] });
      expect(writes(tenant)).toEqual([
        'DELETE /v1/folder-permissions/N',
        'PATCH /v1/groups/N/users',
        'PATCH /v1/users/N',
        'PUT /v1/folder-permissions/N',
        'PUT /v1/folder-permissions/N',
        'PUT /v1/users/N/roles',
        'PUT /v1/users/N/roles',
        'PUT /v1/users/N/roles',
        'PUT /v2/groups/N/roles',
      ]);
      declare(LOOK_UPS, 'allow_orphans = ["stage"]');
      await apply();
      await expectNoChanges();
      expect([rights(tenant, 'prod'), rights(tenant, 'stage')]).toEqual([['boss@example.com Owner/Owner'], []]);
    }),
  );
});

describe('Secret Server: import', () => {
  const code =
    LOOK_UPS +
    resource('user', 'guest', 'user_name = "guest@example.com"') +
    resource('group', 'others', 'display_name = "others"\nmembers = [delinea_user.guest.id]') +
    grant('boss', '"prod"', 'user', BOSS, 'Owner', 'secret_right = "Owner"') +
    set([element('user', BOSS, 'Owner', 'Owner')]) +
    bind('boss', '"User"', 'user', BOSS) +
    holders('Operator', [element('group', 'delinea_group.others.id')]);

  terraformTest('finds every kind by name and by id, and the next plan is empty', () =>
    onSecretServer(async (tenant) => {
      const { declare, apply, expectNoChanges, sim } = tenant;
      sim.admin.bindRole('User', { user: 'boss@example.com' });
      sim.admin.bindRole('Operator', { group: 'others' });
      const before = sim.state();
      const byName = {
        'user.guest': 'guest@example.com',
        'group.others': 'others',
        'container_permission.boss': 'prod,user,boss@example.com',
        'container_permissions.all': 'stage',
        'role_binding.boss': 'User,user,boss@example.com',
        'role_bindings.all': 'Operator',
      };
      const blocks = (ids: Readonly<Record<string, string>>) =>
        Object.entries(ids).map(([to, id]) => `import {\n to = delinea_${to}\n id = "${id}"\n}\n`);
      declare(code + blocks(byName).join(''));
      sim.resetRequests();
      expect(await apply()).toContain('6 imported, 0 added');
      await expectNoChanges();
      const { out } = await tenant.folder.run(['show', '-json']);
      const state = JSON.parse(out) as {
        values: { root_module: { resources: { mode: string; type: string; name: string; values: { id: string } }[] } };
      };
      const ids = Object.fromEntries(
        state.values.root_module.resources.flatMap(({ mode, type, name, values }) =>
          mode === 'managed' ? [[`${type.replace('delinea_', '')}.${name}`, values.id]] : [],
        ),
      );
      expect(ids).toMatchObject({ 'role_binding.boss': 'user/2/User', 'group.others': 'group:5' });
      await tenant.folder.run(['state', 'rm', ...Object.keys(ids).map((address) => `delinea_${address}`)]);
      declare(code + blocks(ids).join(''));
      expect(await apply()).toContain('6 imported, 0 added');
      await expectNoChanges();
      expect(writes(tenant)).toEqual([]);
      expect(sim.state()).toEqual(before);
    }),
  );
});

describe('Secret Server: a folder that inherits', () => {
  const base = LOOK_UPS + person('tom');
  const one = (more = '', right = 'View') => base + grant('web', '"web"', 'user', TOM, right, more);
  const all = (more = '') =>
    base + set([element('user', BOSS, 'Owner', 'Owner'), element('user', TOM, 'View')], more, 'web');
  const BREAK = 'break_inheritance = true';

  for (const [what, code] of [
    ['a permission', one],
    ['an authoritative set', all],
  ] as const) {
    terraformTest(`${what}: an error at plan without break_inheritance, and an empty plan after it`, () =>
      onSecretServer(async (tenant) => {
        const { declare, apply, refused, expectNoChanges, sim } = tenant;
        declare(base);
        await apply();
        sim.resetRequests();
        declare(code());
        expect(await refused('plan')).toContain('container web inherits its permissions: a write would copy 1 of them');
        expect(writes(tenant)).toEqual([]);
        declare(code(BREAK));
        await apply();
        await expectNoChanges();
        expect(rights(tenant, 'web')).toEqual(['boss@example.com Owner/Owner', 'tom@example.com View/None']);
        expect(rights(tenant, 'prod')).toEqual(['boss@example.com Owner/Owner']);
      }),
    );
  }

  terraformTest('a set that only revokes inherited access', () =>
    onSecretServer(async (tenant) => {
      const { declare, apply, refused, expectNoChanges, sim } = tenant;
      sim.admin.grant('prod', { group: 'others' }, 'View');
      const only = (more = '') => base + set([element('user', BOSS, 'Owner', 'Owner')], more, 'web');
      declare(only());
      expect(await refused('plan')).toContain('container web inherits its permissions');
      declare(only(BREAK));
      await apply();
      await expectNoChanges();
      expect(rights(tenant, 'web')).toEqual(['boss@example.com Owner/Owner']);
      expect(rights(tenant, 'prod')).toEqual(['boss@example.com Owner/Owner', 'others View/None']);
    }),
  );

  terraformTest('a change, a revocation', () =>
    onSecretServer(async (tenant) => {
      const { declare, apply, refused, expectNoChanges, sim } = tenant;
      sim.admin.grant('prod', { group: 'others' }, 'View');
      const other = (right: string, more = '') => base + grant('web', '"web"', 'group', OTHERS, right, more);
      declare(other('View'));
      await apply();
      await expectNoChanges();
      declare(other('Edit'));
      expect(await refused('plan')).toContain('container web inherits its permissions');
      declare(base);
      expect(await refused('plan')).toContain('cannot be revoked: container web inherits it');
      declare(other('Edit', BREAK));
      await apply();
      await expectNoChanges();
      expect(rights(tenant, 'web')).toEqual(['boss@example.com Owner/Owner', 'others Edit/None']);
      declare(base);
      await apply();
      expect(rights(tenant, 'web')).toEqual(['boss@example.com Owner/Owner']);
    }),
  );
});

describe('Secret Server: a plan refuses', () => {
  terraformTest('the rename of a user, and a group as member', () =>
    onSecretServer(async (tenant) => {
      const { declare, apply, refused, sim } = tenant;
      declare(person('jane'));
      await apply();
      sim.resetRequests();
      declare(resource('user', 'jane', 'user_name = "jane.doe@example.com"\nprevious_names = ["jane@example.com"]'));
      expect(await refused('plan')).toContain('user_name cannot be changed after creation');
      declare(resource('user', 'jane', 'user_name = "jane.doe@example.com"'));
      expect(await refused('plan')).toContain('user_name cannot be changed after creation');
      declare(`${LOOK_UPS}${person('jane')}${team(OTHERS)}`);
      expect(await refused('plan')).toContain('the Secret Server REST has no group in members for a group');
      expect(writes(tenant)).toEqual([]);
      // The id of a new group is known only in the apply.
      declare(`${person('jane')}${resource('group', 'new', 'display_name = "new"')}${team('delinea_group.new.id')}`);
      expect(await refused('apply')).toContain('the Secret Server REST has no group in members for a group');
      expect(writes(tenant)).toEqual(['POST /v1/groups']);
    }),
  );

  terraformTest('a change of a user that the Platform keeps, who can be looked up and granted', () =>
    onSecretServer(
      async (tenant) => {
        const { declare, apply, refused, expectNoChanges, sim } = tenant;
        declare(LOOK_UPS + grant('boss', '"prod"', 'group', OTHERS, 'View'));
        await apply();
        await expectNoChanges();
        expect(rights(tenant, 'prod')).toEqual(['boss@example.com Owner/Owner', 'others View/None']);
        sim.resetRequests();
        const guest = (more: string) =>
          resource('user', 'guest', `user_name = "guest@example.com"\nadopt = "always"\n${more}`);
        const kept = 'is kept by another product or directory';
        declare(guest('display_name = "Changed"'));
        expect(await refused('plan')).toContain(kept);
        declare(
          resource('group', 'others', 'display_name = "others"\nmembers = []\nallow_empty = true\nadopt = "always"'),
        );
        expect(await refused('plan')).toContain(kept);
        declare(guest(''));
        await apply();
        declare('');
        expect(await refused('plan')).toContain(kept);
        expect(writes(tenant)).toEqual(['DELETE /v1/folder-permissions/N']);
        // Only the service knows that roles are given on the Platform.
        declare(LOOK_UPS + bind('boss', '"Auditor"', 'user', BOSS) + guest(''));
        expect(await refused('apply')).toContain('Access Denied. This is administered in the Platform.');
        expect(sim.state().roleBindings).toEqual([]);
      },
      { secretServer: 'mirror' },
    ),
  );
});
