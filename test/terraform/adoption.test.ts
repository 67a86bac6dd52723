import { describe, expect, jest } from '@jest/globals';
import { onTenant, resource } from '../support/terraform/tenant.js';
import { terraformTest } from '../support/terraform/terraform-test.js';

jest.setTimeout(120_000);

const ann = (more = '') => resource('user', 'ann', `user_name = "ann@example.com"\n${more}`);
const ops = (more = '') => resource('group', 'ops', `display_name = "ops"\n${more}`);
/** An empty list would be no evidence of anything. */
const beside = { users: [{ userName: 'boss@example.com' }], groups: [{ displayName: 'all' }] };
const person = { userName: 'ann@example.com', displayName: 'Ann', title: 'Lead' };

describe('what exists already', () => {
  terraformTest('and is as declared is taken over with a warning, and nothing is written', () =>
    onTenant({ data: { users: [person], groups: [{ displayName: 'ops' }] } }, async (tenant) => {
      const { declare, plan, apply, settled, sim } = tenant;
      declare(ann('title = "Lead"') + ops());
      const text = await plan();
      expect(text).toContain('ann@example.com exists already and will be taken over');
      const id = sim.state().users[0]!.id;
      expect(text).toMatch(new RegExp(`import \\{ to = delinea_user\\.\\w+ id = "${id}" \\}`));
      await apply();
      await settled();
      expect(sim.requests.writes).toBe(0);
    }),
  );

  terraformTest('and differs is an error with the import block to paste, which works', () =>
    onTenant({ data: { users: [person] } }, async ({ declare, refused, apply, settled, sim }) => {
      declare(ann('title = "Boss"'));
      const text = await refused('plan');
      expect(text).toContain('differs in title');
      const block = /import \{ to = delinea_user\.\w+ id = "([^"]+)" \}/.exec(text)!;
      expect(sim.requests.writes).toBe(0);
      declare(`import {\n to = delinea_user.ann\n id = "${block[1]}"\n}\n${ann('title = "Boss"')}`);
      expect(await apply()).toContain('1 imported, 0 added, 1 changed, 0 destroyed');
      await settled();
      expect(sim.state().users).toMatchObject([{ userName: 'ann@example.com', displayName: 'Ann', title: 'Boss' }]);
    }),
  );

  terraformTest("and is an identity provider's says what helps, and not what leads to the same again", () =>
    onTenant({ data: { users: [{ ...person, externalId: 'okta-7' }] } }, async ({ declare, refused, sim }) => {
      for (const more of ['', 'adopt = "always"']) {
        declare(ann(`display_name = "Anna"\n${more}`));
        const text = await refused('plan');
        expect(text).toContain('belongs to an identity provider (external_id "okta-7")');
        expect(text).toContain('write down external_id = "okta-7" to own it');
        expect(text).not.toMatch(/import \{|or adopt/);
      }
      expect(sim.requests.writes).toBe(0);
    }),
  );

  terraformTest('and is disabled needs consent, which works once', () =>
    onTenant({ data: { users: [{ ...person, active: false }] } }, async ({ declare, refused, apply, settled, sim }) => {
      declare(ann('active = true'));
      expect(await refused('plan')).toContain('reactivate');
      expect(sim.requests.writes).toBe(0);
      declare(ann('active = true\nreactivate = "T-1"'));
      await apply();
      await settled();
      expect(sim.state().users).toMatchObject([{ active: true }]);
      sim.admin.setActive('ann@example.com', false);
      sim.resetRequests();
      expect(await refused('apply')).toContain('reactivate');
      expect(sim.requests.writes).toBe(0);
      declare(ann('active = true\nreactivate = "T-2"'));
      await apply();
      expect(sim.state().users).toMatchObject([{ active: true }]);
    }),
  );
});

describe('what is gone from the tenant', () => {
  terraformTest('is made again where it is a group, and needs consent where it is a person', () =>
    onTenant({ data: beside }, async ({ declare, plan, refused, apply, settled, sim }) => {
      declare(ann() + ops());
      await apply();
      sim.admin.deleteGroup('ops');
      expect(await plan()).toContain('group ops was deleted outside of code');
      await apply();
      sim.admin.deleteUser('ann@example.com');
      sim.resetRequests();
      const text = await refused('apply');
      expect(text).toContain('ann@example.com was deleted outside of code');
      expect(text).toContain('reactivate');
      expect(sim.requests.writes).toBe(0);
      declare(ann('reactivate = "T-1"') + ops());
      await apply();
      await settled();
      expect(sim.state().groups).toMatchObject([{ displayName: 'all' }, { displayName: 'ops' }]);
      expect(sim.state().users[0]).toMatchObject({ userName: 'ann@example.com', active: true });
    }),
  );

  terraformTest('is not concluded from a 403, which names what is missing, nor from folders out of sight', () =>
    onTenant(
      {
        data: {
          users: [{ userName: 'boss@example.com' }],
          groups: [{ displayName: 'ops' }],
          containers: ['a', 'b', 'c', 'd', 'e'],
        },
      },
      async ({ declare, refused, apply, settled, sim, folder }) => {
        const look = 'data "delinea_group" "ops" { display_name = "ops" }\n';
        const on = ['a', 'b', 'c', 'd', 'e'].map((container) =>
          resource(
            'container_permission',
            container,
            `container = "${container}"\nprincipal_type = "group"\nprincipal_id = data.delinea_group.ops.id\nright = "View"`,
          ),
        );
        declare(look + ann() + on.join(''));
        await apply();
        const before = (await folder.run(['show', '-json'])).out;
        sim.resetRequests();
        sim.faults.set({ strikes: [{ kind: 'status', status: 403, method: 'GET', path: '/users' }] });
        expect(await refused('apply')).toContain('delinea:api:read');
        sim.faults.clear();
        sim.seeOnly(['e']);
        expect(await refused('apply')).toMatch(/its container "a" is not visible under that name: .*403/);
        expect(sim.requests.writes).toBe(0);
        expect((await folder.run(['show', '-json'])).out).toBe(before);
        sim.seeOnly(['a', 'b', 'c', 'd', 'e']);
        await settled();
      },
    ),
  );
});
