import { describe, expect, jest } from '@jest/globals';
import type { Fault } from '../../src/simulator/faults/fault.js';
import { resource, withTenant } from '../support/terraform/tenant.js';
import { terraformTest } from '../support/terraform/terraform-test.js';

jest.setTimeout(120_000);

const NAMES = ['ann', 'bob', 'cid', 'dan'];
const stack = (title: string) =>
  NAMES.map((name) => resource('user', name, `user_name = "${name}@example.com"\ntitle = "${title}"`)).join('') +
  resource(
    'group',
    'ops',
    `display_name = "ops"\nmembers = [${NAMES.map((name) => `delinea_user.${name}.id`).join(', ')}]`,
  );

const SETTINGS = 'retries = 0\ntimeout_seconds = 1\nvisibility_seconds = 0.2';

/** Every write but the first: an uncertain write is read back and repeated, so all attempts have to fail. */
const ALL_BUT_FIRST = Array.from({ length: 40 }, (_, index) => index + 2);

/** Faults after which the tenant is unchanged. */
const FAULTS: readonly Fault[] = [{ kind: 'status', status: 500 }, { kind: 'resetBefore' }];

describe('failed write', () => {
  for (const fault of FAULTS) {
    terraformTest(`is an error of its object, and the next apply completes, with fault ${fault.kind}`, () =>
      withTenant({}, async ({ declare, refused, apply, expectNoChanges, sim, folder }) => {
        declare(stack('Lead'), SETTINGS);
        sim.faults.set({ faults: [{ ...fault, method: 'POST', path: '/api/v1/users$', at: ALL_BUT_FIRST }] });
        const text = await refused('apply');
        expect(text).toMatch(/Error: .* with delinea_user\.\w+/);
        expect(sim.state().users).toHaveLength(1);
        sim.faults.clear();
        expect(await apply()).toContain('4 added, 0 changed, 0 destroyed');
        await expectNoChanges();
        sim.faults.set({ faults: [{ ...fault, method: 'PATCH|PUT', path: '/api/v1/users/' }] });
        declare(stack('Boss'), SETTINGS);
        await refused('apply');
        sim.faults.clear();
        expect((await folder.run(['show', '-no-color'])).out).not.toContain('tainted');
        expect(await apply()).toContain('0 added, 4 changed, 0 destroyed');
        await expectNoChanges();
        expect(sim.state().users.map(({ title }) => title)).toEqual(['Boss', 'Boss', 'Boss', 'Boss']);
      }),
    );
  }

  for (const kind of ['resetAfter', 'timeoutAfter', 'truncate'] as const) {
    terraformTest(`is found by read-back and not repeated with fault ${kind}`, () =>
      withTenant({}, async ({ declare, apply, expectNoChanges, sim }) => {
        declare(stack('Lead'), SETTINGS);
        sim.faults.set({ faults: [{ kind, method: 'POST|PATCH', path: '^/(api|scim)/', at: [1, 3] }] });
        await apply();
        sim.faults.clear();
        await expectNoChanges();
        expect(sim.state().users).toHaveLength(4);
        expect(sim.state().groups).toMatchObject([{ members: NAMES.map((name) => `${name}@example.com`) }]);
      }),
    );
  }
});
