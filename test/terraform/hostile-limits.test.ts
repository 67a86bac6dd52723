import { describe, expect } from '@jest/globals';
import { withTenant } from '../support/terraform/tenant.js';
import { terraformTest } from '../support/terraform/terraform-test.js';

const people = Array.from({ length: 30 }, (_, index) => `u${String(index).padStart(2, '0')}@example.com`);
const data = { users: people.map((userName) => ({ userName })), containers: ['prod', 'stage'] };
const LOOK_UP = `
data "delinea_users" "all" {
  names = ${JSON.stringify(people)}
}
`;
/** A value that only the apply knows, and a resource of ours that the apply makes first. */
const LATER = `
resource "delinea_group" "first" {
  display_name = "first"
}
resource "terraform_data" "later" {
  input      = "none"
  depends_on = [delinea_group.first]
}
`;
const OWNERS = every('"Owner"');

/** Returns one element for each user. @param right an expression of the user `one` */
function every(right: string, from = 0, to = 20): string {
  return `[for one in slice(data.delinea_users.all.users, ${from}, ${to}) : { principal_type = "user", principal_id = one.id, right = ${right} }]`;
}

function set(name: string, container: string, grants: string, more = ''): string {
  return `
resource "delinea_container_permissions" "${name}" {
  container = "${container}"
  grants    = ${grants}
  ${more}
}
`;
}

describe('a hostile stack cannot pass the limits', () => {
  const unknown = [
    [
      'elements',
      `[for one in slice(data.delinea_users.all.users, 0, 1) : { principal_type = "user", principal_id = one.id, right = "Owner" } if terraform_data.later.output == "none"]`,
    ],
    ['rights', every('one.user_name == "u00@example.com" ? "Owner" : terraform_data.later.output')],
  ] as const;
  for (const [what, grants] of unknown)
    terraformTest(`with a set whose ${what} are known only after apply`, () =>
      withTenant({ data }, async ({ declare, apply, refused, sim }) => {
        declare(LOOK_UP + set('prod', 'prod', OWNERS));
        await apply();
        declare(LOOK_UP + LATER + set('prod', 'prod', grants));
        expect(await refused('plan')).toMatch(/\d+ of 20 container permissions would be revoked or lowered/);
        await refused('apply');
        expect(sim.state().containerPermissions.filter(({ right }) => right === 'Owner')).toHaveLength(20);
      }),
    );

  const retirements = [
    ['retired = terraform_data.later.output == "none"', OWNERS],
    ['retired = true', every('terraform_data.later.output')],
  ] as const;
  for (const [retired, grants] of retirements)
    terraformTest(`with a retirement that the plan does not know: ${retired}`, () =>
      withTenant({ data }, async ({ declare, refused, sim }) => {
        sim.admin.grant('prod', { user: people[25]! }, 'Owner');
        declare(LOOK_UP + LATER + set('prod', 'prod', grants, retired));
        expect(await refused('plan')).toContain('of a retired container is known only after apply');
        expect(sim.state().containerPermissions).toHaveLength(1);
      }),
    );

  terraformTest('with a set that moves to another container and gets more elements there', () =>
    withTenant({ data }, async ({ declare, apply, refused }) => {
      const group = (to: number) => `
resource "delinea_group" "ops" {
  display_name = "ops"
  members      = slice(data.delinea_users.all.users[*].id, 0, ${to})
}
`;
      declare(LOOK_UP + group(8) + set('some', 'prod', every('"View"', 0, 1)));
      await apply();
      declare(LOOK_UP + group(2) + set('some', 'stage', every('"View"', 0, 30)));
      expect(await refused('plan')).toContain('6 of 8 people would lose access (limit 5)');
    }),
  );

  terraformTest('by leaving out the status of users who were disabled the same day', () =>
    withTenant({ data }, async ({ declare, apply, refused }) => {
      const users = (more: (index: number) => string) =>
        people
          .map(
            (name, index) =>
              `resource "delinea_user" "u${index}" {\n  user_name = "${name}"\n  adopt = "always"\n${more(index)}\n}\n`,
          )
          .join('');
      declare(users(() => ''));
      await apply();
      declare(users((index) => (index < 5 ? '  active = false' : '')));
      await apply();
      declare(users((index) => (index < 5 ? '  title = "left"' : index < 10 ? '  active = false' : '')));
      expect(await refused('plan')).toContain('10 of 30 users would be disabled or removed, 5 of them by runs');
    }),
  );
});

describe('an ordinary stack is not refused', () => {
  terraformTest('for elements of a set that were given back', () =>
    withTenant({ data }, async ({ declare, apply }) => {
      const two = (one: number, other: number) =>
        LOOK_UP + set('one', 'prod', every('"Edit"', one)) + set('other', 'stage', every('"Edit"', other));
      declare(two(0, 0));
      await apply();
      declare(two(4, 0));
      await apply();
      declare(two(0, 0));
      await apply();
      declare(two(0, 4));
      await apply();
    }),
  );
});
