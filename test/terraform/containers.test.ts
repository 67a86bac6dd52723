import { describe, expect, jest } from '@jest/globals';
import { factsOf } from '../support/assert/facts.js';
import { resource, type TerraformTenant, withTenant } from '../support/terraform/tenant.js';
import { terraformTest } from '../support/terraform/terraform-test.js';

jest.setTimeout(120_000);

const data = {
  users: [{ userName: 'jane@example.com' }],
  containers: ['prod', 'stage', { name: 'db', parent: 'prod' }, { name: 'db', parent: 'stage' }],
};

const on = (profile: string, work: (tenant: TerraformTenant) => Promise<void>) =>
  withTenant({ data }, (tenant) => {
    tenant.env.DELINEA_PROFILE = profile;
    return work(tenant);
  });

const folder = (address: string, name: string, more = '') =>
  resource('container', address, `name = ${JSON.stringify(name)}\n${more}`);
const team = folder('team', 'team');
const inner = folder('inner', 'inner', 'parent = delinea_container.team.id');
const jane = 'data "delinea_user" "jane" { user_name = "jane@example.com" }\n';
const principal = 'principal_type = "user"\nprincipal_id = data.delinea_user.jane.id';
const single = resource(
  'container_permission',
  'one',
  `container = delinea_container.inner.id\n${principal}\nright = "Edit"`,
);
const all = resource(
  'container_permissions',
  'all',
  'container = delinea_container.team.id\ngrants = [{ principal_type = "user", principal_id = data.delinea_user.jane.id, right = "View" }]',
);

const folders = ({ sim }: TerraformTenant) =>
  sim.state().containers.map(({ name, parent }) => `${parent === undefined ? '' : `/${parent}`}/${name}`);

describe.each(['scim-cloud', 'secret-server', 'scim-connector'])('containers on %s', (profile) => {
  terraformTest('are created before their permissions, and stay when they leave the code', () =>
    on(profile, async (tenant) => {
      const { declare, plan, apply, expectNoChanges, sim } = tenant;
      declare(jane + team + inner + single + all);
      await apply();
      await expectNoChanges();
      expect(folders(tenant)).toEqual(expect.arrayContaining(['/team', '/team/inner']));
      expect(factsOf(sim.state())).toEqual(
        expect.arrayContaining(['jane@example.com has Edit on inner', 'jane@example.com has View on team']),
      );
      declare(jane + team + inner);
      await apply();
      const before = sim.state();
      sim.resetRequests();
      declare(jane);
      expect(await plan()).toContain('will no longer be managed and stays in the tenant');
      await apply();
      await expectNoChanges();
      expect(sim.state()).toEqual(before);
      expect(sim.requests.writes).toBe(0);
    }),
  );

  terraformTest('are found by name and parent, which code may write as path, name or id', () =>
    on(profile, async (tenant) => {
      const { declare, plan, apply, expectNoChanges, refused, sim } = tenant;
      const db = (parent: string) => folder('db', 'DB', `parent = ${parent}`);
      declare(db('"/prod"'));
      expect(await plan()).toContain('exists already and will be adopted');
      await apply();
      await expectNoChanges();
      for (const parent of ['"prod"', 'data.delinea_container.prod.id']) {
        declare(`data "delinea_container" "prod" { name = "prod" }\n${db(parent)}`);
        await expectNoChanges();
      }
      expect(sim.requests.writes).toBe(0);
      declare(db('"stage"'));
      expect(await refused('plan')).toContain('DB is the name of another container');
      declare(folder('db', 'DB'));
      expect(await refused('plan')).toContain('A move changes who reaches the folder');
    }),
  );

  terraformTest('are imported by path, by unique name and by id, and the next plan is empty', () =>
    on(profile, async (tenant) => {
      const { declare, attempt, expectNoChanges } = tenant;
      declare(folder('prod', 'prod') + folder('db', 'db', 'parent = "/prod"') + folder('stage', 'stage'));
      const id = async (address: string, text: string) => {
        const { code, text: output } = await attempt('import', address, text);
        expect({ code, output }).toEqual({ code: 0, output });
      };
      const ambiguous = await attempt('import', 'delinea_container.db', 'db');
      expect([ambiguous.code, ambiguous.text]).toEqual([1, expect.stringContaining('Use the id or the path')]);
      const unknown = await attempt('import', 'delinea_container.db', '/nowhere');
      expect([unknown.code, unknown.text]).toEqual([
        1,
        expect.stringContaining('The text of an import is its name, its path or its id.'),
      ]);
      await id('delinea_container.db', '/prod/db');
      await id('delinea_container.prod', 'prod');
      declare(
        `${folder('prod', 'prod') + folder('db', 'db', 'parent = "/prod"') + folder('stage', 'stage')}
data "delinea_container" "stage" { name = "stage" }
import {
  to = delinea_container.stage
  id = data.delinea_container.stage.id
}`,
      );
      await tenant.apply();
      await expectNoChanges();
      expect(tenant.sim.requests.writes).toBe(0);
    }),
  );
});

