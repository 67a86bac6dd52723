import { describe, expect, jest } from '@jest/globals';
import type { Simulator, SimulatorData } from '../../src/simulator/index.js';
import { groupOf } from '../support/assert/facts.js';
import { resource, withTenant } from '../support/terraform/tenant.js';
import { terraformTest } from '../support/terraform/terraform-test.js';

jest.setTimeout(180_000);

const data: SimulatorData = {
  users: [{ userName: 'stranger@example.com' }],
  groups: [{ displayName: 'sre', members: ['stranger@example.com'] }],
};
const NAMES = ['ann', 'ben', 'cyd'];
const PEOPLE = NAMES.map((name) => resource('user', name, `user_name = "${name}@example.com"`)).join('');
const SRE = 'data "delinea_group" "sre" { display_name = "sre" }\n';
const inGroup = (group: string, name: string, more = '') =>
  resource(
    'group_membership',
    name,
    `group = ${group}\nprincipal_type = "user"\nprincipal_id = delinea_user.${name}.id\n${more}`,
  );
const inSre = (...names: readonly string[]) => names.map((name) => inGroup('data.delinea_group.sre.id', name)).join('');
const membersOf = (sim: Simulator, group = 'sre') =>
  (groupOf(sim.state(), group).members ?? []).map((member) => member.replace('@example.com', ''));

