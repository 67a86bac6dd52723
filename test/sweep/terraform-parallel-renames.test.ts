import { describe, expect, jest } from '@jest/globals';
import { access, atAddresses, BESIDE } from '../support/terraform/renames.js';
import { onTenant, resource } from '../support/terraform/tenant.js';
import { terraformTest } from '../support/terraform/terraform-test.js';

jest.setTimeout(120_000);

/** Something of Terraform's own that takes a moment to be made. */
const SLOW = `
resource "terraform_data" "slow" {
  provisioner "local-exec" { command = "sleep 0.4" }
}
`;

const users = (count: number, at: string) =>
  Array.from({ length: count }, (_, index) =>
    resource('user', `${at}_${index}`, `user_name = "u${index}@example.com"`),
  ).join('');

describe('an address that is renamed costs nothing and nobody', () => {
  terraformTest('thirty at once are no mass removal, and nobody is disabled for a moment', () =>
    onTenant({ data: BESIDE }, async ({ declare, apply, settled, sim }) => {
      declare(users(30, 'old'));
      await apply();
      const before = sim.state();
      declare(users(30, 'new'));
      await apply();
      await settled();
      expect(sim.state()).toEqual(before);
    }),
  );

  terraformTest(
    'sixty at once are refused before anything is written, with the way out, where they cannot all be known in time',
    () =>
      onTenant({ data: BESIDE }, async ({ declare, apply, settled, refused, sim }) => {
        declare(users(60, 'old'));
        await apply();
        const before = sim.state();
        sim.resetRequests();
        declare(users(60, 'new'));
        const text = await refused('apply', '-parallelism=5');
        expect(text).toMatch(/\d+ removed resources are declared again at other addresses/);
        const [, enough] = /-parallelism=(\d+)/.exec(text)!;
        expect(sim.requests.writes).toBe(0);
        await apply(`-parallelism=${enough}`);
        await settled();
        expect(sim.requests.writes).toBe(0);
        expect(sim.state()).toEqual(before);
      }),
  );

  terraformTest('also where the new address says something else', () =>
    onTenant({ data: BESIDE }, async (tenant) => {
      const { declare, apply, settled, sim } = tenant;
      declare(atAddresses('old'));
      await apply();
      const before = access(tenant);
      declare(atAddresses('new', 'title = "Lead"', 'description = "operators"', 'Edit'));
      expect(await apply()).toContain('moved { from = delinea_user.OLD to = delinea_user.NEW }');
      await settled();
      const after = access(tenant);
      expect(after.users.map(({ title: _, ...user }) => user)).toEqual(before.users);
      expect(after.groups.map(({ description: _, ...group }) => group)).toEqual(before.groups);
      expect(sim.state().users[0]).toMatchObject({ userName: 'ann@example.com', title: 'Lead', active: true });
      expect(after.containerPermissions).toContainEqual({ container: 'prod', user: 'ann@example.com', right: 'Edit' });
    }),
  );

  terraformTest('also where the new address is made much later than the old one goes', () =>
    onTenant({ data: BESIDE }, async (tenant) => {
      const { declare, apply, settled } = tenant;
      declare(atAddresses('old'));
      await apply();
      const before = access(tenant);
      const late = 'depends_on = [terraform_data.slow]';
      declare(SLOW + atAddresses('new', late, late));
      await apply();
      await settled();
      expect(access(tenant)).toEqual(before);
    }),
  );

  terraformTest('also where the old address goes much later than the new one is made', () =>
    onTenant({ data: BESIDE }, async (tenant) => {
      const { declare, apply, settled } = tenant;
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
      await settled();
      expect(access(tenant)).toEqual(before);
    }),
  );

  terraformTest('a group whose members are not declared keeps them', () =>
    onTenant({ data: BESIDE }, async ({ declare, apply, sim }) => {
      declare(resource('group', 'old', 'display_name = "ops"'));
      await apply();
      sim.admin.addMember('ops', 'boss@example.com');
      declare(SLOW + resource('group', 'new', 'display_name = "ops"\ndepends_on = [terraform_data.slow]'));
      await apply('-parallelism=1');
      expect(sim.state().groups).toMatchObject([{ displayName: 'ops', members: ['boss@example.com'] }]);
    }),
  );
});

describe('a list that is counted', () => {
  const NAMES = ['ann', 'bob', 'cid', 'dan'];
  const counted = (names: readonly string[], type: string, body: string) => `
locals { names = ${JSON.stringify(names)} }
resource "delinea_${type}" "one" {
  count = length(local.names)
  ${body}
}
`;
  const data = { ...BESIDE, groups: NAMES.map((displayName) => ({ displayName })) };

  terraformTest('of edges: the one that is taken out goes, the shifted ones stay', () =>
    onTenant({ data }, async (tenant) => {
      const { declare, apply, settled, sim } = tenant;
      const lookUp = NAMES.map((name) => `data "delinea_group" "${name}" { display_name = "${name}" }\n`).join('');
      const ids = `locals { ids = { ${NAMES.map((name) => `${name} = data.delinea_group.${name}.id`).join(', ')} } }\n`;
      const body =
        'principal_type = "group"\nprincipal_id = local.ids[local.names[count.index]]\ncontainer = "prod"\nright = "View"';
      const edges = (names: readonly string[]) => lookUp + ids + counted(names, 'container_permission', body);
      declare(edges(NAMES));
      await apply();
      declare(edges(NAMES.slice(1)));
      await apply();
      await settled();
      const held = sim.state().containerPermissions.flatMap(({ group }) => group ?? []);
      expect(held).toEqual(NAMES.slice(1));
    }),
  );

  terraformTest('of users: nobody is renamed into somebody else, and the error says what to write', () =>
    onTenant({ data: BESIDE }, async ({ declare, apply, refused, sim }) => {
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
