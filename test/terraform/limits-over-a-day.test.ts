import { describe, expect } from '@jest/globals';
import { withTenant } from '../support/terraform/tenant.js';
import { terraformTest } from '../support/terraform/terraform-test.js';

const people = Array.from({ length: 30 }, (_, index) => `u${String(index).padStart(2, '0')}@example.com`);
const data = { users: people.map((userName) => ({ userName })) };

/** Returns a group with the members from one number on. */
const group = (from: number) => `
data "delinea_users" "all" {
  names = ${JSON.stringify(people)}
}
resource "delinea_group" "ops" {
  display_name = "ops"
  members = slice(data.delinea_users.all.users[*].id, ${from}, ${people.length})
}
`;

/** Returns all users, of which the first are disabled. */
const users = (disabled: number) => `
resource "delinea_user" "all" {
  for_each  = toset(${JSON.stringify(people)})
  user_name = each.key
  adopt     = "always"
  active    = !contains(${JSON.stringify(people.slice(0, disabled))}, each.key)
}
`;

describe('limits over a day', () => {
  terraformTest('members who leave a group in slices are refused together', () =>
    withTenant({ data }, async ({ declare, apply, refused, env, sim }) => {
      declare(group(0));
      await apply();
      declare(group(4));
      await apply();
      declare(group(7));
      const text = await refused('apply');
      expect(text).toContain(
        '7 of 30 people would lose access, 4 of them by runs of the last 24 hours (limit 5): u04@example.com (ops), u05@example.com (ops), u06@example.com (ops)',
      );
      env.DELINEA_ALLOW_REMOVALS = /DELINEA_ALLOW_REMOVALS=(\d+)/.exec(text)![1];
      await apply();
      expect(sim.state().groups[0]!.members).toHaveLength(23);
      delete env.DELINEA_ALLOW_REMOVALS;
      // What the allowance let through does not count again. A member who is back does not count either.
      declare(group(8));
      await apply();
      declare(group(9));
      expect(await refused('plan')).toContain(
        '6 of 27 people would lose access, 5 of them by runs of the last 24 hours',
      );
      declare(group(2));
      await apply();
      declare(group(4));
      await apply();
    }),
  );

  terraformTest('people behind nested groups that leave in slices are refused together', () =>
    withTenant({ data }, async ({ declare, apply, refused }) => {
      const inner = ['a', 'b', 'c'].map(
        (name, index) => `
resource "delinea_group" "${name}" {
  display_name = "${name}"
  members = slice(data.delinea_users.all.users[*].id, ${index * 4}, ${index * 4 + 4})
}
`,
      );
      const outer = (...names: string[]) =>
        `${group(12)}${inner.join('')}
resource "delinea_group" "outer" {
  display_name = "outer"
  members = [${names.map((name) => `delinea_group.${name}.id`)}]
}
`;
      declare(outer('a', 'b', 'c'));
      await apply();
      declare(outer('b', 'c'));
      await apply();
      declare(outer('c'));
      expect(await refused('plan')).toContain(
        '8 of 30 people would lose access, 4 of them by runs of the last 24 hours',
      );
    }),
  );

  terraformTest(
    'users who are disabled in slices are refused together, also with an allowance that lets nothing through',
    () =>
      withTenant({ data }, async ({ declare, apply, refused, env }) => {
        env.DELINEA_ALLOW_REMOVALS = '1';
        declare(users(0));
        await apply();
        declare(users(4));
        await apply();
        declare(users(7));
        expect(await refused('plan')).toContain(
          '7 of 30 users would be disabled or removed, 4 of them by runs of the last 24 hours',
        );
      }),
  );
});
