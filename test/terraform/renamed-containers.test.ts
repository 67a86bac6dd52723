import { describe, expect, jest } from '@jest/globals';
import type { Simulator, SimulatorData } from '../../src/simulator/index.js';
import { resource, withTenant } from '../support/terraform/tenant.js';
import { terraformTest } from '../support/terraform/terraform-test.js';

jest.setTimeout(120_000);

const data: SimulatorData = {
  users: [{ userName: 'boss@example.com' }, { userName: 'ann@example.com' }],
  containers: ['prod', 'test'],
  containerPermissions: [{ container: 'prod', user: 'boss@example.com', right: 'Owner' }],
};

const ANN = 'data "delinea_user" "ann" { user_name = "ann@example.com" }\n';
const BOSS = 'data "delinea_user" "boss" { user_name = "boss@example.com" }\n';

const edge = (container: string) =>
  ANN +
  resource(
    'container_permission',
    'ann',
    `container = "${container}"\nprincipal_type = "user"\nprincipal_id = data.delinea_user.ann.id\nright = "View"`,
  );

const whole = (container: string) =>
  ANN +
  BOSS +
  resource(
    'container_permissions',
    'all',
    `container = "${container}"
grants = [
  { principal_type = "user", principal_id = data.delinea_user.ann.id, right = "View" },
  { principal_type = "user", principal_id = data.delinea_user.boss.id, right = "Owner" },
]`,
  );

describe.each([
  ['container permission', edge, ANN],
  ['authoritative set', whole, ANN + BOSS],
] as const)('%s in a renamed folder', (_, declaration, rest) => {
  terraformTest('needs no change when the configuration uses the new name', () =>
    withTenant({ data }, async ({ declare, apply, plan, refused, expectNoChanges, sim }) => {
      declare(declaration('prod'));
      await apply();
      const before = sim.state().containerPermissions.length;
      sim.admin.renameContainer('prod', 'production');
      expect(await refused('plan')).toContain('there is no container "prod"');
      declare(declaration('production'));
      expect(await plan()).toContain('its container was renamed to production (id 1)');
      sim.resetRequests();
      await apply();
      await expectNoChanges();
      expect(sim.requests.writes).toBe(0);
      expect(sim.state().containerPermissions).toHaveLength(before);
    }),
  );

  terraformTest('is revoked in that folder when it leaves the code', () =>
    withTenant({ data }, async ({ declare, apply, expectNoChanges, sim }) => {
      declare(declaration('prod'));
      await apply();
      sim.admin.renameContainer('prod', 'production');
      declare(rest, 'allow_orphans = ["production"]');
      await apply();
      await expectNoChanges();
      expect(sim.state().containerPermissions.map(({ user }) => user)).not.toContain('ann@example.com');
    }),
  );
});

describe.each([
  ['container permission', edge, ANN],
  ['authoritative set', whole, ANN + BOSS],
] as const)('%s in a renamed folder whose old name another folder has', (_, declaration, rest) => {
  const allow = 'allow_orphans = ["prod", "production"]';
  const rightsOf = (sim: Simulator, container: string) =>
    sim.state().containerPermissions.flatMap((held) => (held.container === container ? [held.user] : []));

  terraformTest('needs no change when the configuration uses the new name', () =>
    withTenant({ data }, async ({ declare, apply, plan, expectNoChanges, sim }) => {
      declare(declaration('prod'));
      await apply();
      sim.admin.renameContainer('prod', 'production');
      sim.admin.addContainer('prod');
      expect(await plan('-refresh-only')).toContain('its container was renamed to production (id 1)');
      declare(declaration('production'));
      sim.resetRequests();
      await apply();
      await expectNoChanges();
      expect(sim.requests.writes).toBe(0);
    }),
  );

  terraformTest('is revoked in the renamed folder alone when it leaves the code', () =>
    withTenant({ data }, async ({ declare, apply, expectNoChanges, sim }) => {
      declare(declaration('prod'));
      await apply();
      sim.admin.renameContainer('prod', 'production');
      sim.admin.addContainer('prod');
      sim.admin.grant('prod', { user: 'ann@example.com' }, 'View');
      declare(rest, allow);
      await apply();
      await expectNoChanges();
      expect(rightsOf(sim, 'production')).not.toContain('ann@example.com');
      expect(rightsOf(sim, 'prod')).toContain('ann@example.com');
    }),
  );

  terraformTest('moves to the other folder when the configuration keeps the old name', () =>
    withTenant({ data }, async ({ declare, apply, expectNoChanges, sim }) => {
      declare(declaration('prod'));
      await apply();
      sim.admin.renameContainer('prod', 'production');
      sim.admin.addContainer('prod');
      declare(declaration('prod'), allow);
      await apply();
      await expectNoChanges();
      expect(rightsOf(sim, 'production')).not.toContain('ann@example.com');
      expect(rightsOf(sim, 'prod')).toContain('ann@example.com');
    }),
  );
});

