import { expect, test } from '@jest/globals';
import type { Allowance } from '../model/allowance.js';
import { allowancesForApply, refuseMissingAllowances } from './plan-allowances.js';

const given = (allowed: Partial<Allowance>): Allowance[] => [{ source: 'the environment', ...allowed }];
const apply = (planned: Allowance[], applied: Allowance[]) => () =>
  refuseMissingAllowances('ann', allowancesForApply(planned), applied);

test('plan allowances: a plan without one, or with one for missing objects alone, needs none for its apply', () => {
  expect(allowancesForApply(given({ missing: 3, principals: [], orphans: [] }))).toBeUndefined();
  expect(apply([], [])).not.toThrow();
});

test('plan allowances: an apply needs the count of the plan or more, and its names in any case and order', () => {
  const planned = given({ removals: 7, principals: ['a', 'b'], orphans: ['prod'] });
  const same = { removals: 7, principals: ['B', 'a'], orphans: ['Prod', 'dev'] };
  expect(apply(planned, given(same))).not.toThrow();
  expect(apply(planned, [...given({ removals: 8 }), ...given(same)])).not.toThrow();
});

test('plan allowances: an apply that lacks one is refused with the allowances to give', () => {
  const planned = given({ removals: 7, principals: ['a', 'b'], orphans: ['prod'] });
  expect(apply(planned, given({ removals: 6, principals: ['a'], orphans: [] }))).toThrow(
    expect.objectContaining({
      code: 'refused_by_guard',
      remedy: [
        { kind: 'allowRemovals', count: 7 },
        { kind: 'allowPrincipals', names: ['a', 'b'] },
        { kind: 'allowOrphans', names: ['prod'] },
      ],
    }),
  );
  expect(apply(planned, given({ removals: 7, principals: ['b', 'a'] }))).toThrow(
    expect.objectContaining({ remedy: [{ kind: 'allowOrphans', names: ['prod'] }] }),
  );
});
