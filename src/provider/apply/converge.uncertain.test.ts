import { afterEach, expect, test } from '@jest/globals';
import { factsOf, failuresOf } from '../../../test/support/assert/facts.js';
import { grant, group } from '../../../test/support/tenant/declare.js';
import { openWorkbench, type Workbench } from '../../../test/support/tenant/workbench.js';
import type { Strike } from '../../simulator/index.js';

let bench: Workbench;
afterEach(() => bench?.close());

const sre = group('sre');
const right = (text: string) => [sre, grant('g', 'prod', sre, text)];
const rights = () => factsOf(bench.sim.state()).filter((fact) => fact.includes(' has '));
/** Duplicates are possible here, so that a create sent twice shows. */
const open = async (start: ReturnType<typeof right>) => {
  bench = await openWorkbench({
    data: { groups: [{ displayName: 'y' }], containers: ['prod'] },
    uniquePermissions: false,
    provider: { retries: 0 },
  });
  await bench.converge(start);
};
const PERMISSIONS = { path: '/ContainerPermissions' } as const;
const CREATED: Strike = { kind: 'resetAfter', method: 'POST', ...PERMISSIONS };
const UNREAD = (...at: number[]): Strike => ({ kind: 'status', method: 'GET', ...PERMISSIONS, at });

test('a create of unknown fate is not sent again when the look after it fails: what cannot be read is not absent', async () => {
  await open([sre]);
  const plan = await bench.plan(right('Owner'));
  // Reads of the step: before the create, and the look.
  bench.sim.faults.set({ strikes: [CREATED, UNREAD(2)] });
  const result = await bench.apply(plan);
  expect([failuresOf(result), rights()]).toEqual([
    ['delinea_container_permission.g host_unreachable'],
    ['group:sre has Owner on prod'],
  ]);
  expect(result.failures[0]?.error.uncertain).toBe(true);
  bench.sim.faults.clear();
  expect((await bench.converge(right('Owner'))).failures).toEqual([]);
  expect(rights()).toEqual(['group:sre has Owner on prod']);
});

test('a changed right: when nobody can see what is left after the delete, the error says that access may be gone', async () => {
  await open(right('View'));
  const plan = await bench.plan(right('Owner'));
  // Reads of the step: before; after the delete; what is there after that failed.
  bench.sim.faults.set({ strikes: [UNREAD(2, 3)] });
  const result = await bench.apply(plan);
  expect([failuresOf(result), rights()]).toEqual([['delinea_container_permission.g half_done'], []]);
  expect(result.failures[0]?.error.message).toMatch(/sre on prod: there may be NO access/);
});

test('a changed right: when the delete cannot be read back at first, the old right is put back', async () => {
  await open(right('View'));
  const plan = await bench.plan(right('Owner'));
  bench.sim.faults.set({ strikes: [UNREAD(2)] });
  expect([failuresOf(await bench.apply(plan)), rights()]).toEqual([
    ['delinea_container_permission.g server_error'],
    ['group:sre has View on prod'],
  ]);
});

test('a changed right: when the delete was refused, nobody is told that access is gone', async () => {
  await open(right('View'));
  const plan = await bench.plan(right('Owner'));
  bench.sim.faults.set({ strikes: [{ kind: 'throttle', method: 'DELETE', ...PERMISSIONS }, UNREAD(2)] });
  expect([failuresOf(await bench.apply(plan)), rights()]).toEqual([
    ['delinea_container_permission.g throttled'],
    ['group:sre has View on prod'],
  ]);
});
