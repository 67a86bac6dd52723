import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, jest } from '@jest/globals';
import { resource, withTenant } from '../support/terraform/tenant.js';
import { terraformTest } from '../support/terraform/terraform-test.js';

jest.setTimeout(120_000);

const data = {
  users: ['ann', 'boss'].map((name) => ({ userName: `${name}@example.com` })),
  containers: ['c1'],
  roles: ['Admin'],
  containerPermissions: [{ container: 'c1', user: 'boss@example.com', right: 'Owner' }],
};
const LOOK_UPS = `
data "delinea_user" "ann" { user_name = "ann@example.com" }
data "delinea_user" "boss" { user_name = "boss@example.com" }
`;
const owner = (name: string) =>
  resource(
    'container_permission',
    name,
    `container = "c1"\nprincipal_type = "user"\nprincipal_id = data.delinea_user.${name}.id\nright = "Owner"`,
  );
const user = (address: string, more = '') => resource('user', address, `user_name = "eva@corp.example"\n${more}`);

describe('partly failed apply', () => {
  terraformTest('keeps the last Owner when the grant to the next Owner fails', () =>
    withTenant({ data }, async ({ declare, apply, refused, sim }) => {
      declare(LOOK_UPS + owner('boss'));
      await apply();
      declare(LOOK_UPS + owner('ann'));
      const owners = sim.state().containerPermissions;
      sim.faults.set({ faults: [{ kind: 'status', status: 403, method: 'POST', path: 'ContainerPermissions' }] });
      expect(await refused('apply')).toContain('left without an active Owner');
      expect(sim.state().containerPermissions).toEqual(owners);
      sim.faults.clear();
      await apply();
      expect(sim.state().containerPermissions).toMatchObject([{ user: 'ann@example.com', right: 'Owner' }]);
    }),
  );

  terraformTest('keeps the object at its old address when the renamed address fails', () =>
    withTenant({ data }, async ({ declare, apply, refused, expectNoChanges, folder, sim }) => {
      declare(user('old'));
      await apply();
      declare(user('new', 'title = "Lead"'));
      sim.faults.set({ faults: [{ kind: 'status', status: 403, method: 'PATCH' }] });
      expect(await refused('apply')).toContain('is also declared at another address, which failed');
      expect((await folder.run(['state', 'list'])).out.trim()).toBe('delinea_user.old');
      sim.faults.clear();
      await apply();
      await expectNoChanges();
      expect(sim.state().users).toContainEqual(
        expect.objectContaining({ userName: 'eva@corp.example', active: true, title: 'Lead' }),
      );
    }),
  );

  terraformTest('keeps a created user and its external_id in the state when the user becomes visible late', () =>
    withTenant({ data }, async ({ declare, apply, refused, sim }) => {
      declare(user('eva', 'external_id = "E-1"'), 'visibility_seconds = 0.2');
      sim.faults.set({ visibilityDelayMs: 4_000 });
      expect(await apply()).toContain('the object is not visible');
      expect(await refused('plan')).toContain('was created, but the API does not show it yet');
      sim.faults.clear();
      await sleep(4_000);
      declare(LOOK_UPS);
      await apply();
      expect(sim.state().users).toContainEqual(
        expect.objectContaining({ userName: 'eva@corp.example', active: false }),
      );
    }),
  );

  terraformTest('does not count removals that the service refused', () => {
    const names = Array.from({ length: 6 }, (_, index) => `u${index}`);
    const users = Array.from({ length: 30 }, (_, index) => ({ userName: `x${index}@example.com` }));
    const declared = (some: readonly string[]) =>
      some.map((name) => resource('user', name, `user_name = "${name}@corp.example"`)).join('');
    return withTenant({ data: { users } }, async ({ declare, apply, refused, sim }) => {
      const others = users.map(({ userName }, index) => resource('user', `x${index}`, `user_name = "${userName}"`));
      declare(others.join('') + declared(names));
      await apply();
      declare(others.join('') + declared(names.slice(4)));
      sim.faults.set({ faults: [{ kind: 'status', status: 403, method: 'PATCH', times: 3 }] });
      expect(await refused('apply')).not.toContain('would be removed');
      sim.faults.clear();
      await apply();
      expect(sim.state().users.filter(({ active }) => !active)).toHaveLength(4);
    });
  });
});

