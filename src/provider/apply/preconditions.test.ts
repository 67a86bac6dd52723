import { expect, test } from '@jest/globals';
import { failuresOf, userOf } from '../../../test/support/assert/facts.js';
import { user } from '../../../test/support/tenant/declare.js';
import { openWorkbench } from '../../../test/support/tenant/workbench.js';

test('consent: a saved plan that is applied again does not enable an account that was disabled since', async () => {
  const bench = await openWorkbench({ data: { users: [{ userName: 'jane@example.com', active: false }] } });
  try {
    const declared = [user('jane', { active: true, adopt: 'always', reactivate: 'CHG-1' })];
    const plan = await bench.plan(declared);
    expect(failuresOf(await bench.apply(plan))).toEqual([]);
    bench.sim.admin.setActive('jane@example.com', false);
    const again = await bench.apply(plan);
    expect(failuresOf(again)).toEqual(['delinea_user.jane stale_plan']);
    expect(again.failures[0]?.error).toMatchObject({
      message: 'jane@example.com: this consent was already used (CHG-1)',
      remedy: [{ kind: 'consent', account: 'jane@example.com' }],
    });
    expect(userOf(bench.sim.state(), 'jane').active).toBe(false);
  } finally {
    await bench.close();
  }
});
