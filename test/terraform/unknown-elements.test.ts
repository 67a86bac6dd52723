import { describe, expect, jest } from '@jest/globals';
import { onTenant, resource } from '../support/terraform/tenant.js';
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

describe('a list of members of which one is not known yet', () => {
  terraformTest('is no difference to what lives: the group is taken over, and nothing is written', () =>
    onTenant(tenant('group:g', 'cyd@example.com'), async ({ declare, apply, plan, settled, sim }) => {
      declare(cyd);
      await apply();
      declare(cyd + inner + outer());
      expect(await plan()).toContain('h exists already and will be adopted');
      await apply();
      await settled();
      expect(sim.requests.writes).toBe(0);
    }),
  );

  terraformTest('is compared by the apply, which takes over no group that differs', () =>
    onTenant(tenant('group:g', 'cyd@example.com', 'bob@example.com'), async ({ declare, apply, refused, sim }) => {
      declare(cyd);
      await apply();
      declare(cyd + inner + outer());
      expect(await refused('apply')).toContain('exists already, is not ours and differs in members');
      expect(sim.requests.writes).toBe(0);
    }),
  );

  terraformTest('says whom it takes out, where the group is changed', () =>
    onTenant(tenant('group:g', 'bob@example.com'), async ({ declare, apply, refused, sim }) => {
      declare(cyd);
      await apply();
      declare(cyd + inner + outer('adopt = "always"'), 'protected_principals = ["bob@example.com"]');
      expect(await refused('plan')).toContain('bob@example.com');
      expect(sim.requests.writes).toBe(0);
    }),
  );
});

terraformTest('nobody who may turn out to be declared is said to be revoked', () =>
  onTenant(
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
    async ({ declare, apply, plan, settled, sim }) => {
      const data = (name: string) => `data "delinea_user" "${name}" { user_name = "${name}@example.com" }\n`;
      const grant = (id: string, right: string) =>
        `[{ principal_type = "user", principal_id = ${id}, right = "${right}" }]`;
      const dev = resource(
        'container_permissions',
        'dev',
        `container = "dev"
grants = concat(${grant('data.delinea_user.boss.id', 'Owner')}, [for id in split(",", delinea_user.cyd.id) : ${grant('id', 'Edit')}[0]])`,
      );
      declare(data('boss') + cyd + dev);
      const text = await plan();
      expect(text).toContain('will be known only in the apply, which may revoke 2 more');
      expect(text).not.toContain('it will be revoked');
      await apply();
      await settled();
      expect(sim.state().containerPermissions.map(({ user }) => user)).toEqual(['boss@example.com', 'cyd@example.com']);
    },
  ),
);
