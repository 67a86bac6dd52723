import { describe, expect, jest } from '@jest/globals';
import { resource, withTenant } from '../support/terraform/tenant.js';
import { terraformTest } from '../support/terraform/terraform-test.js';

jest.setTimeout(120_000);

const NFD = 'jose\u0301';
const on = (surface: string) =>
  `external_id_from = "userName"\nrouting = [{ kind = "user", surface = "${surface}" }, { kind = "group", surface = "${surface}" }]`;
const ann = (more: string) => resource('user', 'ann', `user_name = "ann@example.com"\n${more}`);

describe.each(['platform-rest', 'platform-scim'])('attribute values over %s', (surface) => {
  terraformTest('match an existing user and group when the tenant stores the name in decomposed Unicode', () =>
    withTenant(
      { data: { users: [{ userName: `${NFD}@example.com`, title: 'Lead' }], groups: [{ displayName: NFD }] } },
      async ({ declare, refused, plan, apply, expectNoChanges, sim }) => {
        const both = (title: string) =>
          resource('user', 'jose', `user_name = "josé@example.com"\ntitle = "${title}"`) +
          resource('group', 'jose', 'display_name = "josé"');
        declare(both('Boss'), on(surface));
        expect(await refused('plan')).toContain('differs in title');
        declare(both('Lead'), on(surface));
        expect(await plan()).toContain('exists already and will be adopted');
        await apply();
        await expectNoChanges();
        expect(sim.requests.writes).toBe(0);
        expect(sim.state().users).toHaveLength(1);
        expect(sim.state().groups).toHaveLength(1);
      },
    ),
  );

  terraformTest('keep exactly one primary e-mail address when code moves it or the tenant has two', () =>
    withTenant({ data: { users: [{ userName: 'boss@example.com' }] } }, async (tenant) => {
      const { declare, plan, apply, expectNoChanges, sim } = tenant;
      const primaries = () =>
        sim
          .state()
          .users.find(({ userName }) => userName === 'ann@example.com')!
          .emails!.filter(({ primary }) => primary)
          .map(({ value }) => value);
      declare(ann('emails = [{ value = "a@e.com", primary = true }, { value = "b@e.com" }]'), on(surface));
      await apply();
      await expectNoChanges();
      declare(ann('emails = [{ value = "a@e.com" }, { value = "b@e.com", primary = true }]'), on(surface));
      expect(await apply()).toContain('0 added, 1 changed, 0 destroyed');
      expect(primaries()).toEqual(['b@e.com']);
      await expectNoChanges();
      const emails = ['a@e.com', 'b@e.com'].map((value) => ({ value, primary: true }));
      sim.admin.editUser('ann@example.com', { emails });
      expect(await plan()).toContain('1 to change');
      await apply();
      expect(primaries()).toEqual(['b@e.com']);
      await expectNoChanges();
    }),
  );
});

terraformTest('attribute values: duplicate addresses or numbers and two primary ones are refused before any read', () =>
  withTenant({ data: { users: [] } }, async ({ declare, folder, refused, sim }) => {
    const twice = [
      'emails = [{ value = "a@e.com", primary = true }, { value = "A@E.com" }]',
      'phone_numbers = [{ value = "1" }, { value = "1", type = "home" }]',
    ];
    declare(ann(twice.join('\n')));
    expect(await folder.validate()).toMatchObject([
      { summary: expect.stringContaining('emails has "'), line: twice[0] },
      { summary: 'phone_numbers has "1" twice; keep one', line: twice[1] },
    ]);
    const two = 'emails = [{ value = "a@e.com", primary = true }, { value = "b@e.com", primary = true }]';
    declare(ann(two));
    expect(await folder.validate()).toMatchObject([
      { summary: 'emails has several elements with primary = true; keep one', line: two },
    ]);
    sim.resetRequests();
    expect(await refused('apply')).toContain('several elements with primary = true');
    expect(sim.requests.total).toBe(0);
  }),
);

terraformTest('attribute values: nothing is created when two unknown addresses turn out equal', () =>
  withTenant({ data: { users: [{ userName: 'boss@example.com' }] } }, async ({ declare, refused, sim }) => {
    const ops = resource('group', 'ops', 'display_name = "ops"');
    declare(
      ops + ann('emails = [{ value = "${delinea_group.ops.id}@e.com" }, { value = "${delinea_group.ops.id}@E.COM" }]'),
    );
    expect(await refused('apply')).toContain('twice');
    expect(sim.state().users.map(({ userName }) => userName)).toEqual(['boss@example.com']);
  }),
);
