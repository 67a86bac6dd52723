import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { resourceOf } from '../resources/index.js';
import { openSessionBench, type SessionBench } from './session.fixture.js';

let bench: SessionBench;
beforeEach(async () => {
  bench = await openSessionBench();
});
afterEach(() => bench.close());

const jane = { userName: 'jane@example.com' };
const resource = resourceOf('user');

test('attempt: the id of a created object is known when its read-back fails', async () => {
  bench.sim.faults.set({ visibilityDelayMs: 3_000 });
  const applied = await (await bench.open()).apply({ resource, declared: jane });
  expect(applied).toMatchObject({ created: expect.any(String), privateState: { neverVisible: true } });
  expect(applied.error).toBeDefined();
});

test('attempt: nothing is created when the write is refused', async () => {
  bench.sim.faults.set({ faults: [{ kind: 'status', status: 400, method: 'POST', path: 'user' }] });
  const applied = await (await bench.open()).apply({ resource, declared: jane });
  expect([applied.created, applied.live, applied.privateState]).toEqual([undefined, undefined, {}]);
  expect(applied.error).toBeDefined();
});

test('attempt: a used consent is remembered', async () => {
  const user = await bench.apply('user', jane);
  bench.sim.admin.setActive(jane.userName, false);
  const session = await bench.open();
  const { privateState, live } = await session.apply({
    ...user,
    state: { ...user.state, active: false },
    declared: { ...jane, reactivate: 'T-1' },
  });
  expect(live?.values.active).toBe(true);
  expect(privateState.usedConsents).toEqual(['T-1']);
});
