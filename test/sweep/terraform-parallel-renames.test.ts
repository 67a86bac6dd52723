import { describe, expect, jest } from '@jest/globals';
import { access, atAddresses, BESIDE } from '../support/terraform/renames.js';
import { resource, withTenant } from '../support/terraform/tenant.js';
import { terraformTest } from '../support/terraform/terraform-test.js';

jest.setTimeout(120_000);

/** A resource of Terraform itself whose creation takes 0.4 seconds. */
const SLOW = `
resource "terraform_data" "slow" {
  provisioner "local-exec" { command = "sleep 0.4" }
}
`;

const users = (count: number, at: string, more = '') =>
  Array.from({ length: count }, (_, index) =>
    resource('user', `${at}_${index}`, `user_name = "u${index}@example.com"\n${more}`),
  ).join('');

/** Makes Terraform plan the resources that depend on it after all removals. */
const LATE = 'data "delinea_user" "late" { user_name = "boss@example.com" }\n';

describe('renamed address', () => {
  terraformTest('keeps its user, and 30 at once are not a mass removal', () =>
    withTenant({ data: BESIDE }, async ({ declare, apply, expectNoChanges, sim }) => {
      declare(users(30, 'old'));
      await apply();
      const before = sim.state();
      declare(users(30, 'new'));
      await apply();
      await expectNoChanges();
      expect(sim.state()).toEqual(before);
    }),
  );

  terraformTest(
    'is refused before any write with a parallelism that works when 60 are renamed at a low parallelism',
    () =>
      withTenant({ data: BESIDE }, async ({ declare, apply, expectNoChanges, refused, sim }) => {
        declare(users(60, 'old'));
        await apply();
        const before = sim.state();
        sim.resetRequests();
        declare(LATE + users(60, 'new', 'depends_on = [data.delinea_user.late]'));
        const text = await refused('apply', '-parallelism=5');
        expect(text).toMatch(/\d+ removed resources are declared again at other addresses/);
        const [, enough] = /-parallelism=(\d+)/.exec(text)!;
        expect(sim.requests.writes).toBe(0);
        await apply(`-parallelism=${enough}`);
        await expectNoChanges();
        expect(sim.requests.writes).toBe(0);
        expect(sim.state()).toEqual(before);
      }),
  );

  terraformTest('keeps its object when the new address has other values', () =>
    withTenant({ data: BESIDE }, async (tenant) => {
      const { declare, apply, expectNoChanges, sim } = tenant;
      declare(atAddresses('old'));
      await apply();
      const before = access(tenant);
      declare(atAddresses('new', 'title = "Lead"', 'description = "operators"', 'Edit'));
      expect(await apply()).toContain('moved { from = delinea_user.OLD to = delinea_user.NEW }');
      await expectNoChanges();
      const after = access(tenant);
      expect(after.users.map(({ title: _, ...user }) => user)).toEqual(before.users);
      expect(after.groups.map(({ description: _, ...group }) => group)).toEqual(before.groups);
      expect(sim.state().users[0]).toMatchObject({ userName: 'ann@example.com', title: 'Lead', active: true });
      expect(after.containerPermissions).toContainEqual({ container: 'prod', user: 'ann@example.com', right: 'Edit' });
    }),
  );

  terraformTest('keeps its object when the new address is applied much later than the old one is removed', () =>
    withTenant({ data: BESIDE }, async (tenant) => {
      const { declare, apply, expectNoChanges } = tenant;
      declare(atAddresses('old'));
      await apply();
      const before = access(tenant);
      const late = 'depends_on = [terraform_data.slow]';
      declare(SLOW + atAddresses('new', late, late));
      await apply();
      await expectNoChanges();
      expect(access(tenant)).toEqual(before);
    }),
  );

  terraformTest('keeps its object when the old address is removed much later than the new one is applied', () =>
    withTenant({ data: BESIDE }, async (tenant) => {
      const { declare, apply, expectNoChanges } = tenant;
      const holder = (at: string) => `
resource "terraform_data" "holder" {
  input = delinea_user.ann_${at}.id
  lifecycle { create_before_destroy = true }
  triggers_replace = ["${at}"]
  provisioner "local-exec" { command = "sleep 0.4" }
}
`;
      declare(holder('old') + atAddresses('old'));
      await apply();
      const before = access(tenant);
      declare(holder('new') + atAddresses('new'));
      await apply();
      await expectNoChanges();
      expect(access(tenant)).toEqual(before);
    }),
  );

  terraformTest('keeps undeclared members of its group', () =>
    withTenant({ data: BESIDE }, async ({ declare, apply, sim }) => {
      declare(resource('group', 'old', 'display_name = "ops"'));
      await apply();
      sim.admin.addMember('ops', 'boss@example.com');
      declare(SLOW + resource('group', 'new', 'display_name = "ops"\ndepends_on = [terraform_data.slow]'));
      await apply('-parallelism=1');
      expect(sim.state().groups).toMatchObject([{ displayName: 'ops', members: ['boss@example.com'] }]);
    }),
  );
});

describe('resources with count', () => {
  const NAMES = ['ann', 'bob', 'cid', 'dan'];
  const counted = (names: readonly string[], type: string, body: string) => `
locals { names = ${JSON.stringify(names)} }
resource "delinea_${type}" "one" {
  count = length(local.names)
  ${body}
}
`;
  const data = { ...BESIDE, groups: NAMES.map((displayName) => ({ displayName })) };

  terraformTest('revoke only the removed permission when list positions shift', () =>
    withTenant({ data }, async (tenant) => {
      const { declare, apply, expectNoChanges, sim } = tenant;
      const lookUp = NAMES.map((name) => `data "delinea_group" "${name}" { display_name = "${name}" }\n`).join('');
      const ids = `locals { ids = { ${NAMES.map((name) => `${name} = data.delinea_group.${name}.id`).join(', ')} } }\n`;
      const body =
        'principal_type = "group"\nprincipal_id = local.ids[local.names[count.index]]\ncontainer = "prod"\nright = "View"';
      const edges = (names: readonly string[]) => lookUp + ids + counted(names, 'container_permission', body);
      declare(edges(NAMES));
      await apply();
      declare(edges(NAMES.slice(1)));
      await apply();
      await expectNoChanges();
      const held = sim.state().containerPermissions.flatMap(({ group }) => group ?? []);
      expect(held).toEqual(NAMES.slice(1));
    }),
  );

  terraformTest('refuse to rename users when list positions shift, and suggest for_each', () =>
    withTenant({ data: BESIDE }, async ({ declare, apply, refused, sim }) => {
      const users = (names: readonly string[]) =>
        counted(names, 'user', 'user_name = "${local.names[count.index]}@example.com"');
      declare(users(NAMES));
      await apply();
      const before = sim.state();
      sim.resetRequests();
      declare(users(NAMES.slice(1)));
      const text = await refused('apply');
      expect(text).toContain('use for_each with names as keys instead of count');
      expect(sim.requests.writes).toBe(0);
      expect(sim.state()).toEqual(before);
    }),
  );
});
