import { afterEach, describe, expect, test } from '@jest/globals';
import type { Fault } from '../../src/simulator/index.js';
import { factsOf, stepsOf } from '../support/assert/facts.js';
import { duplicatesIn } from '../support/sweep/tenant-facts.js';
import { bind, grant, group, membersOf, user } from '../support/tenant/declare.js';
import { allGrants, allHolders } from '../support/tenant/declare-sets.js';
import { openWorkbench, type Workbench } from '../support/tenant/workbench.js';

let bench: Workbench;
afterEach(() => bench?.close());

const [jane, tom] = [user('jane', { displayName: 'Jane' }), user('tom')];
const sre = group('sre', membersOf(jane, tom));
const start = [
  jane,
  tom,
  sre,
  grant('jane_on_prod', 'prod', jane, 'View', { secretRight: 'List' }),
  allGrants('stage', 'stage', [
    [jane, 'Owner'],
    [tom, 'View'],
  ]),
  bind('jane_user', 'User', jane),
  allHolders('operators', 'Operator', [sre, tom]),
];
const target = [
  user('jane', { displayName: 'Jane D.' }),
  tom,
  group('sre', membersOf(tom)),
  grant('jane_on_prod', 'prod', jane, 'Edit', { secretRight: 'View' }),
  allGrants('stage', 'stage', [
    [jane, 'Owner'],
    [sre, 'Edit'],
  ]),
  bind('jane_user', 'Auditor', jane),
  allHolders('operators', 'Operator', [tom]),
];

const FAULTS: readonly Pick<Fault, 'kind' | 'status'>[] = [
  { kind: 'timeoutAfter' },
  { kind: 'status', status: 500 },
  { kind: 'status', status: 403 },
  { kind: 'status', status: 401 },
  { kind: 'expired403' },
  { kind: 'truncate' },
];

async function open(): Promise<void> {
  bench = await openWorkbench({
    data: {
      users: [{ userName: 'stranger@example.com' }],
      groups: [{ displayName: 'others', members: ['stranger@example.com'] }],
      roles: ['Auditor', 'Operator'],
      containers: ['prod', 'stage'],
      containerPermissions: [{ container: 'prod', group: 'others', right: 'Edit', secretRight: 'Edit' }],
      roleBindings: [{ role: 'Auditor', user: 'stranger@example.com' }],
    },
    provider: { profile: 'secret-server', timeoutSeconds: 0.3, visibilitySeconds: 0.5, retries: 1, concurrency: 1 },
  });
}

const WRITES = { method: 'POST|PUT|PATCH|DELETE', path: '/SecretServer/api/' };

/** Returns the number of writes of a run, and the tenant after it. */
async function reference(before: typeof start, after: typeof start) {
  await open();
  if (before.length > 0) await bench.converge(before);
  bench.sim.resetRequests();
  expect((await bench.converge(after)).failures).toEqual([]);
  const writes = bench.sim.log.filter(({ method, path }) => method !== 'GET' && path.startsWith('/SecretServer/api/'));
  const facts = factsOf(bench.sim.state());
  await bench.close();
  return { count: writes.length, facts };
}

describe.each([
  ['creates everything', [], start, 0],
  ['changes and revokes', start, target, 1],
])('an apply on Secret Server that %s', (_, before, after, offset) => {
  // The sweep has every fault at every request.
  test('converges in the next run when one of its writes fails, each with another fault', async () => {
    const { count, facts } = await reference(before, after);
    expect(count).toBeGreaterThan(7);
    for (let at = 1; at <= count; at++) {
      await open();
      if (before.length > 0) await bench.converge(before);
      const kept = factsOf(bench.sim.state()).filter((fact) => facts.includes(fact));
      const fault = FAULTS[(at + offset) % FAULTS.length]!;
      bench.sim.faults.set({ faults: [{ ...WRITES, ...fault, at: [at] }] });
      const first = await bench.converge(after).catch((error: unknown) => error);
      expect(bench.sim.log.filter(({ faults }) => faults.length > 0)).toHaveLength(1);
      expect(factsOf(bench.sim.state())).toEqual(expect.arrayContaining(kept));
      bench.sim.faults.clear();
      const { failures } = await bench.converge(after);
      const outcome = { at, fault, first: String(first), failures, facts: factsOf(bench.sim.state()) };
      expect(outcome).toMatchObject({ failures: [], facts });
      expect(duplicatesIn(bench.sim.state())).toEqual([]);
      expect(stepsOf(await bench.plan(after))).toEqual([]);
      await bench.close();
    }
  });
});

test.each([
  ['user', '/users$'],
  ['group', '/groups$'],
  ['permission', '/folder-permissions$'],
])('a %s whose creation had no response is found by read-back, and is not created twice', async (_, path) => {
  const { facts } = await reference([], start);
  await open();
  bench.sim.faults.set({ faults: [{ kind: 'timeoutAfter', method: 'POST', path, at: [1] }] });
  expect((await bench.converge(start)).failures).toEqual([]);
  expect(bench.sim.log.filter(({ faults }) => faults.length > 0)).toHaveLength(1);
  expect(factsOf(bench.sim.state())).toEqual(facts);
  expect(duplicatesIn(bench.sim.state())).toEqual([]);
});
