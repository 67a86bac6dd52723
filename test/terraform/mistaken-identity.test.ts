import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, jest } from '@jest/globals';
import { resource, withTenant } from '../support/terraform/tenant.js';
import { terraformTest } from '../support/terraform/terraform-test.js';

jest.setTimeout(120_000);

const user = (address: string, body: string) => resource('user', address, body);
const named = (name: string) => `user_name = "${name}@example.com"`;
const people = (...names: string[]) => ({ users: names.map((name) => ({ userName: `${name}@example.com` })) });

describe('one account with two declarations', () => {
  const cases: readonly [string, string][] = [
    [
      'its name moves to another address while it is renamed',
      user('new', named('ceo')) +
        user('old', `${named('former.ceo')}\nprevious_names = ["ceo@example.com"]\nmanager = delinea_user.new.id`),
    ],
    [
      'its name is in previous_names at another address',
      user('old', named('ceo')) + user('new', `${named('new')}\nprevious_names = ["ceo@example.com"]`),
    ],
    [
      'it is imported at a second address',
      `${user('old', named('ceo'))}${user('new', named('ceo'))}import {\n  to = delinea_user.new\n  id = "ceo@example.com"\n}\n`,
    ],
  ];
  for (const [what, after] of cases) {
    terraformTest(`is refused without a write when ${what}`, () =>
      withTenant({ data: people('ceo') }, async ({ declare, apply, refused, expectNoChanges, sim }) => {
        declare(user('old', named('ceo')));
        await apply();
        sim.resetRequests();
        declare(after);
        expect(await refused('apply')).toMatch(/two declarations refer to this object|declared twice/);
        expect(sim.requests.writes).toBe(0);
        declare(user('old', named('ceo')));
        await expectNoChanges();
      }),
    );
  }
});

describe('account at an address that declares another name', () => {
  terraformTest('is not handed to that person, and is renamed with its name in previous_names', () =>
    withTenant({ data: { ...people('boss'), containers: ['Prod'] } }, async (tenant) => {
      const { declare, apply, refused, expectNoChanges, sim } = tenant;
      const team = (lead: string, more = '') =>
        `locals {\n people = { lead = "${lead}@example.com" }\n}\n${resource('user', 'team', `for_each = local.people\nuser_name = each.value\n${more}`)}`;
      declare(team('leaver'));
      await apply();
      const [, { id }] = sim.state().users as [unknown, { id: string }];
      sim.resetRequests();
      declare(team('joiner'));
      const text = await refused('apply');
      expect(text).toContain('leaver@example.com would be renamed to joiner@example.com');
      expect(text).toContain('add leaver@example.com to previous_names');
      expect(sim.requests.writes).toBe(0);
      declare(team('joiner', 'previous_names = ["leaver@example.com"]'));
      await apply();
      await expectNoChanges();
      expect(sim.state().users[1]).toMatchObject({ id, userName: 'joiner@example.com' });
      declare(team('next'));
      expect(await refused('apply')).toContain('joiner@example.com would be renamed to next@example.com');
    }),
  );

  terraformTest('gets its declared name back when it was renamed outside of code', () =>
    withTenant({ data: people('boss') }, async ({ declare, apply, expectNoChanges, sim }) => {
      declare(user('x', named('x')));
      await apply();
      sim.admin.editUser('x@example.com', { userName: 'console@example.com' });
      await apply();
      await expectNoChanges();
      expect(sim.state().users.map(({ userName }) => userName)).toEqual(['boss@example.com', 'x@example.com']);
    }),
  );
});

terraformTest('routing: a change is refused when the ids in the state belong to another surface', () =>
  withTenant({ data: people('x', 'boss', 'ann') }, async ({ declare, apply, refused, sim }) => {
    const routed = (surface: string) =>
      `external_id_from = "userName"\nrouting = [{ kind = "user", surface = "${surface}" }]`;
    declare(user('x', named('x')), routed('scim-cloud'));
    await apply();
    sim.resetRequests();
    declare('', routed('platform-rest'));
    expect(await refused('apply')).toContain(
      'the state has ids of the SCIM Cloud Connector, but users are routed to the Platform REST',
    );
    expect(sim.requests.writes).toBe(0);
  }),
);

