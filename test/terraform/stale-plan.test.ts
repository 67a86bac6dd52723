import { describe, expect, jest } from '@jest/globals';
import { resource, type TerraformTenant, withTenant } from '../support/terraform/tenant.js';
import { terraformTest } from '../support/terraform/terraform-test.js';

jest.setTimeout(120_000);

const data = {
  users: ['ann', 'boss', 'cleo'].map((name) => ({ userName: `${name}@example.com` })),
  containers: ['c1', 'c2'],
  containerPermissions: ['c1', 'c2'].map((container) => ({ container, user: 'boss@example.com', right: 'Owner' })),
};
const LOOK_UPS = `
data "delinea_user" "ann" { user_name = "ann@example.com" }
data "delinea_user" "boss" { user_name = "boss@example.com" }
`;
const grant = (name: string, right: string) =>
  `{ principal_type = "user", principal_id = data.delinea_user.${name}.id, right = "${right}" }`;
const set = (...grants: readonly string[]) =>
  resource('container_permissions', 's', `container = "c1"\ngrants = [${grants.join(', ')}]`);
const edge = resource(
  'container_permission',
  'e',
  'container = "c2"\nprincipal_type = "user"\nprincipal_id = data.delinea_user.ann.id\nright = "View"',
);
const group = resource('group', 'g', 'display_name = "g"\nmembers = [data.delinea_user.ann.id]');

/** Raises a user's right to Owner outside of code. */
function raise({ sim }: TerraformTenant, container: string, user: string) {
  sim.admin.revoke(container, { user });
  sim.admin.grant(container, { user }, 'Owner');
}

describe('saved plan', () => {
  const cases: readonly [string, string, string, (tenant: TerraformTenant) => unknown][] = [
    ['a permission to revoke was raised', edge, '', (tenant) => raise(tenant, 'c2', 'ann@example.com')],
    [
      'an element to revoke from an authoritative set was raised',
      set(grant('boss', 'Owner'), grant('ann', 'View')),
      set(grant('boss', 'Owner')),
      (tenant) => raise(tenant, 'c1', 'ann@example.com'),
    ],
    ['a group to empty has a new member', group, '', ({ sim }) => sim.admin.addMember('g', 'cleo@example.com')],
  ];
  for (const [what, before, after, meanwhile] of cases) {
    terraformTest(`is refused without a write when ${what} after it was made`, () =>
      withTenant({ data }, async (tenant) => {
        const { declare, plan, apply, refused, sim } = tenant;
        declare(LOOK_UPS + before);
        await apply();
        declare(LOOK_UPS + after);
        await plan('-out=saved');
        await meanwhile(tenant);
        const then = sim.state();
        sim.resetRequests();
        expect(await refused('apply', 'saved')).toMatch(/since the plan was made/);
        expect(sim.requests.writes).toBe(0);
        expect(sim.state()).toEqual(then);
        await apply();
      }),
    );
  }
});

