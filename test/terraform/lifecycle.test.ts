import { describe, expect, jest } from '@jest/globals';
import { resource, type TerraformTenant, withTenant } from '../support/terraform/tenant.js';
import { terraformTest } from '../support/terraform/terraform-test.js';

jest.setTimeout(120_000);

const people = ['ann', 'boss', 'cleo'].map((name) => ({ userName: `${name}@example.com` }));
const surroundings = {
  users: people,
  containers: ['c1', 'c2', 'c3'],
  containerPermissions: ['c1', 'c2', 'c3'].map((container) => ({
    container,
    user: 'boss@example.com',
    right: 'Owner',
  })),
  roles: ['Auditor', 'Night Watch', 'Runner'],
};
const LOOK_UPS = `
data "delinea_user" "ann" { user_name = "ann@example.com" }
data "delinea_user" "boss" { user_name = "boss@example.com" }
`;
const ANN = 'data.delinea_user.ann.id';
const BOSS = 'data.delinea_user.boss.id';

const deletions = ({ sim }: TerraformTenant) =>
  sim.log.filter(({ method, path }) => method === 'DELETE' && !path.includes('oauth')).length;

describe('ignore_changes', () => {
  terraformTest('keeps its attributes unchanged when other attributes of the resource are applied', () =>
    withTenant({ data: surroundings }, async (tenant) => {
      const { declare, apply, expectNoChanges, sim } = tenant;
      const code = (name: string, text: string, active: boolean, list: string, grants: string, right: string) =>
        LOOK_UPS +
        resource(
          'user',
          'u',
          `user_name = "${name}@example.com"\ntitle = "${text}"\nactive = ${active}
           lifecycle { ignore_changes = [user_name, active] }`,
        ) +
        resource(
          'group',
          'g',
          `display_name = "Team"\ndescription = "${text}"\nmembers = [${list}]\nlifecycle { ignore_changes = [members] }`,
        ) +
        resource(
          'container_permissions',
          's',
          `container = "c1"\ngrants = [${grants}]\non_removal = "${text}"\nlifecycle { ignore_changes = [grants] }`,
        ) +
        resource(
          'container_permission',
          'e',
          `container = "c2"\nprincipal_type = "user"\nprincipal_id = ${ANN}\nright = "${right}"\non_removal = "${text}"
           lifecycle { ignore_changes = [right] }`,
        );
      const grant = (id: string, right: string) =>
        `{ principal_type = "user", principal_id = ${id}, right = "${right}" }`;
      const owner = grant(BOSS, 'Owner');
      declare(code('new', 'revoke', true, `${ANN}, ${BOSS}`, `${owner}, ${grant(ANN, 'View')}`, 'View'));
      await apply();
      const before = sim.state();
      declare(code('other', 'retain', false, BOSS, owner, 'Edit'));
      await apply();
      await expectNoChanges();
      const after = sim.state();
      expect(after.containerPermissions).toEqual(before.containerPermissions);
      expect(after.groups).toMatchObject([{ members: before.groups[0]!.members, description: 'retain' }]);
      expect(after.users.at(-1)).toMatchObject({ userName: 'new@example.com', active: true, title: 'retain' });
    }),
  );
});

describe('attribute unset at import', () => {
  const text = (more: string) =>
    resource('user', 'ann', `user_name = "ann@example.com"\n${more}`) +
    resource('group', 'ops', `display_name = "ops"\n${more.replace('title', 'description')}`);
  const imports =
    'import {\n to = delinea_user.ann\n id = "ann@example.com"\n}\nimport {\n to = delinea_group.ops\n id = "ops"\n}\n';
  const data = { users: people, groups: [{ displayName: 'ops' }, { displayName: 'dev' }] };

  terraformTest('can be set in the same run and in a later one', () =>
    withTenant({ data }, async ({ declare, apply, expectNoChanges, sim }) => {
      declare(imports + text('title = "Lead"'));
      expect(await apply()).toContain('2 imported, 0 added, 2 changed, 0 destroyed');
      await expectNoChanges();
      declare(
        `import {\n to = delinea_user.cleo\n id = "cleo@example.com"\n}\n${text('title = "Lead"')}${resource('user', 'cleo', 'user_name = "cleo@example.com"')}`,
      );
      await apply();
      const emails = 'emails = [{ value = "cleo@example.com", primary = true }]';
      declare(text('title = "Lead"') + resource('user', 'cleo', `user_name = "cleo@example.com"\n${emails}`));
      expect(await apply()).toContain('0 added, 1 changed, 0 destroyed');
      await expectNoChanges();
      const { users, groups } = sim.state();
      expect(users.map(({ title, emails: had }) => [title, had?.length])).toEqual([
        ['Lead', undefined],
        [undefined, undefined],
        [undefined, 1],
      ]);
      expect(groups.find(({ displayName }) => displayName === 'ops')).toMatchObject({ description: 'Lead' });
    }),
  );
});

