import { describe, expect, jest } from '@jest/globals';
import { resource, withTenant } from '../support/terraform/tenant.js';
import { terraformTest } from '../support/terraform/terraform-test.js';

jest.setTimeout(120_000);

const group = (name: string, more = '') => resource('group', name, `display_name = "${name}"\n${more}`);

const edge = (name: string, right: string) =>
  resource(
    'container_permission',
    name,
    `container = "prod"\nprincipal_type = "group"\nprincipal_id = delinea_group.ops.id\nright = "${right}"`,
  );

const users = Array.from({ length: 10 }, (_, index) => ({ userName: `u${index}@example.com` }));
const LOOK_UP = `data "delinea_users" "all" {\n  names = ${JSON.stringify(users.map(({ userName }) => userName))}\n}\n`;

const holders = (index: number, count: number) =>
  resource(
    'role_bindings',
    `r${index}`,
    `role = "Role ${index}"\nholders = [for one in slice(data.delinea_users.all.users, 0, ${count}) : { principal_type = "user", principal_id = one.id }]`,
  );

describe('principal known only at apply', () => {
  terraformTest('is refused a second right on one folder without a write', () =>
    withTenant({ data: { containers: ['prod'], groups: [{ displayName: 'all' }] } }, async (tenant) => {
      const { declare, refused, sim } = tenant;
      declare(group('ops') + edge('view', 'View') + edge('owner', 'Owner'));
      const text = await refused('apply', '-parallelism=1');
      expect(text).toContain('is declared twice');
      const rights = sim.log.filter(({ method, path }) => method !== 'GET' && path.includes('ContainerPermissions'));
      expect(rights.map(({ method }) => method)).toEqual(['POST']);
    }),
  );
});

describe('mass-removal guard at apply', () => {
  terraformTest('counts all managed bindings, not only those that Terraform sends to the apply', () =>
    withTenant(
      { data: { users, roles: users.map((_, index) => `Role ${index}`) } },
      async ({ declare, apply, sim }) => {
        const sets = (first: number) =>
          LOOK_UP + users.map((_, index) => holders(index, index === 0 ? first : 10)).join('');
        declare(sets(10));
        await apply();
        declare(sets(2) + group('new'));
        await apply();
        const held = sim.state().roleBindings.filter(({ role }) => role === 'Role 0');
        expect(held).toHaveLength(2);
      },
    ),
  );
});
