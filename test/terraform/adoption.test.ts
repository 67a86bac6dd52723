import { describe, expect, jest } from '@jest/globals';
import type { Simulator } from '../../src/simulator/index.js';
import { resource, withTenant } from '../support/terraform/tenant.js';
import { terraformTest } from '../support/terraform/terraform-test.js';

jest.setTimeout(120_000);

const ann = (more = '') => resource('user', 'ann', `user_name = "ann@example.com"\n${more}`);
const ops = (more = '') => resource('group', 'ops', `display_name = "ops"\n${more}`);
/** A second user and group: an empty list is not accepted as proof that an object was deleted. */
const beside = { users: [{ userName: 'boss@example.com' }], groups: [{ displayName: 'all' }] };
const person = { userName: 'ann@example.com', displayName: 'Ann', title: 'Lead' };

const rightOf = (sim: Simulator, name: string) =>
  sim
    .state()
    .containerPermissions.filter(({ user }) => user === `${name}@example.com`)
    .map(({ right }) => right);

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

describe('plan of an adoption', () => {
  const data = {
    users: ['boss', 'ann', 'bob'].map((name) => ({ userName: `${name}@example.com`, title: 'Lead' })),
    groups: [{ displayName: 'all' }, { displayName: 'ops', members: ['ann@example.com', 'bob@example.com'] }],
  };
  const look = 'data "delinea_user" "ann" { user_name = "ann@example.com" }\n';

  terraformTest('names the members who leave, and the values that are replaced', () =>
    withTenant({ data }, async ({ declare, plan, apply, sim }) => {
      declare(look + ops('members = [data.delinea_user.ann.id]\nadopt = "always"'));
      const text = await plan();
      expect(text).toContain('it is changed to the declared values, instead of member bob@example.com');
      expect(text).toContain('+ replaces = [ + "member bob@example.com", ]');
      await apply();
      expect(sim.state().groups.find(({ displayName }) => displayName === 'ops')?.members).toEqual(['ann@example.com']);
    }),
  );

  terraformTest('names both names of a user that is renamed', () =>
    withTenant({ data }, async ({ declare, plan, apply, expectNoChanges }) => {
      declare(resource('user', 'u', 'user_name = "ann.doe@example.com"\nprevious_names = ["ann@example.com"]'));
      expect(await plan()).toContain('ann@example.com is renamed to ann.doe@example.com and adopted');
      await apply();
      await expectNoChanges();
    }),
  );

  terraformTest('does not claim to know what it replaces while a member is not known', () =>
    withTenant({ data }, async ({ declare, plan }) => {
      const joiner = resource('user', 'joiner', 'user_name = "joiner@example.com"');
      declare(joiner + ops('members = [delinea_user.joiner.id]\nadopt = "always"'));
      const text = await plan();
      expect(text).toContain('as far as known, nothing is written (not known yet: members)');
      expect(text).toMatch(/\+ replaces = \(known after apply\)/);
    }),
  );
});

const LOOK_UPS = ['a', 'jane']
  .map((name) => `data "delinea_user" "${name}" { user_name = "${name}@example.com" }\n`)
  .join('');
const to = (name: string) => `principal_type = "user"\nprincipal_id = data.delinea_user.${name}.id`;
const grant = (right: string, more = '') =>
  LOOK_UPS + resource('container_permission', 'a', `container = "Prod"\n${to('a')}\nright = "${right}"\n${more}`);
const whole = (right: string, more = '') =>
  LOOK_UPS +
  resource(
    'container_permissions',
    'all',
    `container = "Prod"\ngrants = [{\n${to('a')}\nright = "${right}"\n}]\n${more}`,
  );
const holding = (...rights: readonly (readonly [string, string])[]) => ({
  data: {
    users: [{ userName: 'a@example.com' }, { userName: 'jane@example.com' }, { userName: 'boss@example.com' }],
    containers: ['Prod'],
    containerPermissions: [
      { container: 'Prod', user: 'boss@example.com', right: 'Owner' as const },
      ...rights.map(([user, right]) => ({ container: 'Prod', user: `${user}@example.com`, right: right as 'Owner' })),
    ],
  },
});

