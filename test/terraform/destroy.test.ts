import { expect, jest } from '@jest/globals';
import { resource, withTenant } from '../support/terraform/tenant.js';
import { terraformTest } from '../support/terraform/terraform-test.js';

jest.setTimeout(120_000);

const user = (name: string) => resource('user', name, `user_name = "${name}@example.com"`);
const ops = resource('group', 'ops', 'display_name = "ops"\nmembers = [delinea_user.ann.id, delinea_user.bob.id]');

terraformTest('destroy: it completes with -refresh=false when it failed for one user before', () =>
  withTenant({}, async ({ declare, apply, attempt, refused, folder, sim }) => {
    declare(user('ann') + user('bob') + ops);
    await apply();
    const bob = sim.state().users.find(({ userName }) => userName === 'bob@example.com')!;
    sim.faults.set({ faults: [{ kind: 'status', status: 403, method: 'PATCH|PUT', path: `/users/${bob.id}$` }] });
    await refused('destroy');
    sim.faults.clear();
    const again = await attempt('destroy', '-auto-approve');
    expect(again.code).toBe(1);
    expect(again.text).toContain('ann@example.com is disabled in the tenant and is not enabled without consent');
    expect(again.text).toContain('To repeat a destroy, run terraform destroy -refresh=false instead.');
    expect(again.text).not.toContain('--reactivate');
    const last = await attempt('destroy', '-auto-approve', '-refresh=false');
    expect(last.code).toBe(0);
    expect((await folder.run(['state', 'list'])).out).toBe('');
    expect(sim.state().users.map(({ active }) => active)).toEqual([false, false]);
  }),
);
