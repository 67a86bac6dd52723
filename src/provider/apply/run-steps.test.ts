import { afterEach, expect, test } from '@jest/globals';
import { failuresOf } from '../../../test/support/assert/facts.js';
import { group, user } from '../../../test/support/tenant/declare.js';
import { openWorkbench, type Workbench } from '../../../test/support/tenant/workbench.js';

let bench: Workbench;
afterEach(() => bench?.close());

test('runSteps: skips a step that needs a step that waits for it', async () => {
  bench = await openWorkbench();
  const plan = await bench.plan([user('jane'), group('sre')]);
  const changes = plan.resource_changes.map((change) => {
    const other = change.delinea.kind === 'user' ? 'delinea_group.sre' : 'delinea_user.jane';
    return { ...change, delinea: { ...change.delinea, after: [other], needs: [other] } };
  });
  const result = await bench.apply({ ...plan, resource_changes: changes });
  expect(result.failures.map(({ error }) => error.message)).toContain('skipped: circular dependency');
});

test('runSteps: reports every step once, with failures counted as done', async () => {
  bench = await openWorkbench({ provider: { retries: 0, concurrency: 1 } });
  const plan = await bench.plan([user('a'), user('b'), user('c')]);
  bench.sim.faults.set({ faults: [{ kind: 'throttle', method: 'POST', path: '/users', at: [2] }] });
  const seen: string[] = [];
  const result = await bench.apply(plan, {
    progress: ({ done, total, failed }) => void seen.push(`${done}/${total}${failed ? ' failed' : ''}`),
  });
  expect(failuresOf(result)).toEqual(['delinea_user.b throttled']);
  expect(seen).toEqual(['1/3', '2/3 failed', '3/3']);
});

test('runSteps: after a failed deactivation, an update runs and a deletion does not', async () => {
  bench = await openWorkbench({ provider: { allowDelete: true, retries: 0 } });
  const [jane, tom] = [user('jane'), user('tom', { onRemoval: 'delete' })];
  await bench.converge([jane, tom, group('sre')]);
  const plan = await bench.plan([group('sre', { description: 'x' })]);
  const login = plan.resource_changes.find(({ address }) => address === 'delinea_user.jane')!.delinea.key;
  const changes = plan.resource_changes.map((change) =>
    change.delinea.key === login ? change : { ...change, delinea: { ...change.delinea, after: [login] } },
  );
  bench.sim.faults.set({ faults: [{ kind: 'status', status: 403, method: 'PATCH', path: '/users' }] });
  const result = await bench.apply({ ...plan, resource_changes: changes });
  expect(failuresOf(result).sort()).toEqual(['delinea_user.jane forbidden', 'delinea_user.tom skipped']);
  expect(bench.sim.state().groups).toMatchObject([{ description: 'x' }]);
});
