import { afterEach, describe, expect, test } from '@jest/globals';
import { factsOf, failuresOf, groupOf, stepsOf, userOf } from '../../../test/support/assert/facts.js';
import { bind, grant, group, membersOf, user } from '../../../test/support/tenant/declare.js';
import { openWorkbench, type Workbench, type WorkbenchOptions } from '../../../test/support/tenant/workbench.js';

let bench: Workbench;
afterEach(() => bench?.close());
const open = async (options: WorkbenchOptions = {}) => {
  bench = await openWorkbench({ data: { containers: ['prod'] }, ...options });
};
const crowd = (count: number) =>
  Array.from({ length: count }, (_, index) => user(`p${String(index).padStart(3, '0')}`));
const codes = (result: { failures: readonly { error: { code: string } }[] }) =>
  result.failures.map(({ error }) => error.code);

describe('applyPlan: the failure of one step', () => {
  test('skips only the steps that need it', async () => {
    await open({ provider: { retries: 0 } });
    const [jane, tom] = [user('jane'), user('tom')] as const;
    const [sre, ops] = [group('sre', membersOf(jane)), group('ops', membersOf(tom))] as const;
    const all = [
      jane,
      tom,
      sre,
      ops,
      grant('g', 'prod', sre, 'Edit'),
      bind('b', 'User', jane),
      grant('o', 'prod', ops, 'View'),
    ];
    const plan = await bench.plan(all);
    bench.sim.faults.set({ faults: [{ kind: 'throttle', method: 'POST', path: '/ContainerPermissions', at: [1] }] });
    const first = await bench.apply(plan);
    expect(codes(first)).toEqual(['throttled']);
    expect(bench.ledger.size).toBe(all.length - 1);
    expect((await bench.converge(all)).failures).toEqual([]);
    expect(stepsOf(await bench.plan(all))).toEqual([]);
  });

  test('skips and names the steps that depend on it, directly or not', async () => {
    await open({ provider: { retries: 0 } });
    const jane = user('jane');
    const sre = group('sre', membersOf(jane));
    const plan = await bench.plan([
      jane,
      sre,
      grant('g', 'prod', sre, 'Edit'),
      group('free'),
      user('late', {}, { dependsOn: ['delinea_user.jane'] }),
    ]);
    bench.sim.faults.set({ faults: [{ kind: 'throttle', method: 'POST', path: '/users', at: [1] }] });
    const result = await bench.apply(plan);
    expect(failuresOf(result)).toEqual([
      'delinea_container_permission.g skipped',
      'delinea_group.sre skipped',
      'delinea_user.jane throttled',
      'delinea_user.late skipped',
    ]);
    expect(result.failures[1]?.error.message).toContain('delinea_user.jane');
    expect(factsOf(bench.sim.state())).toEqual(['group free: ']);
  });

  test('does not prevent a deactivation or a revocation', async () => {
    await open({ provider: { retries: 0 } });
    const [jane, tom] = [user('jane'), user('tom')] as const;
    await bench.converge([jane, tom, group('sre', membersOf(jane, tom)), bind('b', 'User', jane)]);
    const plan = await bench.plan([tom, group('sre', membersOf(tom))]);
    bench.sim.faults.set({ faults: [{ kind: 'throttle', method: 'PATCH', path: '/Groups' }] });
    expect(failuresOf(await bench.apply(plan))).toEqual(['delinea_group.sre throttled']);
    expect(factsOf(bench.sim.state())).toContain('user jane@example.com disabled');
    expect(factsOf(bench.sim.state()).filter((fact) => fact.includes(' is '))).toEqual([]);
  });
});

describe('applyPlan: a run', () => {
  test('stops when five steps in a row failed with errors of the service', async () => {
    await open({ provider: { retries: 0, concurrency: 1 } });
    const plan = await bench.plan(crowd(20));
    bench.sim.faults.set({ faults: [{ kind: 'throttle', method: 'POST', path: '/users' }] });
    const result = await bench.apply(plan);
    expect(codes(result).filter((code) => code === 'throttled')).toHaveLength(5);
    expect(codes(result).filter((code) => code === 'skipped')).toHaveLength(15);
    expect([bench.sim.requests.writes, result.done, result.written]).toEqual([5, 0, false]);
  });

  test('continues when a step in between succeeds', async () => {
    await open({ provider: { retries: 0, concurrency: 1 } });
    const plan = await bench.plan(crowd(12));
    bench.sim.faults.set({
      faults: [{ kind: 'throttle', method: 'POST', path: '/users', at: [1, 2, 3, 4, 6, 7, 8, 9] }],
    });
    const result = await bench.apply(plan);
    expect([codes(result).length, result.done]).toEqual([8, 4]);
  });

  test('starts no further step when aborted, and the next run resumes it', async () => {
    await open({ provider: { concurrency: 2 } });
    const stop = new AbortController();
    const plan = await bench.plan(crowd(30));
    const result = await bench.apply(plan, {
      signal: stop.signal,
      progress: ({ done }) => void (done >= 5 && stop.abort()),
    });
    expect(new Set(codes(result))).toEqual(new Set(['cancelled']));
    expect(result.done).toBeGreaterThanOrEqual(5);
    expect(result.done).toBeLessThan(10);
    expect([bench.sim.state().users.length, bench.ledger.size]).toEqual([result.done, result.done]);
    expect((await bench.converge(crowd(30))).failures).toEqual([]);
    expect(bench.sim.state().users).toHaveLength(30);
  });

  test('creates no second object when the run before was killed before it wrote the ledger', async () => {
    await open();
    const all = [...crowd(5), group('sre', membersOf(...crowd(5)))];
    await bench.apply(await bench.plan(all), { record: async () => undefined });
    bench.sim.resetRequests();
    const again = await bench.converge(all);
    expect([bench.sim.requests.writes, bench.ledger.size, again.failures]).toEqual([0, 6, []]);
  });

  test('reports progress and an event for every write and read-back, without attribute values', async () => {
    await open();
    const seen: string[] = [];
    const plan = await bench.plan([user('jane', { title: 'hidden-title' })]);
    const result = await bench.apply(plan, {
      progress: ({ done, total, failed }) => void seen.push(`${done}/${total} ${failed}`),
    });
    expect(seen).toEqual(['1/1 false']);
    expect(result.events.map(({ outcome, request }) => [outcome, request])).toEqual([
      ['sending', 'create'],
      ['written', 'create'],
      ['verified', undefined],
    ]);
    const text = JSON.stringify([result.events, plan]);
    for (const secret of [
      bench.sim.credentials.clientSecret,
      bench.sim.credentials.scimToken,
      bench.sim.credentials.servicePassword,
    ])
      expect(text).not.toContain(secret);
    expect(JSON.stringify(result.events)).not.toContain('hidden-title');
  });
});

