import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, jest } from '@jest/globals';
import { onTenant, resource } from '../support/terraform/tenant.js';
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

describe('an apply of which something fails', () => {
  terraformTest('the last Owner stays where the next one could not be given the right', () =>
    onTenant({ data }, async ({ declare, apply, refused, sim }) => {
      declare(LOOK_UPS + owner('boss'));
      await apply();
      declare(LOOK_UPS + owner('ann'));
      const owners = sim.state().containerPermissions;
      sim.faults.set({ strikes: [{ kind: 'status', status: 403, method: 'POST', path: 'ContainerPermissions' }] });
      expect(await refused('apply')).toContain('left without an active Owner');
      expect(sim.state().containerPermissions).toEqual(owners);
      sim.faults.clear();
      await apply();
      expect(sim.state().containerPermissions).toMatchObject([{ user: 'ann@example.com', right: 'Owner' }]);
    }),
  );

  terraformTest('an address that was renamed keeps its object where the new one failed', () =>
    onTenant({ data }, async ({ declare, apply, refused, settled, folder, sim }) => {
      declare(user('old'));
      await apply();
      declare(user('new', 'title = "Lead"'));
      sim.faults.set({ strikes: [{ kind: 'status', status: 403, method: 'PATCH' }] });
      expect(await refused('apply')).toContain('is declared at another address, which failed');
      expect((await folder.run(['state', 'list'])).out.trim()).toBe('delinea_user.old');
      sim.faults.clear();
      await apply();
      await settled();
      expect(sim.state().users).toContainEqual(
        expect.objectContaining({ userName: 'eva@corp.example', active: true, title: 'Lead' }),
      );
    }),
  );

  terraformTest('what was made and shows late stays in the state, with the key that code gave', () =>
    onTenant({ data }, async ({ declare, apply, refused, sim }) => {
      declare(user('eva', 'external_id = "E-1"'), 'visibility_seconds = 0.2');
      sim.faults.set({ visibilityDelayMs: 4_000 });
      expect(await apply()).toContain('it does not show');
      expect(await refused('plan')).toContain('was created, and the API does not show it yet');
      sim.faults.clear();
      await sleep(4_000);
      declare(LOOK_UPS);
      await apply();
      expect(sim.state().users).toContainEqual(
        expect.objectContaining({ userName: 'eva@corp.example', active: false }),
      );
    }),
  );

  terraformTest('removals that were refused by the service are not counted as done', () => {
    const names = Array.from({ length: 6 }, (_, index) => `u${index}`);
    const users = Array.from({ length: 30 }, (_, index) => ({ userName: `x${index}@example.com` }));
    const declared = (some: readonly string[]) =>
      some.map((name) => resource('user', name, `user_name = "${name}@corp.example"`)).join('');
    return onTenant({ data: { users } }, async ({ declare, apply, refused, sim }) => {
      const others = users.map(({ userName }, index) => resource('user', `x${index}`, `user_name = "${userName}"`));
      declare(others.join('') + declared(names));
      await apply();
      declare(others.join('') + declared(names.slice(4)));
      sim.faults.set({ strikes: [{ kind: 'status', status: 403, method: 'PATCH', times: 3 }] });
      expect(await refused('apply')).not.toContain('would be removed');
      sim.faults.clear();
      await apply();
      expect(sim.state().users.filter(({ active }) => !active)).toHaveLength(4);
    });
  });
});

describe('an object that two addresses of the state have, as a killed rename leaves it', () => {
  const NAMES = Array.from({ length: 12 }, (_, index) => `u${index}@corp.example`);
  const declared = (prefix: string, names: readonly string[]) =>
    names.map((name, index) => resource('user', `${prefix}${index}`, `user_name = "${name}"`)).join('');
  const imports = (prefix: string, names: readonly string[]) =>
    names.map((name, index) => `import {\n  to = delinea_user.${prefix}${index}\n  id = "${name}"\n}\n`).join('');

  for (const [count, ...parallel] of [[12], [4, '-parallelism=1']] as const) {
    terraformTest(`stays or stops the plan: ${[count, ...parallel].join(' ')}`, () =>
      onTenant({ data }, async ({ declare, apply, settled, sim, try: attempt }) => {
        const names = NAMES.slice(0, count);
        const allLive = () => sim.state().users.every(({ active }) => active);
        declare(declared('old', names));
        await apply();
        declare(declared('new', names) + imports('new', names));
        const { code, text } = await attempt('apply', '-auto-approve', ...parallel);
        expect(allLive()).toBe(true);
        expect(code === 0 || text.includes('is in the state at another address too')).toBe(true);
        await apply('-parallelism=30');
        await settled();
        expect(allLive()).toBe(true);
      }),
    );
  }
});

describe('edges of a set that leaves its address, and that another address has in its state', () => {
  const BOB = 'principal_type = "user", principal_id = data.delinea_user.ann.id';
  const cases: readonly [string, string, string, string][] = [
    [
      'a set',
      'delinea_role_bindings.new',
      'Admin',
      resource('role_bindings', 'new', `role = "Admin"\nholders = [{ ${BOB} }]`),
    ],
    [
      'a single edge',
      'delinea_role_binding.new',
      'Admin,user,ann@example.com',
      resource('role_binding', 'new', `role = "Admin"\n${BOB.replace(',', '\n')}`),
    ],
  ];
  for (const [what, address, id, hcl] of cases) {
    terraformTest(`stay: ${what}`, () =>
      onTenant({ data }, async ({ declare, apply, plan, settled, folder, sim }) => {
        declare(LOOK_UPS + resource('role_bindings', 'old', `role = "Admin"\nholders = [{ ${BOB} }]`));
        await apply();
        declare(LOOK_UPS + hcl);
        expect((await folder.run(['import', address, id])).code).toBe(0);
        sim.resetRequests();
        expect(await plan()).toContain('removed at one address and declared at another; nothing is removed');
        await apply();
        await settled();
        expect(sim.requests.writes).toBe(0);
        expect(sim.state().roleBindings).toEqual([{ role: 'Admin', user: 'ann@example.com' }]);
      }),
    );
  }

  terraformTest('stay where some others of it go', () =>
    onTenant({ data }, async ({ declare, apply, plan, settled, folder, sim }) => {
      const both = `${BOB} }, { ${BOB.replace('.ann.', '.boss.')}`;
      declare(LOOK_UPS + resource('role_bindings', 'old', `role = "Admin"\nholders = [{ ${both} }]`));
      await apply();
      const [, address, id, hcl] = cases[1]!;
      declare(LOOK_UPS + hcl);
      expect((await folder.run(['import', address, id])).code).toBe(0);
      expect(await plan()).toMatch(/1 will be revoked.*1 of them are declared at another address and left unchanged/);
      await apply();
      await settled();
      expect(sim.state().roleBindings).toEqual([{ role: 'Admin', user: 'ann@example.com' }]);
    }),
  );
});
