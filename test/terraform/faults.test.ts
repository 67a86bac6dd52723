import { describe, expect, jest } from '@jest/globals';
import type { Fault } from '../../src/simulator/faults/fault.js';
import { onTenant, resource } from '../support/terraform/tenant.js';
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

/** An uncertain write is looked after and sent again: all of its attempts are struck. */
const ALL_BUT_FIRST = Array.from({ length: 40 }, (_, index) => index + 2);

/** One write of the users is struck; the fault of one is an error on one. */
const FAULTS: readonly Fault[] = [{ kind: 'status', status: 500 }, { kind: 'resetBefore' }];

describe('the fault of one object is an error on that object, and a second apply goes on', () => {
  for (const fault of FAULTS) {
    terraformTest(`${fault.kind} at a write`, () =>
      onTenant({}, async ({ declare, refused, apply, settled, sim, folder }) => {
        declare(stack('Lead'), SETTINGS);
        sim.faults.set({ faults: [{ ...fault, method: 'POST', path: '/api/v1/users$', at: ALL_BUT_FIRST }] });
        const text = await refused('apply');
        expect(text).toMatch(/Error: .* with delinea_user\.\w+/);
        expect(sim.state().users).toHaveLength(1);
        sim.faults.clear();
        expect(await apply()).toContain('4 added, 0 changed, 0 destroyed');
        await settled();
        sim.faults.set({ faults: [{ ...fault, method: 'PATCH|PUT', path: '/api/v1/users/' }] });
        declare(stack('Boss'), SETTINGS);
        await refused('apply');
        sim.faults.clear();
        expect((await folder.run(['show', '-no-color'])).out).not.toContain('tainted');
        expect(await apply()).toContain('0 added, 4 changed, 0 destroyed');
        await settled();
        expect(sim.state().users.map(({ title }) => title)).toEqual(['Boss', 'Boss', 'Boss', 'Boss']);
      }),
    );
  }

  for (const kind of ['resetAfter', 'timeoutAfter', 'truncate'] as const) {
    terraformTest(`${kind}: what was written all the same is found, and made once`, () =>
      onTenant({}, async ({ declare, apply, settled, sim }) => {
        declare(stack('Lead'), SETTINGS);
        sim.faults.set({ faults: [{ kind, method: 'POST|PATCH', path: '^/(api|scim)/', at: [1, 3] }] });
        await apply();
        sim.faults.clear();
        await settled();
        expect(sim.state().users).toHaveLength(4);
        expect(sim.state().groups).toMatchObject([{ members: NAMES.map((name) => `${name}@example.com`) }]);
      }),
    );
  }
});
