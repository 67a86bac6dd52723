import { describe, expect, jest } from '@jest/globals';
import type { SimulatorData } from '../../src/simulator/index.js';
import { resource, type TerraformTenant, withTenant } from '../support/terraform/tenant.js';
import { terraformTest } from '../support/terraform/terraform-test.js';

jest.setTimeout(120_000);

const users = (count: number, more = '') =>
  Array.from({ length: count }, (_, index) =>
    resource('user', `u${index}`, `user_name = "u${index}@example.com"\n${more}`),
  ).join('');

const active = ({ sim }: TerraformTenant) => sim.state().users.filter((user) => user.active).length;

/** Runs the command, expects a refusal without a write, and returns its text. */
async function refusal(tenant: TerraformTenant, command: 'plan' | 'apply' | 'destroy', ...args: string[]) {
  const before = tenant.sim.state();
  tenant.sim.resetRequests();
  const text = await tenant.refused(command, ...args);
  expect(tenant.sim.requests.writes).toBe(0);
  expect(tenant.sim.state()).toEqual(before);
  return text;
}

describe('mass-removal guard', () => {
  terraformTest('refuses with the count when 6 of 8 users or the whole stack would be removed', () =>
    withTenant({}, async (tenant) => {
      const { declare, apply } = tenant;
      declare(users(8));
      await apply();
      declare(users(2));
      expect(await refusal(tenant, 'plan')).toContain(': 6 of 8 users would be disabled or removed');
      declare('');
      expect(await refusal(tenant, 'apply')).toMatch(/[78] of 8 users would be disabled or removed/);
      declare(users(8));
      expect(await refusal(tenant, 'destroy')).toMatch(/[78] of 8 users would be disabled or removed/);
      // Five removals are below the limit.
      declare(users(3));
      await apply();
      expect(active(tenant)).toBe(3);
    }),
  );

  terraformTest('does not count what the same run adopts or imports', () => {
    const existing = Array.from({ length: 80 }, (_, index) => ({ userName: `x${index}@example.com` }));
    return withTenant({ data: { users: existing } }, async (tenant) => {
      const { declare, apply } = tenant;
      declare(users(8));
      await apply();
      const others = existing.map(({ userName }, index) =>
        resource('user', `x${index}`, `user_name = "${userName}"\nadopt = "always"`),
      );
      declare(users(2) + others.join(''));
      expect(await refusal(tenant, 'plan')).toContain(': 6 of 8 users would be disabled or removed');
      const imports = existing.map(
        ({ userName }, index) => `import {\n  to = delinea_user.x${index}\n  id = "${userName}"\n}\n`,
      );
      declare(users(2) + others.join('') + imports.join(''));
      expect(await refusal(tenant, 'plan')).toContain(': 6 of 8 users would be disabled or removed');
    });
  });

  terraformTest('counts each user that code disables, also with non-Latin names', () =>
    withTenant({}, async (tenant) => {
      const { declare, apply } = tenant;
      const names = ['管理', '開発', '運用', '営業', '人事', '経理', '法務', '総務'];
      const named = (left: number) =>
        names.map((name, index) =>
          resource('user', `u${index}`, `user_name = "${name}@example.com"\nactive = ${index < left}`),
        );
      declare(named(8).join(''));
      await apply();
      declare(named(2).join(''));
      expect(await refusal(tenant, 'plan')).toContain(': 6 of 8 users would be disabled or removed');
    }),
  );

  terraformTest('refuses at the sixth removal when parallelism is 1', () =>
    withTenant({}, async (tenant) => {
      const { declare, apply } = tenant;
      declare(users(8));
      await apply();
      declare('');
      expect(await refusal(tenant, 'apply', '-parallelism=1')).toMatch(
        /: 6 of [678] users would be disabled or removed/,
      );
    }),
  );

  terraformTest('accepts the plan when allow_removals is the number in the error', () =>
    withTenant({}, async (tenant) => {
      const { declare, apply } = tenant;
      declare(users(8));
      await apply();
      declare(users(2), 'allow_removals = 5');
      const text = await refusal(tenant, 'apply');
      const [, count] = /DELINEA_ALLOW_REMOVALS=(\d+)/.exec(text)!;
      expect(count).toBe('6');
      declare(users(2), `allow_removals = ${count}`);
      await apply();
      expect(active(tenant)).toBe(2);
    }),
  );

  terraformTest('accepts 6 removals of 60 users', () =>
    withTenant({}, async (tenant) => {
      const { declare, apply } = tenant;
      declare(users(60));
      await apply();
      declare(users(54));
      await apply();
      expect(active(tenant)).toBe(54);
    }),
  );

  for (const [what, left] of [
    ['removes', () => ''],
    ['disables', () => users(8, 'active = false')],
  ] as const) {
    terraformTest(
      `refuses a saved plan that ${what} users before its first write when only its plan had the allowance`,
      () =>
        withTenant({}, async (tenant) => {
          const { declare, apply, plan, env } = tenant;
          declare(users(8));
          await apply();
          declare(left());
          env.DELINEA_ALLOW_REMOVALS = '8';
          await plan('-out', 'saved');
          delete env.DELINEA_ALLOW_REMOVALS;
          const text = await refusal(tenant, 'apply', 'saved');
          expect(text).toContain('the plan was made with an allowance that this apply does not have');
          env.DELINEA_ALLOW_REMOVALS = /DELINEA_ALLOW_REMOVALS=(\d+)/.exec(text)![1];
          await plan('-out', 'saved');
          await apply('saved');
          expect(active(tenant)).toBe(0);
        }),
    );
  }

  terraformTest('needs an allowance no longer when the next plan was made without it', () =>
    withTenant({}, async (tenant) => {
      const { declare, apply, attempt, env, expectNoChanges } = tenant;
      declare(users(8));
      env.DELINEA_ALLOW_REMOVALS = '8';
      await apply();
      await expectNoChanges();
      expect(await attempt('plan', '-refresh-only', '-detailed-exitcode')).toMatchObject({ code: 0 });
      delete env.DELINEA_ALLOW_REMOVALS;
      await expectNoChanges();
      declare(users(7) + resource('user', 'u7', 'user_name = "u7@example.com"\nactive = false'));
      await apply();
      expect(active(tenant)).toBe(7);
    }),
  );
});