terraformTest('role binding: it is revoked in the end when one read of its principal returns 404', () =>
  withTenant({ data: { ...people('ann'), roles: ['Auditor'] } }, async ({ declare, apply, plan, attempt, sim }) => {
    const look = 'data "delinea_user" "ann" { user_name = "ann@example.com" }\n';
    const edge = 'role = "Auditor"\nprincipal_type = "user"\nprincipal_id = data.delinea_user.ann.id';
    declare(look + resource('role_binding', 'r', edge));
    await apply();
    declare(look);
    await plan('-out=saved');
    const { id } = sim.state().users[0]!;
    sim.faults.set({ faults: [{ kind: 'status', status: 404, method: 'GET', path: `/${id}`, times: 1 }] });
    const { code, text } = await attempt('apply', 'saved');
    if (code !== 0) expect(text).toContain('inconsistent reads: first absent, then found');
    sim.faults.clear();
    await apply();
    expect(sim.state().roleBindings).toEqual([]);
  }),
);

terraformTest('role: its id is accepted in place of its name in an authoritative set', () =>
  withTenant(
    { data: { ...people('ann', 'bob'), roles: ['Auditor'] } },
    async ({ declare, apply, expectNoChanges, sim }) => {
      declare(`
data "delinea_role" "a" { name = "Auditor" }
data "delinea_user" "ann" { user_name = "ann@example.com" }
resource "delinea_role_bindings" "s" {
  role    = data.delinea_role.a.id
  holders = [{ principal_type = "user", principal_id = data.delinea_user.ann.id }]
}`);
      await apply();
      sim.resetRequests();
      await expectNoChanges();
      await apply();
      expect(sim.requests.writes).toBe(0);
    },
  ),
);

describe('name that equals the id of another object', () => {
  const containers = ['f1', 'f2', 'f3', '2'];
  terraformTest('is an error when it names a folder', () =>
    withTenant({ data: { ...people('ann'), containers } }, async ({ declare, refused, sim }) => {
      declare(`
data "delinea_container" "f2" { name = "f2" }
data "delinea_user" "ann" { user_name = "ann@example.com" }
resource "delinea_container_permission" "p" {
  container      = data.delinea_container.f2.id
  principal_type = "user"
  principal_id   = data.delinea_user.ann.id
  right          = "Edit"
}`);
      expect(await refused('apply')).toContain('"2" names 2 containers');
      expect(sim.state().containerPermissions).toEqual([]);
    }),
  );

  terraformTest('is an error when it names a user in an import', () =>
    withTenant({ data: people('jane') }, async ({ declare, refused, sim }) => {
      const { id } = sim.state().users[0]!;
      sim.admin.addUser({ userName: id });
      declare(`${user('jane', named('jane'))}import {\n  to = delinea_user.jane\n  id = "${id}"\n}\n`);
      expect(await refused('plan')).toContain('is the name of one and the id of another');
    }),
  );
});

terraformTest('import block: it works when copied from the error message', () =>
  withTenant({ data: people('jane') }, async ({ declare, apply, expectNoChanges, folder }) => {
    const declared = user('jane', `${named('jane')}\ntitle = "Lead"`);
    declare(declared);
    const { out, err } = await folder.run(['plan', '-no-color']);
    const [block = ''] = /import \{[\s\S]*?\n\s*\}/.exec(`${out}${err}`.replace(/[│╷╵]/g, ' ')) ?? [];
    declare(declared + block.replace('NAME', 'jane'));
    await apply();
    await expectNoChanges();
    expect(readFileSync(join(folder.path, 'terraform.tfstate'), 'utf8')).toContain('"Lead"');
  }),
);