describe.each(['secret-server', 'scim-connector'])('containers on %s', (profile) => {
  terraformTest('are renamed in place, and are not created twice under another address', () =>
    on(profile, async (tenant) => {
      const { declare, apply, expectNoChanges } = tenant;
      declare(team + inner);
      await apply();
      declare(folder('team', 'crew') + inner);
      expect(await apply()).toContain('0 added, 1 changed, 0 destroyed');
      await expectNoChanges();
      expect(folders(tenant)).toEqual(expect.arrayContaining(['/crew', '/crew/inner']));
      declare(folder('crew', 'crew') + inner.replace('.team.', '.crew.'));
      const count = folders(tenant).length;
      await apply();
      await expectNoChanges();
      expect(folders(tenant)).toHaveLength(count);
    }),
  );
});

describe('containers whose parent is written as a path', () => {
  terraformTest('are renamed, and survive that somebody renames the parent', () =>
    on('secret-server', async (tenant) => {
      const { declare, plan, apply, expectNoChanges, refused, sim } = tenant;
      const db = (name: string, parent: string) => folder('db', name, `parent = "${parent}"`);
      declare(db('db', '/prod'));
      await apply();
      declare(db('data', '/prod'));
      expect(await apply()).toContain('0 added, 1 changed, 0 destroyed');
      await expectNoChanges();
      sim.admin.renameContainer('prod', 'production');
      expect(await refused('plan')).toContain('there is no container "/prod"');
      declare(db('data', '/production'));
      await apply();
      await expectNoChanges();
      expect(folders(tenant)).toContain('/production/data');
      declare('');
      expect(await plan()).toContain('data will no longer be managed and stays in the tenant');
      await apply();
    }),
  );
});

describe('containers on secret-server', () => {
  terraformTest('inherit only at creation, and permissions need consent to end it', () =>
    on('secret-server', async (tenant) => {
      const { declare, apply, attempt, expectNoChanges, refused } = tenant;
      const heir = (inherits: boolean) =>
        folder('inner', 'inner', `parent = "prod"\ninherits_permissions = ${inherits}`);
      declare(jane + heir(true));
      await apply();
      await expectNoChanges();
      declare(jane + heir(false));
      expect(await refused('plan')).toContain('declare a permission of the folder with break_inheritance');
      declare(jane + heir(true) + single);
      expect(await refused('plan')).toContain('inherits its permissions');
      declare(folder('top', 'top', 'inherits_permissions = true'));
      expect((await attempt('plan')).text).toContain('inherits_permissions needs a parent');
    }),
  );

  terraformTest('refuse names that a path cannot hold', () =>
    on('secret-server', async ({ declare, refused }) => {
      for (const name of ['../prod', 'a\\b', ' prod ']) {
        declare(folder('odd', name));
        expect(await refused('plan')).toContain('must not begin or end with a blank, or have a slash');
      }
    }),
  );
});
