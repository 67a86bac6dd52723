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

const members = Array.from({ length: 12 }, (_, index) => `m${index}@example.com`);
const source = (name: string, input: string) => `resource "terraform_data" "${name}" { input = ${input} }\n`;
const accounts = (userName: (name: string, index: number) => string, more: (index: number) => string) =>
  members
    .map((name, index) => resource('user', `m${index}`, `user_name = ${userName(name, index)}\n${more(index)}`))
    .join('');
const literal = (name: string) => `"${name}"`;
const disabled = (index: number) => (index < 10 ? 'active = false' : '');
/** Other accounts of the tenant: a tenth of them is more than the guards let go of those that are managed. */
const bystanders = Array.from({ length: 130 }, (_, index) => ({ userName: `other${index}@example.com` }));

describe('mass-removal guard when values are known only at apply', () => {
  const attacks: readonly [string, string, string, 'plan' | 'apply', string][] = [
    [
      'a provider setting',
      accounts(literal, disabled) + source('x', '"userName"'),
      'external_id_from = terraform_data.x.output',
      'apply',
      'planned without access to the tenant, so no guard has checked this removal',
    ],
    [
      'the name',
      members.map((name, index) => source(`x${index}`, `"${name}"`)).join('') +
        accounts((_, index) => `terraform_data.x${index}.output`, disabled),
      '',
      'plan',
      'of 12 users would be disabled or removed',
    ],
    [
      'whether the account is active',
      source('x', 'false') + accounts(literal, (index) => (index < 10 ? 'active = terraform_data.x.output' : '')),
      '',
      'plan',
      '10 of 12 users would be disabled or removed (limit 5)',
    ],
  ];
  for (const [what, hcl, provider, command, expected] of attacks) {
    terraformTest(`refuses to disable 10 of 12 users when the code hides ${what}`, () =>
      withTenant({ data: { users: bystanders } }, async ({ declare, apply, refused, sim }) => {
        declare(accounts(literal, () => ''));
        await apply();
        sim.resetRequests();
        declare(hcl, provider);
        expect(await refused(command)).toContain(expected);
        expect(sim.state().users.filter(({ active }) => !active)).toEqual([]);
      }),
    );
  }

  terraformTest('refuses more than five when an apply adopts and disables accounts that no plan has seen', () =>
    withTenant(
      { data: { users: [...bystanders, ...members.map((userName) => ({ userName }))] } },
      async ({ declare, refused, sim }) => {
        const adopted = (index: number) => `adopt = "always"\n${disabled(index)}`;
        declare(accounts(literal, adopted) + source('x', '"userName"'), 'external_id_from = terraform_data.x.output');
        expect(await refused('apply')).toMatch(/([6-9]|10) of \d+ users would be disabled or removed/);
        expect(sim.state().users.filter(({ active }) => !active).length).toBeLessThanOrEqual(5);
      },
    ),
  );

  terraformTest('refuses to empty a group when its list of members is not known', () =>
    withTenant(
      { data: { users: members.map((userName) => ({ userName })) } },
      async ({ declare, apply, refused, sim }) => {
        const all = `data "delinea_users" "all" {\n  names = ${JSON.stringify(members)}\n}\n`;
        const held = (list: string) => all + group('ops', `members = ${list}\nallow_empty = true`);
        declare(held('data.delinea_users.all.users[*].id'));
        await apply();
        declare(held('terraform_data.x.output') + source('x', '[]'));
        expect(await refused('plan')).toContain('12 of 12 members of ops would leave (limit 10): ');
        expect(sim.state().groups[0]!.members).toHaveLength(12);
      },
    ),
  );

  terraformTest('refuses to adopt and empty a group when neither its members nor the adoption are known', () =>
    withTenant(
      { data: { users: members.map((userName) => ({ userName })), groups: [{ displayName: 'ops', members }] } },
      async ({ declare, refused, sim }) => {
        const unknown = 'members = terraform_data.x.output\nallow_empty = true';
        declare(
          group('ops', `${unknown}\nadopt = terraform_data.y.output`) + source('x', '[]') + source('y', '"always"'),
        );
        expect(await refused('plan')).toContain('12 of 12 members of ops would leave (limit 10): ');
        expect(sim.state().groups[0]!.members).toHaveLength(12);
      },
    ),
  );

  terraformTest('refuses changes without a refresh when a provider setting is not known', () =>
    withTenant({}, async ({ declare, apply, refused }) => {
      declare(accounts(literal, () => ''));
      await apply();
      declare(accounts(literal, disabled) + source('x', '"userName"'), 'external_id_from = terraform_data.x.output');
      expect(await refused('plan', '-refresh=false')).toContain(
        'planned without access to the tenant and without a refresh',
      );
    }),
  );

  terraformTest('lets a few accounts with unknown names be disabled', () =>
    withTenant({}, async ({ declare, apply, sim }) => {
      declare(accounts(literal, () => ''));
      await apply();
      const few = (index: number) => (index < 3 ? 'active = false' : '');
      declare(source('x', '"m"') + accounts((_, index) => `"\${terraform_data.x.output}${index}@example.com"`, few));
      await apply();
      expect(sim.state().users.filter(({ active }) => !active)).toHaveLength(3);
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
