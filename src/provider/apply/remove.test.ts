import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { factsOf, failuresOf, groupOf } from '../../../test/support/assert/facts.js';
import { bind, grant, group, user } from '../../../test/support/tenant/declare.js';
import { openWorkbench, type Workbench } from '../../../test/support/tenant/workbench.js';

let bench: Workbench;
beforeEach(async () => {
  bench = await openWorkbench({ data: { users: [{ userName: 'x@example.com' }], containers: ['prod', 'stage'] } });
});
afterEach(() => bench.close());

const jane = user('jane', { title: 'a' });
const sre = group('sre');
const right = (text: string) => [sre, grant('g', 'prod', sre, text)];

test('remove: refuses a right that was changed since the plan', async () => {
  await bench.converge(right('View'));
  const plan = await bench.plan([sre]);
  bench.sim.admin.setRight('prod', { group: 'sre' }, 'Owner');
  expect(failuresOf(await bench.apply(plan))).toEqual(['delinea_container_permission.g stale_plan']);
  expect(factsOf(bench.sim.state())).toContain('group:sre has Owner on prod');
});

test('remove: succeeds without a write when the edges are already deleted', async () => {
  await bench.converge([jane, sre, grant('g', 'prod', sre, 'View'), bind('b', 'User', jane)]);
  const plan = await bench.plan([jane, sre]);
  bench.sim.admin.revoke('prod', { group: 'sre' });
  bench.sim.admin.unbindRole('User', { user: 'jane@example.com' });
  const result = await bench.apply(plan);
  expect([failuresOf(result), result.written, bench.ledger.size]).toEqual([[], false, 2]);
});

test('remove: refuses a group that was created again, and succeeds for one that is deleted', async () => {
  const own = await openWorkbench({ provider: { allowDelete: true } });
  await own.converge([group('sre', { onRemoval: 'delete' }), group('ops', { onRemoval: 'delete' })]);
  const plan = await own.plan([]);
  for (const name of ['sre', 'ops']) own.sim.admin.deleteGroup(name);
  own.sim.admin.addGroup({ displayName: 'sre' });
  const { id } = groupOf(own.sim.state(), 'sre');
  expect(failuresOf(await own.apply(plan))).toEqual(['delinea_group.sre stale_plan']);
  expect(own.sim.state().groups.map((each) => each.id)).toEqual([id]);
  await own.close();
});
