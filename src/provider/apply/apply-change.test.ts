import { afterEach, expect, test } from '@jest/globals';
import { failuresOf } from '../../../test/support/assert/facts.js';
import { user } from '../../../test/support/tenant/declare.js';
import { allGrants } from '../../../test/support/tenant/declare-sets.js';
import { openWorkbench, type Workbench } from '../../../test/support/tenant/workbench.js';
import type { Operation, Plan } from '../model/plan.js';

let bench: Workbench;
afterEach(() => bench?.close());

const jane = user('jane');
const outcomes = (events: readonly { address: string; outcome: string }[]) =>
  events.map(({ address, outcome }) => `${address} ${outcome}`);

/** Returns the plan with another operation for each change, as a plan file could have it. */
function withOperation(plan: Plan, operation: Operation): Plan {
  const changes = plan.resource_changes.map((change) => ({ ...change, delinea: { ...change.delinea, operation } }));
  return { ...plan, resource_changes: changes };
}

test('applyChange: adopts an equal object without a write and records it', async () => {
  bench = await openWorkbench({ data: { users: [{ userName: 'jane@example.com' }] } });
  const plan = withOperation(await bench.plan([jane]), 'adopt');
  const { events, written } = await bench.apply(plan);
  expect([outcomes(events), written, bench.ledger.size]).toEqual([['delinea_user.jane adopted'], false, 1]);
});

test('applyChange: forgets an object without a write', async () => {
  bench = await openWorkbench();
  await bench.converge([jane]);
  const { events, written } = await bench.apply(await bench.plan([], { forgotten: [jane.address] }));
  expect([outcomes(events), written, bench.ledger.size]).toEqual([['delinea_user.jane forgotten'], false, 0]);
});

test('applyChange: refuses a deletion when the provider does not allow it, even if the plan has it', async () => {
  bench = await openWorkbench();
  await bench.converge([jane]);
  const result = await bench.apply(withOperation(await bench.plan([]), 'delete'));
  expect(failuresOf(result)).toEqual(['delinea_user.jane guarded']);
  expect(result.failures[0]?.error.remedy).toEqual([
    { kind: 'set', attribute: 'allowDelete', value: true, on: 'provider' },
  ]);
  expect(bench.sim.state().users).toHaveLength(1);
});

test('applyChange: notes open sessions when an account is deactivated', async () => {
  bench = await openWorkbench();
  await bench.converge([jane]);
  bench.sim.admin.openSession('jane@example.com');
  bench.sim.faults.set({ faults: [{ kind: 'status', status: 403, path: '/v1/secrets' }] });
  const { notes } = await bench.apply(await bench.plan([]));
  expect(notes.map(({ message }) => message)).toEqual([
    expect.stringMatching(
      /^jane@example\.com: login disabled; sessions: 1 open; check-outs could not be read \(check-outs: .*403/,
    ),
  ]);
});

test('applyChange: logs a failed edge on its own line, before the line of its resource', async () => {
  bench = await openWorkbench({ data: { containers: ['prod'] }, provider: { retries: 0 } });
  const plan = await bench.plan([jane, allGrants('all', 'prod', [[jane, 'View']])]);
  bench.sim.faults.set({ faults: [{ kind: 'throttle', method: 'POST', path: '/ContainerPermissions' }] });
  const { events } = await bench.apply(plan);
  const failed = events.filter(({ outcome }) => outcome === 'failed');
  expect(failed.map(({ label, kind }) => `${kind}: ${label}`)).toEqual([
    'container-permission: View of jane@example.com on prod',
    expect.stringMatching(/^container-permissions: /),
  ]);
});