describe('resources with count', () => {
  const edges = (containers: readonly string[], right: string) => `
locals { containers = ${JSON.stringify(containers)} }
resource "delinea_container_permission" "p" {
  count          = length(local.containers)
  container      = local.containers[count.index]
  principal_type = "user"
  principal_id   = ${BOSS}
  right          = "${right}"
}
`;

  terraformTest('revoke nothing when the positions in the list change', () =>
    withTenant({ data: surroundings }, async (tenant) => {
      const { declare, plan, apply, expectNoChanges, sim } = tenant;
      declare(LOOK_UPS + edges(['c1', 'c2', 'c3'], 'Owner'));
      await apply();
      const before = sim.state().containerPermissions;
      declare(LOOK_UPS + edges(['c2', 'c3', 'c1'], 'Owner'));
      expect(await plan()).not.toMatch(/will be revoked|would be left/);
      await apply();
      await expectNoChanges();
      expect(deletions(tenant)).toBe(0);
      expect(sim.state().containerPermissions).toEqual(before);
    }),
  );

  terraformTest('revoke one permission when one element leaves the list', () =>
    withTenant({ seedUsers: 20, data: surroundings }, async (tenant) => {
      const { declare, plan, apply, expectNoChanges, sim } = tenant;
      const code = (positions: string) => `
locals { names = [for i in ${positions} : format("user%05d@example.com", i)] }
data "delinea_user" "u" {
  count     = length(local.names)
  user_name = local.names[count.index]
}
resource "delinea_container_permission" "p" {
  count          = length(local.names)
  container      = "c1"
  principal_type = "user"
  principal_id   = data.delinea_user.u[count.index].id
  right          = "View"
}
`;
      declare(code('range(1, 19)'));
      await apply();
      declare(code('concat([1], range(3, 19))'));
      expect((await plan()).match(/will be revoked/g)).toHaveLength(1);
      await apply();
      await expectNoChanges();
      expect(deletions(tenant)).toBe(1);
      const held = sim.state().containerPermissions.flatMap(({ user, right }) => (right === 'View' ? [user] : []));
      expect(held).toHaveLength(17);
      expect(held).not.toContain('user00002@example.com');
    }),
  );
});

terraformTest('authoritative set: it moves to another container together with a user created in the same run', () =>
  withTenant({ data: surroundings }, async ({ declare, apply, expectNoChanges, sim }) => {
    const set = (container: string, more = '') =>
      LOOK_UPS +
      resource(
        'container_permissions',
        's',
        `container = "${container}"
         grants = [{ principal_type = "user", principal_id = ${BOSS}, right = "Owner" },
           { principal_type = "user", principal_id = ${ANN}, right = "View" }${more}]`,
      );
    const late = resource('user', 'late', 'user_name = "late@example.com"');
    declare(set('c1'), 'allow_orphans = ["c1"]');
    await apply();
    const one = ', { principal_type = "user", principal_id = delinea_user.late.id, right = "View" }';
    declare(late + set('c2', one), 'allow_orphans = ["c1"]');
    await apply();
    await expectNoChanges();
    const held = sim.state().containerPermissions.map(({ container, user, right }) => `${container} ${user} ${right}`);
    expect(held.filter((text) => !text.startsWith('c3')).sort()).toEqual([
      'c2 ann@example.com View',
      'c2 boss@example.com Owner',
      'c2 late@example.com View',
    ]);
  }),
);

terraformTest(
  'unknown container or role: the plan reports it, also when the principal is created in the same run',
  () =>
    withTenant({ data: surroundings }, async ({ declare, refused, sim }) => {
      const user = resource('user', 'late', 'user_name = "late@example.com"');
      const ends = 'principal_type = "user"\nprincipal_id = delinea_user.late.id';
      declare(
        user +
          resource('container_permission', 'p', `container = "Produktion"\n${ends}\nright = "View"`) +
          resource('role_binding', 'r', `role = "Platform Admn"\n${ends}`),
      );
      const text = await refused('plan');
      expect(text).toContain('no container "Produktion"');
      expect(text).toContain('no role "Platform Admn"');
      expect(sim.requests.writes).toBe(0);
    }),
);
