import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { factsOf, failuresOf, stepsOf } from '../../../test/support/assert/facts.js';
import { bind, grant, group, membersOf, user } from '../../../test/support/tenant/declare.js';
import { openWorkbench, type Workbench } from '../../../test/support/tenant/workbench.js';

let bench: Workbench;
beforeEach(async () => {
  bench = await openWorkbench({
    data: { containers: ['prod'], roles: ['Root'] },
    provider: { adminRoles: ['Root'], retries: 0, visibilitySeconds: 0.3 },
  });
});
afterEach(() => bench.close());

const [jane, tom, kim] = [user('jane'), user('tom'), user('kim')] as const;
const facts = () => factsOf(bench.sim.state());

const swaps = [
  [
    'the Owner of a container',
    [jane, tom, grant('old', 'prod', jane, 'Owner')],
    [jane, tom, grant('new', 'prod', tom, 'Owner')],
    { method: 'POST', path: '/ContainerPermissions' },
    'jane@example.com has Owner on prod',
  ],
  [
    'the Owner, who leaves',
    [jane, tom, grant('old', 'prod', jane, 'Owner')],
    [tom, grant('new', 'prod', tom, 'Owner')],
    { method: 'POST', path: '/ContainerPermissions' },
    'user jane@example.com active',
  ],
  [
    'the holder of an admin role',
    [jane, tom, bind('old', 'Root', jane)],
    [jane, tom, bind('new', 'Root', tom)],
    { method: 'PATCH', path: '/users/' },
    'jane@example.com is Root',
  ],
  [
    'the members of the group that owns',
    [
      jane,
      kim,
      group('a', membersOf(jane)),
      group('b'),
      grant('a', 'prod', group('a'), 'Owner'),
      grant('b', 'prod', group('b'), 'Owner'),
    ],
    [
      jane,
      kim,
      group('a', { members: [], allowEmpty: true }),
      group('b', membersOf(kim)),
      grant('a', 'prod', group('a'), 'Owner'),
      grant('b', 'prod', group('b'), 'Owner'),
    ],
    { method: 'PATCH', path: '/Groups/' },
    'jane@example.com in a',
  ],
] as const;

test.each(swaps)(
  '%s changes hands: where the new one cannot be given, the old one stays',
  async (_, before, after, fault, kept) => {
    expect(failuresOf(await bench.converge(before))).toEqual([]);
    const plan = await bench.plan(after);
    expect(plan.delinea.evidence.orphans).toEqual([]);
    bench.sim.faults.set({ strikes: [{ kind: 'status', status: 500, ...fault }] });
    const failed = await bench.apply(plan);
    expect(failed.failures.map(({ error }) => error.code)).toContain('skipped');
    expect(facts()).toContain(kept);
    bench.sim.faults.clear();
    expect(failuresOf(await bench.converge(after))).toEqual([]);
    expect(facts()).not.toContain(kept);
    expect(stepsOf(await bench.plan(after))).toEqual([]);
  },
);

test('whoever leaves for other reasons leaves all the same', async () => {
  await bench.converge([jane, tom, kim, grant('old', 'prod', jane, 'Owner')]);
  const after = [jane, tom, grant('new', 'prod', tom, 'Owner')];
  bench.sim.faults.set({ strikes: [{ kind: 'status', status: 500, method: 'POST', path: '/ContainerPermissions' }] });
  await bench.converge(after);
  expect(facts()).toContain('user kim@example.com disabled');
  expect(facts()).toContain('jane@example.com has Owner on prod');
});