const owned: SimulatorData = {
  users: [{ userName: 'boss@example.com' }, { userName: 'ann@example.com' }],
  groups: [{ displayName: 'owners', members: ['ann@example.com'] }],
  containers: ['prod'],
};

const owner = (name: string, principal: string, type = 'user', right = 'Owner', more = '') =>
  resource(
    'container_permission',
    name,
    `container = "prod"\nprincipal_type = "${type}"\nprincipal_id = ${principal}\nright = "${right}"\n${more}`,
  );
const LOOK_UPS = `
data "delinea_user" "boss" { user_name = "boss@example.com" }
data "delinea_user" "ann" { user_name = "ann@example.com" }
data "delinea_group" "owners" { display_name = "owners" }
`;
const BOSS = 'data.delinea_user.boss.id';
const ANN = 'data.delinea_user.ann.id';
const OWNERS = 'data.delinea_group.owners.id';
const ownersOf = ({ sim }: TerraformTenant) =>
  sim.state().containerPermissions.flatMap(({ user, group, right }) => (right === 'Owner' ? (user ?? group) : []));

describe('access guard', () => {
  terraformTest('refuses to rename a protected principal, after which its name would protect nobody', () =>
    withTenant({ data: { users: [{ userName: 'boss@example.com' }] } }, async (tenant) => {
      const { declare, apply } = tenant;
      const called = (name: string, more = '') => resource('user', 'u', `user_name = "${name}@example.com"\n${more}`);
      const guard = 'protected_principals = ["u@example.com", "boss@example.com"]';
      declare(called('u'), guard);
      await apply();
      const renamed = called('v', 'previous_names = ["u@example.com"]');
      declare(renamed, guard);
      expect(await refusal(tenant, 'plan')).toContain('u@example.com would be renamed');
      const adopted = 'previous_names = ["boss@example.com"]\nadopt = "always"';
      declare(`${called('u')}${resource('user', 'w', `user_name = "w@example.com"\n${adopted}`)}`, guard);
      expect(await refusal(tenant, 'apply')).toContain('boss@example.com would be renamed');
      declare(renamed, `${guard}\nallow_principals = ["u@example.com"]`);
      expect(await apply()).toContain('u@example.com would be renamed');
    }),
  );

  terraformTest('refuses to remove a protected principal', () =>
    withTenant({}, async (tenant) => {
      const { declare, apply } = tenant;
      declare(users(2), 'protected_principals = ["u1@example.com"]');
      await apply();
      declare(users(1), 'protected_principals = ["u1@example.com"]');
      const text = await refusal(tenant, 'apply');
      expect(text).toContain('u1@example.com would be disabled or removed');
      expect(text).toContain(`DELINEA_ALLOW_PRINCIPALS='["u1@example.com"]'`);
      declare(users(1), 'protected_principals = ["u1@example.com"]\nallow_principals = ["u1@example.com"]');
      await apply();
      expect(active(tenant)).toBe(1);
    }),
  );

  terraformTest(
    'refuses a saved plan before its first write when only its plan could leave a folder without an Owner',
    () =>
      withTenant({ data: owned }, async (tenant) => {
        const { declare, apply, plan, env } = tenant;
        declare(LOOK_UPS + owner('boss', BOSS) + users(2));
        await apply();
        declare(LOOK_UPS);
        const allowing = { DELINEA_ALLOW_ORPHANS: 'prod', DELINEA_ALLOW_PRINCIPALS: '["boss@example.com"]' };
        const attempt = async (lacking: NodeJS.ProcessEnv) => {
          Object.assign(env, allowing);
          await plan('-out', 'saved');
          Object.assign(env, lacking);
          return refusal(tenant, 'apply', 'saved');
        };
        expect(await attempt({ DELINEA_ALLOW_PRINCIPALS: '' })).toContain(
          `DELINEA_ALLOW_PRINCIPALS='["boss@example.com"]'`,
        );
        expect(await attempt({ DELINEA_ALLOW_ORPHANS: '' })).toContain(`DELINEA_ALLOW_ORPHANS='["prod"]'`);
        Object.assign(env, allowing);
        await plan('-out', 'saved');
        Object.assign(env, { DELINEA_ALLOW_ORPHANS: 'PROD', DELINEA_ALLOW_PRINCIPALS: 'boss@example.com' });
        await apply('saved');
        expect(ownersOf(tenant)).toEqual([]);
      }),
  );

  terraformTest('refuses to revoke or lower the right of the last Owner, here a group', () =>
    withTenant({ data: owned }, async (tenant) => {
      const { declare, apply } = tenant;
      declare(LOOK_UPS + owner('group', OWNERS, 'group'));
      await apply();
      declare(LOOK_UPS);
      const text = await refusal(tenant, 'apply');
      expect(text).toContain('prod would be left without an active Owner');
      expect(text).toContain(`DELINEA_ALLOW_ORPHANS='["prod"]'`);
      declare(LOOK_UPS + owner('group', OWNERS, 'group', 'View'));
      await refusal(tenant, 'apply');
      declare(LOOK_UPS, 'allow_orphans = ["prod"]');
      await apply();
      expect(ownersOf(tenant)).toEqual([]);
    }),
  );

  terraformTest('refuses to remove both Owners in one run', () =>
    withTenant({ data: owned }, async (tenant) => {
      const { declare, apply } = tenant;
      const both = LOOK_UPS + owner('boss', BOSS) + owner('group', OWNERS, 'group');
      declare(both);
      await apply();
      declare(LOOK_UPS);
      await refusal(tenant, 'apply');
      expect(ownersOf(tenant)).toHaveLength(2);
    }),
  );

  for (const [order, more] of [
    ['both change at the same time', ''],
    ['the new Owner depends on a new user', 'depends_on = [delinea_user.late]'],
  ] as const) {
    terraformTest(`accepts the replacement of the last Owner when ${order}`, () =>
      withTenant({ data: owned }, async (tenant) => {
        const { declare, apply, expectNoChanges } = tenant;
        const late = resource('user', 'late', 'user_name = "late@example.com"');
        declare(LOOK_UPS + owner('boss', BOSS));
        await apply();
        declare(LOOK_UPS + late + owner('ann', ANN, 'user', 'Owner', more));
        await apply();
        await expectNoChanges();
        expect(ownersOf(tenant)).toEqual(['ann@example.com']);
      }),
    );
  }
});
