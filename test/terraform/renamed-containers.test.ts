import { describe, expect, jest } from '@jest/globals';
import type { Simulator, SimulatorData } from '../../src/simulator/index.js';
import { onTenant, resource } from '../support/terraform/tenant.js';
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
  ['an edge', edge, ANN],
  ['a whole set', whole, ANN + BOSS],
] as const)('%s in a folder that was renamed', (_, declaration, rest) => {
  terraformTest('stays ours, and is no change once code says the new name', () =>
    onTenant({ data }, async ({ declare, apply, plan, refused, settled, sim }) => {
      declare(declaration('prod'));
      await apply();
      const before = sim.state().containerPermissions.length;
      sim.admin.renameContainer('prod', 'production');
      expect(await refused('plan')).toContain('there is no container "prod"');
      declare(declaration('production'));
      expect(await plan()).toContain('its container was renamed to production (id 1)');
      sim.resetRequests();
      await apply();
      await settled();
      expect(sim.requests.writes).toBe(0);
      expect(sim.state().containerPermissions).toHaveLength(before);
    }),
  );

  terraformTest('is revoked there where code lets go of it', () =>
    onTenant({ data }, async ({ declare, apply, settled, sim }) => {
      declare(declaration('prod'), 'allow_orphans = ["prod", "production"]');
      await apply();
      sim.admin.renameContainer('prod', 'production');
      declare(rest, 'allow_orphans = ["prod", "production"]');
      await apply();
      await settled();
      expect(sim.state().containerPermissions.map(({ user }) => user)).not.toContain('ann@example.com');
    }),
  );
});

describe.each([
  ['an edge', edge, ANN],
  ['a whole set', whole, ANN + BOSS],
] as const)('%s in a folder whose name another has by now', (_, declaration, rest) => {
  const allow = 'allow_orphans = ["prod", "production"]';
  const rightsOf = (sim: Simulator, container: string) =>
    sim.state().containerPermissions.flatMap((held) => (held.container === container ? [held.user] : []));

  terraformTest('stays ours where it is, and code that says so is no change', () =>
    onTenant({ data }, async ({ declare, apply, plan, settled, sim }) => {
      declare(declaration('prod'));
      await apply();
      sim.admin.renameContainer('prod', 'production');
      sim.admin.addContainer('prod');
      expect(await plan('-refresh-only')).toContain('its container was renamed to production (id 1)');
      declare(declaration('production'));
      sim.resetRequests();
      await apply();
      await settled();
      expect(sim.requests.writes).toBe(0);
    }),
  );

  terraformTest('is revoked there, and nobody in the other folder, where code lets go of it', () =>
    onTenant({ data }, async ({ declare, apply, settled, sim }) => {
      declare(declaration('prod'), allow);
      await apply();
      sim.admin.renameContainer('prod', 'production');
      sim.admin.addContainer('prod');
      sim.admin.grant('prod', { user: 'ann@example.com' }, 'View');
      declare(rest, allow);
      await apply();
      await settled();
      expect(rightsOf(sim, 'production')).not.toContain('ann@example.com');
      expect(rightsOf(sim, 'prod')).toContain('ann@example.com');
    }),
  );

  terraformTest('goes to the other folder where code means that one', () =>
    onTenant({ data }, async ({ declare, apply, settled, sim }) => {
      declare(declaration('prod'), allow);
      await apply();
      sim.admin.renameContainer('prod', 'production');
      sim.admin.addContainer('prod');
      await apply();
      await settled();
      expect(rightsOf(sim, 'production')).not.toContain('ann@example.com');
      expect(rightsOf(sim, 'prod')).toContain('ann@example.com');
    }),
  );
});

terraformTest('a name that no folder has is an error at its attribute', () =>
  onTenant({ data }, async ({ declare, apply, refused }) => {
    declare(edge('prod'));
    await apply();
    declare(edge('prdo'));
    const text = await refused('plan');
    expect(text).toContain('there is no container "prdo"');
    expect(text).toContain('container = "prdo"');
  }),
);

describe.each([
  ['an edge', edge, 'container_permission.ann'],
  ['a whole set', whole, 'container_permissions.all'],
] as const)('%s in a folder that does not show', (_, declaration, address) => {
  terraformTest('is not said to be revoked when it is out of sight', () =>
    onTenant({ data }, async ({ declare, apply, refused, sim, folder }) => {
      declare(declaration('prod'));
      await apply();
      sim.seeOnly(['test']);
      for (const args of [[], ['-refresh-only']])
        expect(await refused('apply', ...args)).not.toContain('outside of code');
      expect(folder.everything()).toContain('"View"');
    }),
  );

  terraformTest('is not said to be revoked when nobody says that the folder was deleted', () =>
    onTenant({ data }, async ({ declare, apply, refused, sim, folder }) => {
      declare(declaration('prod'));
      await apply();
      sim.admin.deleteContainer('prod');
      const text = await refused('apply', '-refresh-only');
      expect(text).toContain('no container "prod" is visible');
      expect(text).toContain('allow_missing = 1');
      expect(folder.everything()).toContain('"View"');
    }),
  );

  terraformTest('leaves the state when somebody says that the folder was deleted', () =>
    onTenant({ data }, async ({ declare, apply, refused, settled, sim }) => {
      declare(declaration('prod'));
      await apply();
      sim.admin.deleteContainer('prod');
      declare('');
      const text = await refused('apply');
      expect(text).toContain('no container "prod" is visible');
      expect(text).toContain('allow_missing = 1');
      declare('', 'allow_missing = 1');
      expect(await apply()).toMatch(/was (revoked|deleted) outside of code/);
      declare('');
      await settled();
    }),
  );

  terraformTest('stops no plan that does not look', () =>
    onTenant({ data }, async ({ declare, apply, plan, sim }) => {
      declare(declaration('prod'));
      await apply();
      sim.admin.deleteContainer('prod');
      expect(await plan('-refresh=false')).toContain('No changes');
    }),
  );

  terraformTest('leaves the state by a removed block as well', () =>
    onTenant({ data }, async ({ declare, apply, settled, sim }) => {
      declare(declaration('prod'));
      await apply();
      sim.admin.deleteContainer('prod');
      declare(`removed {\n  from = delinea_${address}\n  lifecycle {\n    destroy = false\n  }\n}\n`);
      await apply();
      declare('');
      await settled();
    }),
  );
});