describe('delinea_group_membership', () => {
  terraformTest('adds and removes its own member only, and destroy leaves the others', () =>
    withTenant({ data }, async ({ declare, apply, expectNoChanges, attempt, sim }) => {
      declare(PEOPLE + SRE + inSre(...NAMES));
      await apply();
      await expectNoChanges();
      expect(membersOf(sim)).toEqual(['ann', 'ben', 'cyd', 'stranger']);
      declare(PEOPLE + SRE + inSre('ben'));
      await apply();
      await expectNoChanges();
      expect(membersOf(sim)).toEqual(['ben', 'stranger']);
      const { code, text } = await attempt('destroy', '-auto-approve');
      expect({ code, text }).toMatchObject({ code: 0 });
      expect(membersOf(sim)).toEqual(['stranger']);
    }),
  );

  terraformTest('is in a group of the same configuration, whose other members no plan shows as a change', () =>
    withTenant({ data }, async ({ declare, apply, plan, expectNoChanges, sim }) => {
      const team = resource('group', 'team', 'display_name = "team"');
      declare(PEOPLE + team + inGroup('delinea_group.team.id', 'ann') + inGroup('delinea_group.team.id', 'ben'));
      await apply();
      await expectNoChanges();
      sim.admin.addMember('team', 'stranger@example.com');
      await expectNoChanges();
      sim.admin.removeMember('team', 'ann@example.com');
      expect(await plan()).toContain('1 to add, 0 to change, 0 to destroy');
      await apply();
      expect(membersOf(sim, 'team')).toEqual(['ann', 'ben', 'stranger']);
      // A group that the code removes is emptied.
      declare(PEOPLE, 'allow_removals = 3');
      await apply();
      expect(membersOf(sim, 'team')).toEqual([]);
    }),
  );

  terraformTest('stays in the tenant when on_removal is retain', () =>
    withTenant({ data }, async ({ declare, apply, sim }) => {
      declare(PEOPLE + SRE + inGroup('data.delinea_group.sre.id', 'ann', 'on_removal = "retain"'));
      await apply();
      declare(PEOPLE);
      await apply();
      expect(membersOf(sim)).toEqual(['ann', 'stranger']);
    }),
  );

  terraformTest('is not taken for revoked while responses leave out the members', () =>
    withTenant({ data }, async ({ declare, apply, plan, refused, sim }) => {
      declare(PEOPLE + SRE + inSre('ann'));
      await apply();
      sim.faults.set({ faults: [{ kind: 'dropFields', method: 'GET', path: '/Groups', fields: ['members'] }] });
      for (const code of [PEOPLE + SRE + inSre('ann'), PEOPLE]) {
        declare(code);
        expect(await refused('plan')).toContain(
          'the response leaves out members, although ann@example.com in sre is known',
        );
      }
      sim.faults.set({ faults: [] });
      declare(PEOPLE);
      expect(await plan()).toContain('1 to destroy');
      await apply();
      expect(membersOf(sim)).toEqual(['stranger']);
    }),
  );

  terraformTest('is imported by id, and by the names or ids of group and member', () =>
    withTenant({ data }, async ({ declare, apply, attempt, expectNoChanges, folder, sim }) => {
      const stranger = resource('user', 'stranger', 'user_name = "stranger@example.com"');
      declare(stranger + SRE + inSre('stranger'));
      await apply('-target=delinea_user.stranger');
      const { id: group } = groupOf(sim.state(), 'sre');
      const { id: user } = sim.state().users[0]!;
      const address = 'delinea_group_membership.stranger';
      for (const text of [
        `group/${group}/${user}`,
        'SRE,user,Stranger@example.com',
        `${group},user,${user}`,
        `sre,user,${user}`,
      ]) {
        const { code, text: output } = await attempt('import', address, text);
        expect([code, output]).toEqual([0, output]);
        await expectNoChanges();
        expect(await folder.run(['state', 'rm', address])).toMatchObject({ code: 0 });
      }
      for (const text of ['sre', 'sre,user,nobody', 'nobody,user,stranger@example.com', `group/${group}/x`]) {
        const { code, text: output } = await attempt('import', address, text);
        expect(code).toBe(1);
        expect(output).toContain('<group>,user|group,<user_name, display_name or id>, or its id');
      }
      expect(membersOf(sim)).toEqual(['stranger']);
    }),
  );

  terraformTest('gives way to the list of its group, and the list to memberships', () =>
    withTenant({ data }, async ({ declare, apply, plan, expectNoChanges, sim }) => {
      const team = (members = '') => resource('group', 'team', `display_name = "team"\n${members}`);
      const inTeam = (...names: readonly string[]) =>
        names.map((name) => inGroup('delinea_group.team.id', name)).join('');
      declare(PEOPLE + team() + inTeam('ann', 'ben'));
      await apply();
      // ann stays as an element of the list, ben does not, and cyd is new.
      declare(PEOPLE + team('members = [delinea_user.ann.id, delinea_user.cyd.id]'));
      expect(await plan()).not.toContain('ann@example.com in team will be revoked');
      await apply();
      expect(membersOf(sim, 'team')).toEqual(['ann', 'cyd']);
      await expectNoChanges();
      declare(PEOPLE + team() + inTeam('ann', 'ben', 'cyd'));
      await apply();
      expect(membersOf(sim, 'team')).toEqual(['ann', 'ben', 'cyd']);
      await expectNoChanges();
    }),
  );

  describe('beside the list of the same group', () => {
    const listed = (name: string) =>
      resource('group', 'g', `display_name = "${name}"\nmembers = [delinea_user.ann.id]\nadopt = "always"`);
    const BOTH = 'managed both by an authoritative resource and individually';

    terraformTest('is refused by the plan when the group exists', () =>
      withTenant({ data }, async ({ declare, apply, refused, sim }) => {
        declare(PEOPLE + listed('sre'));
        await apply();
        declare(PEOPLE + listed('sre') + inGroup('delinea_group.g.id', 'ben'));
        expect(await refused('plan')).toContain(BOTH);
        declare(PEOPLE + listed('sre') + SRE + inSre('ben'));
        expect(await refused('plan')).toContain(BOTH);
        expect(membersOf(sim)).toEqual(['ann']);
      }),
    );

    terraformTest('is refused by the plan when the list is added to a group with a membership', () =>
      withTenant({ data }, async ({ declare, apply, refused, sim }) => {
        declare(PEOPLE + SRE + inSre('ben'));
        await apply();
        declare(PEOPLE + SRE + inSre('ben') + listed('sre'));
        expect(await refused('plan')).toContain(BOTH);
        expect(membersOf(sim)).toEqual(['ben', 'stranger']);
      }),
    );

    terraformTest('is refused by the apply when the same apply creates the group', () =>
      withTenant({ data }, async ({ declare, refused, sim }) => {
        declare(PEOPLE + listed('new') + inGroup('delinea_group.g.id', 'ben'));
        expect(await refused('apply')).toContain(BOTH);
        expect(membersOf(sim, 'new')).toEqual(['ann']);
      }),
    );
  });
});
