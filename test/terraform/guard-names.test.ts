import { describe, expect, jest } from '@jest/globals';
import { resource, withTenant } from '../support/terraform/tenant.js';
import { terraformTest } from '../support/terraform/terraform-test.js';

jest.setTimeout(120_000);

const JANE = 'jane@example.com';
const data = { users: [{ userName: 'tom@example.com' }], containers: ['prod'] };

const jane = (more = '') => resource('user', 'jane', `user_name = "${JANE}"\n${more}`);
const ops = resource('group', 'ops', `display_name = "ops"\nmembers = [delinea_user.jane.id]`);
const permission = (type: string, name: string) =>
  resource(
    'container_permission',
    'view',
    `container = "prod"\nprincipal_type = "${type}"\nprincipal_id = delinea_${type}.${name}.id\nright = "View"`,
  );

const unknown = (setting: string, source: string, name: string, kinds = 'user or group') =>
  `"${name}" in ${setting}, set by ${source}: there is no ${kinds} with this name in the tenant or in code`;

describe('a name in the settings of the guards that nothing has', () => {
  terraformTest('fails plan and apply before any write, also when nothing is removed', () =>
    withTenant({ data }, async ({ sim, env, declare, apply, attempt, refused }) => {
      declare(jane() + permission('user', 'jane'));
      await apply();
      sim.resetRequests();
      const typo = 'protected_principals = ["jane@exmaple.com"]';
      // Nothing changes; something is added; access is removed.
      for (const hcl of [jane() + permission('user', 'jane'), jane() + ops + permission('user', 'jane'), jane()]) {
        declare(hcl, typo);
        for (const command of ['plan', 'apply'] as const) {
          const text = await refused(command);
          expect(text).toContain(unknown('protected_principals', 'the provider block', 'jane@exmaple.com'));
          expect(text).toContain(`Did you mean "${JANE}"?`);
        }
      }
      declare(jane('active = false') + permission('user', 'jane'));
      env.DELINEA_ALLOW_ORPHANS = '["prdo"]';
      expect(await refused('plan')).toContain(unknown('allow_orphans', 'the environment', 'prdo', 'container or role'));
      delete env.DELINEA_ALLOW_ORPHANS;
      expect((await attempt('plan', '-out', 'saved')).code).toBe(0);
      env.DELINEA_PROTECTED_PRINCIPALS = 'tim@example.com';
      const late = await attempt('apply', 'saved');
      expect([late.code, late.text]).toEqual([1, expect.stringContaining('Did you mean "tom@example.com"?')]);
      expect(sim.requests.writes).toBe(0);
    }),
  );

  terraformTest('is a warning when only users and groups are planned and nothing is removed', () =>
    withTenant({ data }, async ({ declare, plan }) => {
      declare(jane(), 'protected_principals = ["jane@exmaple.com"]');
      const text = await plan();
      expect(text).toContain(`Warning: ${unknown('protected_principals', 'the provider block', 'jane@exmaple.com')}`);
    }),
  );
});

terraformTest('a name in the settings of the guards may be declared in the same configuration', () =>
  withTenant({ data }, async ({ sim, declare, plan, apply, expectNoChanges }) => {
    declare(jane() + ops + permission('group', 'ops'), `protected_principals = ["OPS", "${JANE}"]`);
    await plan();
    await apply();
    expect(sim.state().groups).toMatchObject([{ displayName: 'ops', members: [JANE] }]);
    await expectNoChanges();
  }),
);

terraformTest('a name that cannot be looked up is a warning', () =>
  withTenant({ data }, async ({ sim, declare, plan }) => {
    sim.faults.set({ faults: [{ kind: 'status', status: 403, path: '/Groups' }] });
    declare(jane() + permission('user', 'jane'), 'protected_principals = ["ops"]');
    expect(await plan()).toContain('Warning: not checked whether "ops" in protected_principals exists: ');
  }),
);
