import { afterEach, expect, test } from '@jest/globals';
import { factsOf, failuresOf, stepsOf } from '../../../test/support/assert/facts.js';
import { grant, group } from '../../../test/support/tenant/declare.js';
import { openWorkbench, type Workbench, type WorkbenchOptions } from '../../../test/support/tenant/workbench.js';
import type { Fault } from '../../simulator/index.js';

let bench: Workbench;
afterEach(() => bench?.close());

const sre = group('sre');
const right = (text: string) => [sre, grant('g', 'prod', sre, text)];
const rights = () => factsOf(bench.sim.state()).filter((fact) => fact.includes(' has '));
/** Duplicates are possible here, so that a replayed create shows. */
const open = async (options: WorkbenchOptions = {}) => {
  bench = await openWorkbench({
    data: { users: [{ userName: 'x@example.com' }], groups: [{ displayName: 'y' }], containers: ['prod'] },
    uniquePermissions: false,
    provider: { visibilitySeconds: 0.4 },
    ...options,
  });
  await bench.converge(right('View'));
};
const CREATE = { method: 'POST', path: '/ContainerPermissions' } as const;
const DELETE = { method: 'DELETE', path: '/ContainerPermissions' } as const;

test('replace: changes a right in one step and records its new id', async () => {
  await open();
  const plan = await bench.plan(right('Owner'));
  expect(stepsOf(plan)).toEqual(['replace container-permission Owner of sre on prod']);
  const change = plan.resource_changes.find(({ address }) => address === 'delinea_container_permission.g')!.change;
  expect(change).toMatchObject({
    actions: ['update'],
    before: { right: 'View' },
    after: { right: 'Owner' },
    after_unknown: { id: true },
  });
  const result = await bench.apply(plan);
  expect([failuresOf(result), rights()]).toEqual([[], ['group:sre has Owner on prod']]);
  expect([...bench.ledger.values()].find(({ kind }) => kind === 'container-permission')?.id).toBe(
    bench.sim.state().containerPermissions[0]?.id,
  );
  expect(stepsOf(await bench.plan(right('Owner')))).toEqual([]);
});

test('replace: writes nothing when the right already is as declared', async () => {
  await open();
  const plan = await bench.plan(right('Owner'));
  bench.sim.admin.setRight('prod', { group: 'sre' }, 'Owner');
  bench.sim.resetRequests();
  expect((await bench.apply(plan)).converged).toBe(true);
  expect(bench.sim.requests.writes).toBe(0);
});

test('replace: restores the old right and fails when the new one is refused', async () => {
  await open({ provider: { retries: 0 } });
  const plan = await bench.plan(right('Owner'));
  bench.sim.faults.set({ faults: [{ kind: 'throttle', ...CREATE, at: [1] }] });
  const result = await bench.apply(plan);
  expect([failuresOf(result), rights()]).toEqual([
    ['delinea_container_permission.g throttled'],
    ['group:sre has View on prod'],
  ]);
  expect(result.notes[0]?.message).toContain('the old one was restored');
  expect(stepsOf(await bench.plan(right('Owner')))).toEqual(['replace container-permission Owner of sre on prod']);
  expect((await bench.converge(right('Owner'))).failures).toEqual([]);
  expect(rights()).toEqual(['group:sre has Owner on prod']);
});

test('replace: names the principal without access when the old right cannot be restored, and a second run repairs it', async () => {
  await open({ provider: { retries: 0 } });
  const plan = await bench.plan(right('Owner'));
  bench.sim.faults.set({ faults: [{ kind: 'throttle', ...CREATE }] });
  const result = await bench.apply(plan);
  expect(failuresOf(result)).toEqual(['delinea_container_permission.g half_done']);
  expect(result.failures[0]?.error.message).toMatch(/sre on prod.*NO access/);
  expect([rights(), result.written]).toEqual([[], true]);
  bench.sim.faults.clear();
  expect((await bench.converge(right('Owner'))).failures).toEqual([]);
  expect(rights()).toEqual(['group:sre has Owner on prod']);
});

test('replace: keeps the new right when it cannot be read back', async () => {
  await open({ provider: { retries: 0 } });
  const plan = await bench.plan(right('Owner'));
  // Reads of the step: before, after the delete, before the create, and the read-back.
  bench.sim.faults.set({ faults: [{ kind: 'status', method: 'GET', path: '/ContainerPermissions', at: [4] }] });
  const result = await bench.apply(plan);
  expect([failuresOf(result), rights()]).toEqual([
    ['delinea_container_permission.g server_error'],
    ['group:sre has Owner on prod'],
  ]);
  bench.sim.faults.clear();
  expect(stepsOf(await bench.plan(right('Owner')))).toEqual([]);
});

const uncertain: readonly (readonly [string, Fault])[] = (
  ['resetBefore', 'resetAfter', 'html502', 'status', 'expired403'] as const
).flatMap((kind) => [
  [`${kind} on the delete`, { kind, ...DELETE, at: [1] }] as const,
  [`${kind} on the create`, { kind, ...CREATE, at: [1] }] as const,
]);

test.each(uncertain)('replace: neither loses nor duplicates the right after %s', async (_, fault) => {
  await open();
  const plan = await bench.plan(right('Owner'));
  bench.sim.faults.set({ faults: [fault] });
  const result = await bench.apply(plan);
  expect([failuresOf(result), rights()]).toEqual([[], ['group:sre has Owner on prod']]);
  expect(bench.sim.log.some(({ faults }) => faults.includes(fault.kind))).toBe(true);
});

test.each(['timeoutBefore', 'timeoutAfter'] as const)(
  'replace: neither loses nor duplicates the right after %s on each write',
  async (kind) => {
    await open({ provider: { timeoutSeconds: 0.3 } });
    const plan = await bench.plan(right('Owner'));
    bench.sim.faults.set({
      faults: [
        { kind, ...DELETE, at: [1] },
        { kind, ...CREATE, at: [1] },
      ],
    });
    expect([failuresOf(await bench.apply(plan)), rights()]).toEqual([[], ['group:sre has Owner on prod']]);
  },
);

test('replace: waits for a right that becomes visible late instead of creating it twice', async () => {
  await open({ provider: { visibilitySeconds: 3 } });
  const plan = await bench.plan(right('Owner'));
  bench.sim.faults.set({
    visibilityDelayMs: 300,
    faults: [
      { kind: 'resetAfter', ...CREATE, at: [1] },
      { kind: 'resetAfter', ...DELETE, at: [1] },
    ],
  });
  expect([failuresOf(await bench.apply(plan)), rights()]).toEqual([[], ['group:sre has Owner on prod']]);
});

test('replace: refuses a right that was changed since the plan', async () => {
  await open();
  const plan = await bench.plan(right('Edit'));
  bench.sim.admin.setRight('prod', { group: 'sre' }, 'Owner');
  expect(failuresOf(await bench.apply(plan))).toEqual(['delinea_container_permission.g stale_plan']);
  expect(factsOf(bench.sim.state())).toContain('group:sre has Owner on prod');
});
