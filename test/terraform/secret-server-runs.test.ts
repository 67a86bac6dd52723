import { describe, expect, jest } from '@jest/globals';
import {
  BOSS,
  bind,
  element,
  grant,
  JANE,
  LOOK_UPS,
  OTHERS,
  onSecretServer,
  person,
  rights,
  SRE,
  set,
  TOM,
  team,
  writes,
} from '../support/terraform/secret-server.js';
import { resource, type TerraformTenant } from '../support/terraform/tenant.js';
import { terraformTest } from '../support/terraform/terraform-test.js';

jest.setTimeout(120_000);

describe('Secret Server: a saved plan', () => {
  const raise = ({ sim }: TerraformTenant, container: string) =>
    sim.admin.setRight(container, { user: 'guest@example.com' }, 'Owner', 'Owner');
  const GUEST = 'data.delinea_user.guest.id';
  const guests = `${LOOK_UPS}data "delinea_user" "guest" { user_name = "guest@example.com" }\n`;
  const boss = element('user', BOSS, 'Owner', 'Owner');
  const one = (right: string) => grant('guest', '"prod"', 'user', GUEST, right, 'secret_right = "List"');
  const cases: readonly [string, string, string, string][] = [
    ['a permission that it changes', 'prod', one('View'), one('Edit')],
    ['a permission that it revokes', 'prod', one('View'), ''],
    [
      'an element that its set leaves unchanged',
      'stage',
      set([boss, element('user', GUEST, 'View', 'List')]),
      set([boss, element('user', GUEST, 'View', 'List'), element('group', OTHERS, 'View')]),
    ],
  ];
  for (const [what, container, before, after] of cases) {
    terraformTest(`is refused without a write when ${what} was raised after it was made`, () =>
      onSecretServer(async (tenant) => {
        const { declare, plan, apply, refused, sim } = tenant;
        declare(guests + before);
        await apply();
        declare(guests + after);
        await plan('-out=saved');
        raise(tenant, container);
        const then = sim.state();
        sim.resetRequests();
        expect(await refused('apply', 'saved')).toMatch(/since the plan was made/);
        expect(writes(tenant)).toEqual([]);
        expect(sim.state()).toEqual(then);
      }),
    );
  }
});

describe('Secret Server: guards', () => {
  terraformTest('refuse rights that are lowered in place, and count a secret right that is not known yet', () =>
    onSecretServer(
      async (tenant) => {
        const { declare, apply, refused, sim } = tenant;
        const names = Array.from({ length: 6 }, (_, index) => `user0000${index + 1}`);
        const all = (secretRight: string) =>
          names
            .map(
              (name) =>
                `data "delinea_user" "${name}" { user_name = "${name}@example.com" }\n` +
                grant(name, '"prod"', 'user', `data.delinea_user.${name}.id`, 'Edit', `secret_right = ${secretRight}`),
            )
            .join('');
        declare(all('"Edit"'));
        await apply();
        sim.resetRequests();
        const lost = '6 of 6 container permissions would be revoked or lowered';
        declare(all('"View"'));
        expect(await refused('plan')).toContain(lost);
        declare(`${all('terraform_data.right.output')}resource "terraform_data" "right" { input = "Owner" }\n`);
        expect(await refused('plan')).toContain(lost);
        expect(writes(tenant)).toEqual([]);
        declare(all('"Owner"'));
        await apply();
      },
      { seedUsers: 6 },
    ),
  );

  terraformTest('keep the last active Owner of a folder', () =>
    onSecretServer(async (tenant) => {
      const { declare, apply, refused, sim } = tenant;
      const own = (right: string, more = '') => LOOK_UPS + grant('boss', '"prod"', 'user', BOSS, right, more);
      declare(own('Owner'));
      await apply();
      sim.resetRequests();
      declare(own('Edit'));
      expect(await refused('plan')).toContain('container prod would be left without an active Owner');
      declare(own('Owner', 'secret_right = "View"'));
      await apply();
      expect(rights(tenant, 'prod')).toEqual(['boss@example.com Owner/View']);
    }),
  );

  terraformTest('let a set retire a folder', () =>
    onSecretServer(async (tenant) => {
      const { declare, apply, refused, expectNoChanges } = tenant;
      declare(LOOK_UPS + set([], 'allow_empty = true'));
      expect(await refused('plan')).toContain('container stage would be left without an active Owner');
      declare(LOOK_UPS + set([], 'retired = true'));
      await apply();
      await expectNoChanges();
      expect(rights(tenant, 'stage')).toEqual([]);
    }),
  );

  terraformTest('enable a disabled account only with consent', () =>
    onSecretServer(async (tenant) => {
      const { declare, apply, refused, expectNoChanges, sim } = tenant;
      const guest = (more = '') => resource('user', 'guest', `user_name = "guest@example.com"\nactive = true\n${more}`);
      declare(guest());
      await apply();
      sim.admin.setActive('guest@example.com', false);
      sim.resetRequests();
      expect(await refused('plan')).toContain('is not enabled without consent');
      expect(writes(tenant)).toEqual([]);
      declare(guest('reactivate = "T-1"'));
      expect(await apply()).toContain('will be enabled again and regains member of others');
      await expectNoChanges();
      sim.admin.setActive('guest@example.com', false);
      expect(await refused('plan')).toContain('is not enabled without consent');
    }),
  );
});