terraformTest('container permission: an unknown container name is an error at its attribute', () =>
  withTenant({ data }, async ({ declare, apply, refused }) => {
    declare(edge('prod'));
    await apply();
    declare(edge('prdo'));
    const text = await refused('plan');
    expect(text).toContain('there is no container "prdo"');
    expect(text).toContain('container = "prdo"');
  }),
);

describe.each([
  ['container permission', edge, 'container_permission.ann'],
  ['authoritative set', whole, 'container_permissions.all'],
] as const)('%s in a missing folder', (_, declaration, address) => {
  terraformTest('is not reported as revoked when the folder is hidden', () =>
    withTenant({ data }, async ({ declare, apply, refused, sim, folder }) => {
      declare(declaration('prod'));
      await apply();
      sim.seeOnly(['test']);
      for (const args of [[], ['-refresh-only']])
        expect(await refused('apply', ...args)).not.toContain('outside of code');
      expect(folder.everything()).toContain('"View"');
    }),
  );

  terraformTest('is not reported as revoked when allow_missing does not confirm the deletion', () =>
    withTenant({ data }, async ({ declare, apply, refused, sim, folder }) => {
      declare(declaration('prod'));
      await apply();
      sim.admin.deleteContainer('prod');
      const text = await refused('apply', '-refresh-only');
      expect(text).toContain('no container "prod" is visible');
      expect(text).toContain('DELINEA_ALLOW_MISSING=1');
      expect(folder.everything()).toContain('"View"');
    }),
  );

  terraformTest('leaves the state when allow_missing confirms the deletion', () =>
    withTenant({ data }, async ({ declare, apply, refused, expectNoChanges, sim }) => {
      declare(declaration('prod'));
      await apply();
      sim.admin.deleteContainer('prod');
      declare('');
      const text = await refused('apply');
      expect(text).toContain('no container "prod" is visible');
      expect(text).toContain('DELINEA_ALLOW_MISSING=1');
      declare('', 'allow_missing = 1');
      expect(await apply()).toMatch(/was (revoked|deleted) outside of code/);
      declare('');
      await expectNoChanges();
    }),
  );

  terraformTest('does not stop a plan with -refresh=false', () =>
    withTenant({ data }, async ({ declare, apply, plan, sim }) => {
      declare(declaration('prod'));
      await apply();
      sim.admin.deleteContainer('prod');
      expect(await plan('-refresh=false')).toContain('No changes');
    }),
  );

  terraformTest('leaves the state by a removed block', () =>
    withTenant({ data }, async ({ declare, apply, expectNoChanges, sim }) => {
      declare(declaration('prod'));
      await apply();
      sim.admin.deleteContainer('prod');
      declare(`removed {\n  from = delinea_${address}\n  lifecycle {\n    destroy = false\n  }\n}\n`);
      await apply();
      declare('');
      await expectNoChanges();
    }),
  );
});
