import { expect, test } from '@jest/globals';
import { failuresOf } from '../../../test/support/assert/facts.js';
import { group, user } from '../../../test/support/tenant/declare.js';
import { openWorkbench } from '../../../test/support/tenant/workbench.js';

test('observe: refuses a name that several objects have', async () => {
  const bench = await openWorkbench();
  try {
    const plan = await bench.plan([group('sre')]);
    for (let count = 0; count < 2; count++) bench.sim.admin.addGroup({ displayName: 'sre' });
    const result = await bench.apply(plan);
    expect(failuresOf(result)).toEqual(['delinea_group.sre ambiguous']);
    expect(result.failures[0]?.error.message).toMatch(/^2 groups have the same name; their ids: /);
  } finally {
    await bench.close();
  }
});

test('readBack: names the attributes that still differ after the write', async () => {
  const bench = await openWorkbench({ provider: { visibilitySeconds: 0.1 } });
  try {
    bench.sim.faults.set({ faults: [{ kind: 'dropFields', method: 'GET', path: '/users/', fields: ['title'] }] });
    const { failures } = await bench.converge([user('jane', { title: 'a' })]);
    expect(failures[0]?.error.message).toBe('the API accepted the change, but reading back shows other values: title');
  } finally {
    await bench.close();
  }
});