describe('existing permission', () => {
  terraformTest('is an error when its right would be lowered, with an import and adopt = "always" that work', () =>
    withTenant(holding(['a', 'Owner']), async ({ declare, refused, plan, apply, expectNoChanges, sim }) => {
      declare(grant('View'));
      const text = await refused('apply');
      expect(text).toContain('Owner of a@example.com on Prod exists already, is not managed, and would become View');
      expect(text).toContain('adopt = "always"');
      expect(text).toContain('moved {');
      expect(sim.requests.writes).toBe(0);
      expect(rightOf(sim, 'a')).toEqual(['Owner']);
      const id = /import \{ to = delinea_container_permission\.\w+ id = "([^"]+)" \}/.exec(text)![1];
      declare(`import {\n to = delinea_container_permission.a\n id = "${id}"\n}\n${grant('View')}`);
      expect(await plan()).toContain('1 to import');
      declare(grant('View', 'adopt = "always"'));
      expect(await plan()).toContain('Owner of a@example.com on Prod exists already, is not managed, and becomes View');
      await apply();
      await expectNoChanges();
      expect(rightOf(sim, 'a')).toEqual(['View']);
    }),
  );

  terraformTest('is raised with a warning', () =>
    withTenant(holding(['a', 'View']), async ({ declare, plan, apply, sim }) => {
      declare(grant('Owner'));
      expect(await plan()).toContain('View of a@example.com on Prod exists already, is not managed, and becomes Owner');
      await apply();
      expect(rightOf(sim, 'a')).toEqual(['Owner']);
    }),
  );
});

describe('new authoritative set', () => {
  terraformTest('is an error that names who would lose what, unless it adopts that', () =>
    withTenant(
      holding(['a', 'Owner'], ['jane', 'Owner']),
      async ({ declare, refused, plan, apply, expectNoChanges, sim }) => {
        const boss = 'data "delinea_user" "boss" { user_name = "boss@example.com" }\n';
        const listed = (more = '') =>
          boss + whole('View', more).replace('grants = [', `grants = [{\n${to('boss')}\nright = "Owner"\n}, `);
        declare(listed());
        const text = await refused('apply');
        expect(text).toContain(
          'access exists already and is not managed: Owner of a@example.com on Prod would become View, Owner of jane@example.com on Prod would be revoked',
        );
        expect(text).toContain('adopt = "always"');
        expect(sim.requests.writes).toBe(0);
        expect([rightOf(sim, 'a'), rightOf(sim, 'jane')]).toEqual([['Owner'], ['Owner']]);
        declare(listed('adopt = "always"'));
        const planned = await plan();
        expect(planned).toContain('Owner of jane@example.com on Prod exists already, is not managed, and is revoked');
        expect(planned).toContain('Owner of a@example.com on Prod exists already, is not managed, and becomes View');
        await apply();
        await expectNoChanges();
        expect([rightOf(sim, 'a'), rightOf(sim, 'jane')]).toEqual([['View'], []]);
        // The set is managed now: a holder who is added outside of code is drift.
        declare(listed());
        await apply();
        sim.admin.grant('Prod', { user: 'jane@example.com' }, 'Edit');
        await apply();
        expect(rightOf(sim, 'jane')).toEqual([]);
      },
    ),
  );

  terraformTest('needs no adoption when it only adds', () =>
    withTenant({ data: { ...holding().data, containerPermissions: [] } }, async ({ declare, apply, sim }) => {
      sim.admin.grant('Prod', { user: 'a@example.com' }, 'View');
      declare(whole('Owner'));
      await apply();
      expect(rightOf(sim, 'a')).toEqual(['Owner']);
    }),
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
