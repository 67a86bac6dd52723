import { afterEach, expect, test } from '@jest/globals';
import { factsOf, failuresOf } from '../../../test/support/assert/facts.js';
import { grant, group } from '../../../test/support/tenant/declare.js';
import { openWorkbench, type Workbench } from '../../../test/support/tenant/workbench.js';
import type { Fault } from '../../simulator/index.js';

let bench: Workbench;
afterEach(() => bench?.close());

const sre = group('sre');
const right = (text: string) => [sre, grant('g', 'prod', sre, text)];
const rights = () => factsOf(bench.sim.state()).filter((fact) => fact.includes(' has '));
/** Allows duplicates, so that a create that is sent twice is visible. */
const open = async (start: ReturnType<typeof right>) => {
  bench = await openWorkbench({
    data: { groups: [{ displayName: 'y' }], containers: ['prod'] },
    uniquePermissions: false,
    provider: { retries: 0 },
  });
  await bench.converge(start);
};
const PERMISSIONS = { path: '/ContainerPermissions' } as const;
const UNREAD = (...at: number[]): Fault => ({ kind: 'status', method: 'GET', ...PERMISSIONS, at });

test('replace: reports that access may be lost when nothing can be read after the delete', async () => {
  await open(right('View'));
  const plan = await bench.plan(right('Owner'));
  // Reads of the step: before the delete, after it, and after that read has failed.
  bench.sim.faults.set({ faults: [UNREAD(2, 3)] });
  const result = await bench.apply(plan);
  expect([failuresOf(result), rights()]).toEqual([['delinea_container_permission.g half_done'], []]);
  expect(result.failures[0]?.error.message).toMatch(/sre on prod: there may be NO access/);
});

test('replace: restores the old right when the first read after the delete fails', async () => {
  await open(right('View'));
  const plan = await bench.plan(right('Owner'));
  bench.sim.faults.set({ faults: [UNREAD(2)] });
  expect([failuresOf(await bench.apply(plan)), rights()]).toEqual([
    ['delinea_container_permission.g server_error'],
    ['group:sre has View on prod'],
  ]);
});

test('replace: does not report that access is lost when the delete was refused', async () => {
  await open(right('View'));
  const plan = await bench.plan(right('Owner'));
  bench.sim.faults.set({ faults: [{ kind: 'throttle', method: 'DELETE', ...PERMISSIONS }, UNREAD(2)] });
  expect([failuresOf(await bench.apply(plan)), rights()]).toEqual([
    ['delinea_container_permission.g throttled'],
    ['group:sre has View on prod'],
  ]);
});