describe('applyPlan: many writes to one object', () => {
  const roles: string[] = Array.from({ length: 50 }, (_, index) => `Role ${index}`);

  test('lose nothing when fifty roles are bound to one user at once and twenty removed', async () => {
    await open({
      data: { users: [{ userName: 'jane@example.com', roles: ['Kept'] }], roles },
      provider: { concurrency: 16 },
    });
    const jane = user('jane');
    const bindings = roles.map((role, index) => bind(`b${index}`, role, jane));
    expect((await bench.converge([jane, ...bindings])).failures).toEqual([]);
    expect(userOf(bench.sim.state(), 'jane').roles).toHaveLength(51);
    expect((await bench.converge([jane, ...bindings.slice(20)])).failures).toEqual([]);
    expect(new Set(userOf(bench.sim.state(), 'jane').roles)).toEqual(new Set([...roles.slice(20), 'Kept']));
  });

  test('do not undo each other when a user and its roles change at once', async () => {
    await open({ data: { roles }, provider: { concurrency: 16 } });
    const jane = (title: string) => user('jane', { title, displayName: title, department: title });
    await bench.converge([jane('a')]);
    const all = [jane('b'), ...roles.map((role, index) => bind(`b${index}`, role, jane('b')))];
    expect((await bench.converge(all)).failures).toEqual([]);
    expect(userOf(bench.sim.state(), 'jane')).toMatchObject({ title: 'b', department: 'b' });
    expect(userOf(bench.sim.state(), 'jane').roles).toHaveLength(50);
  });
});

describe('applyPlan: an object that becomes visible late', () => {
  test('is waited for when another surface refers to it', async () => {
    await open({
      data: { users: [{ userName: 'x@example.com' }], containers: ['prod'] },
      faults: { visibilityDelayMs: 250 },
      provider: { visibilitySeconds: 5 },
    });
    const jane = user('jane', { title: 'a' });
    const sre = group('sre', membersOf(jane));
    const all = [jane, sre, grant('g', 'prod', sre, 'Edit'), grant('j', 'prod', jane, 'View'), bind('b', 'User', jane)];
    expect((await bench.converge(all)).failures).toEqual([]);
    expect(factsOf(bench.sim.state())).toEqual(
      expect.arrayContaining([
        'group:sre has Edit on prod',
        'jane@example.com has View on prod',
        'jane@example.com in sre',
        'jane@example.com is User',
      ]),
    );
    expect([bench.sim.state().users.length, groupOf(bench.sim.state(), 'sre').members?.length]).toEqual([2, 1]);
  });

  test('is an error that names the attribute, and is recorded as managed', async () => {
    await open({ provider: { visibilitySeconds: 0.2 } });
    bench.sim.faults.set({ faults: [{ kind: 'dropFields', method: 'GET', path: '/users/', fields: ['title'] }] });
    const result = await bench.converge([user('jane', { title: 'a' })]);
    expect(failuresOf(result)).toEqual(['delinea_user.jane not_converged']);
    expect(result.failures[0]?.error.message).toContain('title');
    expect([result.written, result.converged, bench.ledger.size]).toEqual([true, false, 1]);
    bench.sim.faults.clear();
    expect(stepsOf(await bench.plan([user('jane', { title: 'a' })]))).toEqual([]);
  });

  test('is an error when it is a revocation', async () => {
    await open({ provider: { visibilitySeconds: 0.3 } });
    const tom = user('tom');
    await bench.converge([tom, grant('g', 'prod', tom, 'Edit')]);
    bench.sim.faults.set({ visibilityDelayMs: 60_000 });
    const result = await bench.converge([tom]);
    expect([failuresOf(result), bench.ledger.size]).toEqual([['delinea_container_permission.g not_converged'], 2]);
  });
});

test('applyPlan: refuses a plan that was made for another tenant before any request', async () => {
  await open();
  const plan = await bench.plan([user('jane')]);
  const other = await openWorkbench();
  await expect(other.apply(plan)).rejects.toMatchObject({ code: 'stale_plan' });
  expect(other.sim.requests.total).toBe(0);
  await other.close();
});

test('applyPlan: writes nothing when a plan is applied a second time', async () => {
  await open();
  const [jane, tom] = [user('jane'), user('tom')] as const;
  const plan = await bench.plan([jane, tom, group('sre', membersOf(jane)), grant('g', 'prod', tom, 'View')]);
  await bench.apply(plan);
  const state = bench.sim.state();
  bench.sim.resetRequests();
  const again = await bench.apply(plan);
  expect([again.converged, bench.sim.requests.writes, bench.sim.state()]).toEqual([true, 0, state]);
});
