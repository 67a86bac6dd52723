import { describe, expect, jest } from '@jest/globals';
import type { Simulator, SimulatorData } from '../../src/simulator/index.js';
import { resource, withTenant } from '../support/terraform/tenant.js';
import { terraformTest } from '../support/terraform/terraform-test.js';

jest.setTimeout(120_000);

// The vendor does not document uniqueness: some surfaces accept a second permission of one principal.
const data: SimulatorData = {
  users: [{ userName: 'boss@example.com' }, { userName: 'ann@example.com' }, { userName: 'bob@example.com' }],
  containers: ['prod'],
  containerPermissions: [
    { container: 'prod', user: 'boss@example.com', right: 'Owner' },
    { container: 'prod', user: 'ann@example.com', right: 'View' },
  ],
};
const LOOK_UPS = ['boss', 'ann']
  .map((name) => `data "delinea_user" "${name}" { user_name = "${name}@example.com" }\n`)
  .join('');
const grant = (name: string, right: string) =>
  `{ principal_type = "user", principal_id = data.delinea_user.${name}.id, right = "${right}" }`;
const whole = (...grants: string[]) =>
  LOOK_UPS +
  resource('container_permissions', 'all', `container = "prod"\nadopt = "always"\ngrants = [${grants.join(', ')}]`);
const BOSS = grant('boss', 'Owner');
const ANN = grant('ann', 'View');

const again = (sim: Simulator) => sim.admin.grant('prod', { user: 'ann@example.com' }, 'Edit');
const rights = (sim: Simulator) => sim.state().containerPermissions.map(({ user, right }) => `${user} ${right}`);

describe('two permissions of one principal on one container', () => {
  terraformTest('are both revoked when the authoritative set does not list the principal', () =>
    withTenant({ data }, async ({ declare, apply, expectNoChanges, sim }) => {
      again(sim);
      declare(whole(BOSS));
      await apply();
      await expectNoChanges();
      expect(rights(sim)).toEqual(['boss@example.com Owner']);
    }),
  );

  terraformTest('are both revoked when the principal leaves the list', () =>
    withTenant({ data }, async ({ declare, apply, expectNoChanges, sim }) => {
      declare(whole(BOSS, ANN));
      await apply();
      again(sim);
      declare(whole(BOSS));
      await apply();
      await expectNoChanges();
      expect(rights(sim)).toEqual(['boss@example.com Owner']);
    }),
  );

  terraformTest('are both revoked when the set leaves the code', () =>
    withTenant({ data }, async ({ declare, apply, plan, expectNoChanges, sim }) => {
      const allowed = 'allow_orphans = ["prod"]';
      declare(whole(BOSS, ANN), allowed);
      await apply();
      again(sim);
      await apply('-refresh-only');
      declare(LOOK_UPS, allowed);
      expect(await plan()).toContain('permissions on prod: 3 will be revoked');
      await apply();
      await expectNoChanges();
      expect(rights(sim)).toEqual([]);
    }),
  );

  terraformTest('are an error that lists both when the set has the principal once', () =>
    withTenant({ data }, async ({ declare, apply, refused, sim }) => {
      declare(whole(BOSS, ANN));
      await apply();
      again(sim);
      const text = await refused('plan');
      expect(text).toMatch(
        /2 container permissions exist between the same principal and scope: View of ann@example.com on prod \(id \d+\), Edit of/,
      );
      expect(text).toContain('Remove all but one in the tenant');
    }),
  );

  terraformTest('are an error that lists both when a single permission leaves the code', () =>
    withTenant({ data }, async ({ declare, apply, refused, sim }) => {
      const one = `container = "prod"\nprincipal_type = "user"\nprincipal_id = data.delinea_user.ann.id\nright = "View"`;
      declare(LOOK_UPS + resource('container_permission', 'ann', one));
      await apply();
      again(sim);
      declare(LOOK_UPS);
      expect(await refused('apply')).toMatch(
        /2 container permissions exist between the same principal and scope: View of ann@example.com on prod/,
      );
      expect(sim.state().containerPermissions).toHaveLength(3);
    }),
  );
});

terraformTest(
  'authoritative set: one principal with two rights is an error that names both, and a plan when one is removed',
  () =>
    withTenant({ data }, async ({ declare, plan, refused }) => {
      declare(whole(BOSS, ANN, grant('ann', 'Edit')));
      const text = await refused('plan');
      expect(text).toMatch(
        /(View|Edit) of ann@example.com on prod is declared twice; the other declaration is (View|Edit) of ann@example.com on prod/,
      );
      expect(text).toContain('Remove one of the two.');
      expect(text).not.toContain('grants[');
      declare(whole(BOSS, ANN));
      await plan();
    }),
);

terraformTest('authoritative set: the apply fails when a revocation is refused, and the next one completes', () =>
  withTenant({ data }, async ({ declare, apply, refused, expectNoChanges, sim }) => {
    sim.faults.set({ faults: [{ kind: 'status', status: 403, method: 'DELETE' }] });
    declare(whole(BOSS));
    expect(await refused('apply')).toContain('HTTP 403');
    sim.faults.clear();
    await apply();
    await expectNoChanges();
    expect(rights(sim)).toEqual(['boss@example.com Owner']);
  }),
);
