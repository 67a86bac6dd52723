import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { failuresOf, groupOf, userOf } from '../../../test/support/assert/facts.js';
import { grant, group, membersOf, user } from '../../../test/support/tenant/declare.js';
import { openWorkbench, type Workbench } from '../../../test/support/tenant/workbench.js';

let bench: Workbench;
beforeEach(async () => {
  bench = await openWorkbench({ data: { users: [{ userName: 'x@example.com' }], containers: ['prod', 'stage'] } });
});
afterEach(() => bench.close());

const jane = user('jane', { title: 'a' });

test('create: adopts an equal object without a write when it was created since the plan', async () => {
  const plan = await bench.plan([jane]);
  bench.sim.admin.addUser({ userName: 'JANE@example.com', title: 'a' });
  const result = await bench.apply(plan);
  expect([result.converged, bench.sim.requests.writes, bench.ledger.size]).toEqual([true, 0, 1]);
});

test.each([
  ['differs', { title: 'z' }, 'stale_plan'],
  ['is disabled', { title: 'a', active: false }, 'consent_missing'],
])('create: refuses an object that was created since the plan and %s', async (_, seen, code) => {
  const plan = await bench.plan([jane]);
  bench.sim.admin.addUser({ userName: 'jane@example.com', ...seen });
  expect(failuresOf(await bench.apply(plan))).toEqual([`delinea_user.jane ${code}`]);
  expect(userOf(bench.sim.state(), 'jane')).toMatchObject(seen);
  expect([bench.sim.requests.writes, bench.ledger.size]).toEqual([0, 0]);
});

test('create: refuses a group with members that was created since the plan', async () => {
  const plan = await bench.plan([jane, group('sre', membersOf(jane))]);
  bench.sim.admin.addGroup({ displayName: 'sre', members: ['x@example.com'] });
  expect(failuresOf(await bench.apply(plan))).toEqual(['delinea_group.sre stale_plan']);
  expect(groupOf(bench.sim.state(), 'sre').members).toEqual(['x@example.com']);
});

test.each([
  ['user', () => user('jane', { title: 'a' }), '/users'],
  ['group', () => group('ops', { description: 'a' }), '/Groups'],
] as const)('create: makes one %s when the result of the create is unknown', async (_, declare, path) => {
  for (const kind of ['resetBefore', 'resetAfter', 'status', 'truncate', 'html502'] as const) {
    const own = await openWorkbench({ faults: { faults: [{ kind, method: 'POST', path, at: [1] }] } });
    const result = await own.converge([declare()]);
    const { users, groups } = own.sim.state();
    expect([kind, failuresOf(result), users.length + groups.length, own.ledger.size]).toEqual([kind, [], 1, 1]);
    await own.close();
  }
});

test('create: is not repeated when its result is unknown and the read after it fails', async () => {
  const sre = group('sre');
  const declared = [sre, grant('g', 'prod', sre, 'Owner')];
  const own = await openWorkbench({
    data: { groups: [{ displayName: 'y' }], containers: ['prod'] },
    uniquePermissions: false,
    provider: { retries: 0 },
  });
  try {
    await own.converge([sre]);
    const plan = await own.plan(declared);
    // Reads of the step: before the create, and after it.
    const path = '/ContainerPermissions';
    own.sim.faults.set({
      faults: [
        { kind: 'resetAfter', method: 'POST', path },
        { kind: 'status', method: 'GET', path, at: [2] },
      ],
    });
    const result = await own.apply(plan);
    expect(failuresOf(result)).toEqual(['delinea_container_permission.g host_unreachable']);
    expect(result.failures[0]?.error.uncertain).toBe(true);
    own.sim.faults.clear();
    expect((await own.converge(declared)).failures).toEqual([]);
    expect(own.sim.state().containerPermissions).toHaveLength(1);
  } finally {
    await own.close();
  }
});

test('create: writes the members that the service left out of it, and records those that it shows', async () => {
  const own = await openWorkbench({ provider: { visibilitySeconds: 0 } });
  try {
    own.sim.faults.set({ faults: [{ kind: 'ignoreFields', method: 'POST', path: '/Groups', fields: ['members'] }] });
    expect((await own.converge([jane, group('sre', membersOf(jane))])).failures).toEqual([]);
    expect(groupOf(own.sim.state(), 'sre').members).toEqual(['jane@example.com']);
    own.sim.faults.set({
      faults: [
        { kind: 'ignoreFields', method: 'POST', path: '/Groups', fields: ['members'] },
        { kind: 'status', status: 400, method: 'PATCH', path: '/Groups' },
      ],
    });
    const ops = [jane, group('sre', membersOf(jane)), group('ops', membersOf(jane))];
    expect(failuresOf(await own.converge(ops))).toEqual(['delinea_group.ops rejected']);
    const entry = [...own.ledger.values()].find(({ address }) => address === 'delinea_group.ops');
    expect(entry?.managedMembers).toEqual({});
    own.sim.faults.clear();
    expect((await own.converge(ops)).failures).toEqual([]);
    expect(groupOf(own.sim.state(), 'ops').members).toEqual(['jane@example.com']);
  } finally {
    await own.close();
  }
});
