import { expect, test } from '@jest/globals';
import { failuresOf } from '../../../test/support/assert/facts.js';
import { group, user } from '../../../test/support/tenant/declare.js';
import { openWorkbench } from '../../../test/support/tenant/workbench.js';
import { DelineaError } from '../model/errors.js';
import { poll } from './read-back.js';

const timeout = () => new DelineaError('not_converged', 'timeout');

test('poll: returns the first value', async () => {
  let asked = 0;
  expect(await poll(1_000, async () => (++asked === 2 ? 'value' : undefined), timeout)).toBe('value');
  expect(asked).toBe(2);
});

test('poll: asks once and throws when no time is left', async () => {
  let asked = 0;
  const ask = async () => void asked++;
  await expect(poll(0, ask, timeout)).rejects.toMatchObject({ code: 'not_converged' });
  expect(asked).toBe(1);
});

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
