import { afterEach, describe, expect, test } from '@jest/globals';
import { UNREADABLE } from '../../src/provider/index.js';
import { failuresOf, findingsOf, stepsOf } from '../support/assert/facts.js';
import { grant, group, membersOf, user } from '../support/tenant/declare.js';
import { openWorkbench, type Workbench } from '../support/tenant/workbench.js';

let bench: Workbench;
afterEach(() => bench.close());

const crowd = (count: number) => Array.from({ length: count }, (_, index) => user(`p${index}`));
const [first, second] = [user('first'), user('second')];

describe('guard settings of the provider block', () => {
  test('allow exactly the number of removals in allowRemovals', async () => {
    bench = await openWorkbench({ provider: { allowRemovals: 7 } });
    await bench.converge(crowd(8));
    const eight = await bench.plan([]);
    expect(findingsOf(eight)).toContain('warning refused_by_guard');
    await expect(bench.apply(eight, {}, {})).rejects.toThrow('8 of 8 users would be disabled or removed');
    const seven = await bench.plan(crowd(1));
    expect(findingsOf(seven)).not.toContain('warning refused_by_guard');
    await expect(bench.apply(seven, {}, { removals: 6 })).rejects.toMatchObject({ code: 'refused_by_guard' });
    expect(bench.sim.state().users.every(({ active }) => active)).toBe(true);
    expect(await bench.apply(seven, {}, {})).toMatchObject({ done: 7, converged: true });
  });

  test('allow the principals and orphans they list in addition to those of the run', async () => {
    const provider = {
      protectedPrincipals: ['first@example.com', 'second@example.com'],
      allowPrincipals: ['FIRST@example.com'],
      allowOrphans: ['prod'],
    };
    bench = await openWorkbench({ data: { containers: ['prod', 'stage'] }, provider });
    const owners = [grant('a', 'prod', first, 'Owner'), grant('b', 'stage', second, 'Owner')];
    await bench.converge([first, second, ...owners]);
    const plan = await bench.plan([first, second]);
    expect(stepsOf(plan)).toHaveLength(2);
    await expect(bench.apply(plan, {}, {})).rejects.toMatchObject({
      message: expect.not.stringMatching(/first@|prod/),
      remedy: [
        { kind: 'allowPrincipals', names: ['second@example.com'] },
        { kind: 'allowOrphans', names: ['stage'] },
      ],
    });
    const rest = { principals: ['second@example.com'], orphans: ['stage'] };
    expect(await bench.apply(plan, {}, rest)).toMatchObject({ done: 2, converged: true });
  });

  test('allow the number of missing objects in allowMissing unless the run gives another', async () => {
    bench = await openWorkbench({ provider: { allowMissing: 4 } });
    const groups = Array.from({ length: 6 }, (_, index) => group(`g${index}`, membersOf(first)));
    await bench.converge([first, ...groups]);
    for (const { values } of groups.slice(0, 4)) bench.sim.admin.deleteGroup(String(values.displayName));
    expect(stepsOf(await bench.plan([first, ...groups]))).toHaveLength(4);
    await expect(bench.plan([first, ...groups], { allowMissing: 3 })).rejects.toThrow('4 of 6 managed groups');
  });
});

describe('maxRequests', () => {
  test('stops the plan with an error when its reads exceed the limit', async () => {
    bench = await openWorkbench({ seedUsers: 900, provider: { maxRequests: 5, concurrency: 1 } });
    await expect(bench.plan(crowd(900))).rejects.toMatchObject({ code: 'budget_spent' });
    expect(bench.sim.log).toHaveLength(5);
    expect(UNREADABLE.has('budget_spent')).toBe(true);
  });

  test('stops the apply and skips the remaining steps when the limit is reached', async () => {
    bench = await openWorkbench({ provider: { maxRequests: 12, concurrency: 1 } });
    const plan = await bench.plan(crowd(12));
    const before = bench.sim.log.length;
    const result = await bench.apply(plan);
    expect(bench.sim.log.length - before).toBe(12);
    expect(result).toMatchObject({ converged: false, written: true });
    expect(result.done).toBeGreaterThan(0);
    const [ended, ...skipped] = failuresOf(result)
      .map((failure) => failure.split(' ')[1])
      .sort();
    expect([ended, new Set(skipped)]).toEqual(['budget_spent', new Set(['skipped'])]);
    expect(result.failures.find(({ error }) => error.code === 'skipped')?.error).toMatchObject({
      message: 'not attempted: the run needs more than the 12 requests that max_requests allows',
      remedy: [{ kind: 'raise', setting: 'maxRequests' }],
    });
  });
});