describe('object at two addresses of the state after a killed rename', () => {
  const NAMES = Array.from({ length: 12 }, (_, index) => `u${index}@corp.example`);
  const declared = (prefix: string, names: readonly string[]) =>
    names.map((name, index) => resource('user', `${prefix}${index}`, `user_name = "${name}"`)).join('');
  const imports = (prefix: string, names: readonly string[]) =>
    names.map((name, index) => `import {\n  to = delinea_user.${prefix}${index}\n  id = "${name}"\n}\n`).join('');

  for (const [count, ...parallel] of [[12], [4, '-parallelism=1']] as const) {
    terraformTest(`is kept or stops the plan with ${[count, 'users', ...parallel].join(' ')}`, () =>
      withTenant({ data }, async ({ declare, apply, expectNoChanges, sim, attempt }) => {
        const names = NAMES.slice(0, count);
        const allLive = () => sim.state().users.every(({ active }) => active);
        declare(declared('old', names));
        await apply();
        declare(declared('new', names) + imports('new', names));
        const { code, text } = await attempt('apply', '-auto-approve', ...parallel);
        expect(allLive()).toBe(true);
        expect(code === 0 || text.includes('is also in the state at another address')).toBe(true);
        await apply('-parallelism=30');
        await expectNoChanges();
        expect(allLive()).toBe(true);
      }),
    );
  }
});

describe('bindings of a removed set that another address has in its state', () => {
  const BOB = 'principal_type = "user", principal_id = data.delinea_user.ann.id';
  const cases: readonly [string, string, string, string][] = [
    [
      'another set',
      'delinea_role_bindings.new',
      'Admin',
      resource('role_bindings', 'new', `role = "Admin"\nholders = [{ ${BOB} }]`),
    ],
    [
      'a single resource',
      'delinea_role_binding.new',
      'Admin,user,ann@example.com',
      resource('role_binding', 'new', `role = "Admin"\n${BOB.replace(',', '\n')}`),
    ],
  ];
  for (const [what, address, id, hcl] of cases) {
    terraformTest(`stay without a write when that address is ${what}`, () =>
      withTenant({ data }, async ({ declare, apply, plan, expectNoChanges, folder, sim }) => {
        declare(LOOK_UPS + resource('role_bindings', 'old', `role = "Admin"\nholders = [{ ${BOB} }]`));
        await apply();
        declare(LOOK_UPS + hcl);
        expect((await folder.run(['import', address, id])).code).toBe(0);
        sim.resetRequests();
        expect(await plan()).toContain('was removed at one address and is declared at another; nothing is removed');
        await apply();
        await expectNoChanges();
        expect(sim.requests.writes).toBe(0);
        expect(sim.state().roleBindings).toEqual([{ role: 'Admin', user: 'ann@example.com' }]);
      }),
    );
  }

  terraformTest('stay when other bindings of the set are revoked', () =>
    withTenant({ data }, async ({ declare, apply, plan, expectNoChanges, folder, sim }) => {
      const both = `${BOB} }, { ${BOB.replace('.ann.', '.boss.')}`;
      declare(LOOK_UPS + resource('role_bindings', 'old', `role = "Admin"\nholders = [{ ${both} }]`));
      await apply();
      const [, address, id, hcl] = cases[1]!;
      declare(LOOK_UPS + hcl);
      expect((await folder.run(['import', address, id])).code).toBe(0);
      expect(await plan()).toMatch(
        /1 will be revoked.*1 of its elements are declared at other addresses and left unchanged/,
      );
      await apply();
      await expectNoChanges();
      expect(sim.state().roleBindings).toEqual([{ role: 'Admin', user: 'ann@example.com' }]);
    }),
  );
});
