import { describe, expect, jest } from '@jest/globals';
import { resource, withTenant } from '../support/terraform/tenant.js';
import { terraformTest } from '../support/terraform/terraform-test.js';

jest.setTimeout(120_000);

const ann = (more = '') => resource('user', 'ann', `user_name = "ann@example.com"\n${more}`);
const ops = (more = '') => resource('group', 'ops', `display_name = "ops"\n${more}`);
/** A second user and group: an empty list is not accepted as proof that an object was deleted. */
const beside = { users: [{ userName: 'boss@example.com' }], groups: [{ displayName: 'all' }] };
const person = { userName: 'ann@example.com', displayName: 'Ann', title: 'Lead' };

describe('existing object', () => {
  terraformTest('is adopted with a warning and without a write when it equals the declaration', () =>
    withTenant({ data: { users: [person], groups: [{ displayName: 'ops' }] } }, async (tenant) => {
      const { declare, plan, apply, expectNoChanges, sim } = tenant;
      declare(ann('title = "Lead"') + ops());
      const text = await plan();
      expect(text).toContain('ann@example.com exists already and will be adopted');
      const id = sim.state().users[0]!.id;
      expect(text).toMatch(new RegExp(`import \\{ to = delinea_user\\.\\w+ id = "${id}" \\}`));
      await apply();
      await expectNoChanges();
      expect(sim.requests.writes).toBe(0);
    }),
  );

  terraformTest('is an error with an import block that works when it differs from the declaration', () =>
    withTenant({ data: { users: [person] } }, async ({ declare, refused, apply, expectNoChanges, sim }) => {
      declare(ann('title = "Boss"'));
      const text = await refused('plan');
      expect(text).toContain('differs in title');
      const block = /import \{ to = delinea_user\.\w+ id = "([^"]+)" \}/.exec(text)!;
      expect(sim.requests.writes).toBe(0);
      declare(`import {\n to = delinea_user.ann\n id = "${block[1]}"\n}\n${ann('title = "Boss"')}`);
      expect(await apply()).toContain('1 imported, 0 added, 1 changed, 0 destroyed');
      await expectNoChanges();
      expect(sim.state().users).toMatchObject([{ userName: 'ann@example.com', displayName: 'Ann', title: 'Boss' }]);
    }),
  );

  terraformTest('is an error that suggests external_id, not an import, when an identity provider owns it', () =>
    withTenant({ data: { users: [{ ...person, externalId: 'okta-7' }] } }, async ({ declare, refused, sim }) => {
      for (const more of ['', 'adopt = "always"']) {
        declare(ann(`display_name = "Anna"\n${more}`));
        const text = await refused('plan');
        expect(text).toContain('belongs to an identity provider (external_id "okta-7")');
        expect(text).toContain('Set external_id = "okta-7".');
        expect(text).not.toMatch(/import \{|or adopt/);
      }
      expect(sim.requests.writes).toBe(0);
    }),
  );

  terraformTest('is enabled by a consent, and by each consent once, when it is disabled', () =>
    withTenant(
      { data: { users: [{ ...person, active: false }] } },
      async ({ declare, refused, apply, expectNoChanges, sim }) => {
        declare(ann('active = true'));
        expect(await refused('plan')).toContain('reactivate');
        expect(sim.requests.writes).toBe(0);
        declare(ann('active = true\nreactivate = "T-1"'));
        await apply();
        await expectNoChanges();
        expect(sim.state().users).toMatchObject([{ active: true }]);
        sim.admin.setActive('ann@example.com', false);
        sim.resetRequests();
        expect(await refused('apply')).toContain('reactivate');
        expect(sim.requests.writes).toBe(0);
        declare(ann('active = true\nreactivate = "T-2"'));
        await apply();
        expect(sim.state().users).toMatchObject([{ active: true }]);
      },
    ),
  );
});

describe('object deleted outside of code', () => {
  terraformTest('is recreated when it is a group and needs consent when it is a user', () =>
    withTenant({ data: beside }, async ({ declare, plan, refused, apply, expectNoChanges, sim }) => {
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
      await expectNoChanges();
      expect(sim.state().groups).toMatchObject([{ displayName: 'all' }, { displayName: 'ops' }]);
      expect(sim.state().users[0]).toMatchObject({ userName: 'ann@example.com', active: true });
    }),
  );

  terraformTest('is not assumed when reads fail with 403 or folders are hidden', () =>
    withTenant(
      {
        data: {
          users: [{ userName: 'boss@example.com' }],
          groups: [{ displayName: 'ops' }],
          containers: ['a', 'b', 'c', 'd', 'e'],
        },
      },
      async ({ declare, refused, apply, expectNoChanges, sim, folder }) => {
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
        sim.faults.set({ faults: [{ kind: 'status', status: 403, method: 'GET', path: '/users' }] });
        expect(await refused('apply')).toContain('delinea:api:read');
        sim.faults.clear();
        sim.seeOnly(['e']);
        expect(await refused('apply')).toMatch(
          /its container "a" was not found by name, and its id cannot be read: .*403/,
        );
        expect(sim.requests.writes).toBe(0);
        expect((await folder.run(['show', '-json'])).out).toBe(before);
        sim.seeOnly(['a', 'b', 'c', 'd', 'e']);
        await expectNoChanges();
      },
    ),
  );
});