describe('Secret Server: faults', () => {
  const SETTINGS = 'retries = 0\ntimeout_seconds = 1\nvisibility_seconds = 0.2';
  const API = '^/SecretServer/api/';
  const stack =
    LOOK_UPS +
    person('jane') +
    person('tom') +
    team(JANE, TOM) +
    grant('sre', '"prod"', 'group', SRE, 'Edit', 'secret_right = "View"') +
    bind('jane', '"Auditor"', 'user', JANE);
  const expectDone = ({ sim }: TerraformTenant) => {
    const { users, groups, roleBindings, containerPermissions } = sim.state();
    expect(users).toHaveLength(4);
    expect(groups.map(({ displayName, members }) => [displayName, members])).toEqual([
      ['others', ['guest@example.com']],
      ['sre', ['jane@example.com', 'tom@example.com']],
    ]);
    expect(roleBindings).toContainEqual({ role: 'Auditor', user: 'jane@example.com' });
    expect(containerPermissions.filter(({ group }) => group === 'sre')).toMatchObject([
      { right: 'Edit', secretRight: 'View' },
    ]);
  };

  for (const kind of ['timeoutAfter', 'resetAfter', 'truncate', 'expired403'] as const) {
    terraformTest(`a write is found by read-back or repeated with fault ${kind}`, () =>
      onSecretServer(async (tenant) => {
        const { declare, apply, expectNoChanges, sim } = tenant;
        declare(stack, SETTINGS);
        sim.faults.set({ faults: [{ kind, method: 'POST|PUT|PATCH', path: API, at: [1, 3, 6] }] });
        await apply();
        sim.faults.clear();
        await expectNoChanges();
        expectDone(tenant);
      }),
    );
  }

  for (const status of [500, 403]) {
    terraformTest(`the next apply completes when writes fail with status ${status}`, () =>
      onSecretServer(async (tenant) => {
        const { declare, plan, apply, refused, expectNoChanges, sim } = tenant;
        declare(stack, SETTINGS);
        const failAt = (method: string, path: string) =>
          sim.faults.set({ faults: [{ kind: 'status', status, method, path }] });
        failAt('POST', '/users$');
        await refused('apply');
        // An error after a creation is a warning, so that Terraform does not create the group again.
        failAt('PATCH', '/groups/\\d+/users$');
        expect(await apply()).toContain('in the state');
        expect(await plan()).toContain('# delinea_group.sre will be updated in-place');
        failAt('PUT', '/roles$');
        sim.admin.unbindRole('Auditor', { user: 'jane@example.com' });
        await refused('apply');
        sim.faults.clear();
        await apply();
        await expectNoChanges();
        expectDone(tenant);
      }),
    );
  }

  for (const status of [403, 404]) {
    terraformTest(`members that cannot be read (status ${status}) are neither added nor removed`, () =>
      onSecretServer(async (tenant) => {
        const { declare, apply, refused, expectNoChanges, sim } = tenant;
        declare(stack, SETTINGS);
        await apply();
        sim.resetRequests();
        sim.faults.set({ faults: [{ kind: 'status', status, method: 'GET', path: 'groups/\\d+/users' }] });
        expect(await refused('plan')).toContain('members');
        declare(LOOK_UPS + person('jane') + person('tom'), SETTINGS);
        expect(await refused('apply')).toContain('members');
        expect(writes(tenant).filter((line) => line.includes('groups'))).toEqual([]);
        sim.faults.clear();
        declare(stack, SETTINGS);
        await apply();
        await expectNoChanges();
        expectDone(tenant);
      }),
    );
  }
});
