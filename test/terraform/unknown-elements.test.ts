import { describe, expect, jest } from '@jest/globals';
import { resource, withTenant } from '../support/terraform/tenant.js';
import { terraformTest } from '../support/terraform/terraform-test.js';

jest.setTimeout(120_000);

const cyd = resource('user', 'cyd', 'user_name = "cyd@example.com"');
const inner = resource('group', 'g', 'display_name = "g"');
const outer = (more = '') =>
  resource('group', 'h', `display_name = "h"\nmembers = [delinea_group.g.id, delinea_user.cyd.id]\n${more}`);
const tenant = (...members: string[]) => ({
  data: {
    users: [{ userName: 'cyd@example.com' }, { userName: 'bob@example.com' }],
    groups: [{ displayName: 'g' }, { displayName: 'h', members }],
  },
});

describe('group with an unknown member', () => {
  terraformTest('is adopted without a write when the member turns out to be in the live group', () =>
    withTenant(tenant('group:g', 'cyd@example.com'), async ({ declare, apply, plan, expectNoChanges, sim }) => {
      declare(cyd);
      await apply();
      declare(cyd + inner + outer());
      expect(await plan()).toContain('h exists already and will be adopted');
      await apply();
      await expectNoChanges();
      expect(sim.requests.writes).toBe(0);
    }),
  );

  terraformTest('is refused by the apply when the live group differs', () =>
    withTenant(tenant('group:g', 'cyd@example.com', 'bob@example.com'), async ({ declare, apply, refused, sim }) => {
      declare(cyd);
      await apply();
      declare(cyd + inner + outer());
      expect(await refused('apply')).toContain('exists already, is not managed and differs in members');
      expect(sim.requests.writes).toBe(0);
    }),
  );

  terraformTest('reports the members to remove in the plan', () =>
    withTenant(tenant('group:g', 'bob@example.com'), async ({ declare, apply, refused, sim }) => {
      declare(cyd);
      await apply();
      declare(cyd + inner + outer('adopt = "always"'), 'protected_principals = ["bob@example.com"]');
      expect(await refused('plan')).toContain('bob@example.com');
      expect(sim.requests.writes).toBe(0);
    }),
  );
});

terraformTest('authoritative set: the plan reports possible revocations when an element is unknown', () =>
  withTenant(
    {
      data: {
        users: [{ userName: 'boss@example.com' }, { userName: 'bob@example.com' }],
        containers: ['dev'],
        containerPermissions: [
          { container: 'dev', user: 'boss@example.com', right: 'Owner' },
          { container: 'dev', user: 'bob@example.com', right: 'View' },
        ],
      },
    },
    async ({ declare, apply, plan, expectNoChanges, sim }) => {
      const data = (name: string) => `data "delinea_user" "${name}" { user_name = "${name}@example.com" }\n`;
      const grant = (id: string, right: string) =>
        `[{ principal_type = "user", principal_id = ${id}, right = "${right}" }]`;
      const dev = resource(
        'container_permissions',
        'dev',
        `container = "dev"
adopt = "always"
grants = concat(${grant('data.delinea_user.boss.id', 'Owner')}, [for id in split(",", delinea_user.cyd.id) : ${grant('id', 'Edit')}[0]])`,
      );
      declare(data('boss') + cyd + dev);
      const text = await plan();
      expect(text).toContain('some values are known only after apply; they may take away 2 more: ');
      expect(text).not.toContain('the next apply revokes it');
      await apply();
      await expectNoChanges();
      expect(sim.state().containerPermissions.map(({ user }) => user)).toEqual(['boss@example.com', 'cyd@example.com']);
    },
  ),
);