describe('saved plan of a creation', () => {
  const adopting = (block: string) => block.replace(/\n}\n$/, '\nadopt = "always"\n}\n');
  const ops = resource('group', 'ops', 'display_name = "ops"\ndescription = "new"\nmembers = []\nallow_empty = true');
  const user = resource('user', 'u', 'user_name = "dan@example.com"\ntitle = "Lead"\nadopt = "always"');
  const cases: readonly [string, string, string, (tenant: TerraformTenant) => unknown][] = [
    [
      'a user was granted what a new authoritative set does not list',
      adopting(set(grant('boss', 'Owner'))),
      'Owner of cleo@example.com on c1',
      ({ sim }) => sim.admin.grant('c1', { user: 'cleo@example.com' }, 'Owner'),
    ],
    [
      'the permission exists with a greater right',
      adopting(edge),
      'Owner of ann@example.com on c2',
      ({ sim }) => sim.admin.grant('c2', { user: 'ann@example.com' }, 'Owner'),
    ],
    [
      'a group that is adopted has another member',
      adopting(ops),
      'member cleo@example.com',
      ({ sim }) => sim.admin.addMember('ops', 'cleo@example.com'),
    ],
    [
      'the user exists and differs',
      user,
      'title = ',
      ({ sim }) => void sim.admin.addUser({ userName: 'dan@example.com', title: 'Owner' }),
    ],
  ];
  for (const [what, declared, named, meanwhile] of cases) {
    terraformTest(`is refused without a write when ${what} after it was made`, () =>
      withTenant({ data: { ...data, groups: [{ displayName: 'ops' }] } }, async (tenant) => {
        const { declare, plan, apply, expectNoChanges, refused, sim } = tenant;
        declare(LOOK_UPS + declared);
        await plan('-out=saved');
        await meanwhile(tenant);
        const then = sim.state();
        sim.resetRequests();
        const text = await refused('apply', 'saved');
        expect(text).toContain('an invalid new value for .replaces');
        expect(text).toContain(named);
        expect([sim.requests.writes, sim.state()]).toEqual([0, then]);
        // What is replaced is shown, and reviewed again.
        expect(await plan('-out=saved')).toContain(named);
        await apply('saved');
        await expectNoChanges();
      }),
    );
  }

  terraformTest('is refused for another tenant', () =>
    withTenant({ data }, async ({ declare, plan, refused, apply, env, sim }) => {
      declare(LOOK_UPS.replaceAll('data', '#') + user);
      expect(await plan('-out=saved')).toContain(`+ tenant = "${env.DELINEA_URL}"`);
      await withTenant({ data }, async (other) => {
        const own = { ...env };
        Object.assign(env, other.env);
        expect(await refused('apply', 'saved')).toContain('.tenant');
        expect([sim.requests.writes, other.sim.requests.writes]).toEqual([0, 0]);
        Object.assign(env, own);
      });
      await apply();
    }),
  );
});

for (const [often, times] of [
  ['one read', 1],
  ['every read by id', 1_000],
] as const) {
  terraformTest(`saved plan: a reviewed user stays in the state when ${often} returns 404`, () =>
    withTenant({ data }, async (tenant) => {
      const { declare, plan, refused, apply, sim } = tenant;
      const user = (name: string) => resource('user', name, `user_name = "${name}@corp.example"`);
      declare(user('dan') + user('eva'));
      await apply();
      declare(user('dan'));
      await plan('-out=saved');
      const { id } = sim.state().users.find(({ userName }) => userName === 'eva@corp.example')!;
      sim.faults.set({ faults: [{ kind: 'status', status: 404, method: 'GET', path: `/${id}`, times }] });
      expect(await refused('apply', 'saved')).toContain('inconsistent reads: found by name, and absent by id');
      sim.faults.set({ faults: [] });
      await apply();
      expect(sim.state().users.at(-1)).toMatchObject({ userName: 'eva@corp.example', active: false });
    }),
  );
}

terraformTest('saved plan: a permission granted again is kept when it was missing at plan time', () =>
  withTenant({ data }, async ({ declare, plan, apply, refused, sim }) => {
    declare(LOOK_UPS + edge);
    await apply();
    sim.admin.revoke('c2', { user: 'ann@example.com' });
    declare(LOOK_UPS);
    expect(await plan('-refresh=false', '-out=saved')).toContain('is already deleted');
    sim.admin.grant('c2', { user: 'ann@example.com' }, 'Owner');
    const then = sim.state();
    expect(await refused('apply', 'saved')).toContain('there was nothing to remove when the plan was made');
    expect(sim.state()).toEqual(then);
  }),
);

terraformTest('saved plan: nothing is removed when the provider could not read the tenant at plan time', () =>
  withTenant({ data }, async ({ declare, apply, refused, sim }) => {
    const users = ['dan', 'eva'].map((name) => resource('user', name, `user_name = "${name}@corp.example"`)).join('');
    const late = (input: number) =>
      `resource "terraform_data" "late" {\n  triggers_replace = [${input}]\n  input = 3\n}\n`;
    const blind = 'visibility_seconds = terraform_data.late.output';
    declare(late(1) + users);
    await apply();
    declare(late(2), blind);
    const text = await refused('apply');
    expect(text).toContain('planned without access to the tenant');
    expect(sim.state().users.every(({ active }) => active)).toBe(true);
    declare(late(2), blind);
    await apply();
    expect(sim.state().users.filter(({ active }) => !active)).toHaveLength(2);
  }),
);
