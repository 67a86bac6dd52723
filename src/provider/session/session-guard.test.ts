import { expect, test } from '@jest/globals';
import type { ResourceChange } from '../model/plan.js';
import { unchangedEntry } from '../plan/build-entry.js';
import type { TenantReader } from '../read/tenant-reader.js';
import { SessionChanges } from './session-changes.js';
import { SessionGuard } from './session-guard.js';

const LIVE = 10;
const reader = { snapshot: { view: () => ({ count: async () => LIVE }) } } as unknown as TenantReader;

function guardWith(allowance: { removals?: number } = {}): SessionGuard {
  const allowances = [{ source: 'the environment', ...allowance }];
  return new SessionGuard(reader, { protectedPrincipals: [], allowances }, new SessionChanges(), () => false);
}

function removed(index: number): ResourceChange {
  const change = unchangedEntry('user', `delinea_user.u${index}`, { userName: `u${index}` }, 's', `${index}`);
  return { ...change, delinea: { ...change.delinea, operation: 'deactivate' } };
}

const remove = async (guard: SessionGuard, count: number) => {
  const outcomes = [];
  for (let index = 0; index < count; index++) {
    outcomes.push(await guard.enforceRemovals(removed(index)).catch((error: unknown) => error));
  }
  return outcomes;
};

test('session guard: removals of an apply are refused beyond the limit, with the count so far', async () => {
  const outcomes = await remove(guardWith(), 7);
  expect(outcomes.slice(0, 5)).toEqual([0, 1, 2, 3, 4].map((index) => [`user ${index}`]));
  expect(outcomes.slice(5)).toMatchObject([
    {
      message: '6 of 10 users would be disabled or removed (limit 5)',
      remedy: [{ kind: 'allowRemovals', count: 6, soFar: true }],
    },
    {
      message: '7 of 10 users would be disabled or removed (limit 5)',
      remedy: [{ kind: 'allowRemovals', count: 7, soFar: true }],
    },
  ]);
});

test('session guard: an allowance is an upper limit, because a session does not know its total', async () => {
  const outcomes = await remove(guardWith({ removals: 6 }), 7);
  expect(outcomes.slice(0, 6)).toEqual([0, 1, 2, 3, 4, 5].map((index) => [`user ${index}`]));
  expect(outcomes[6]).toMatchObject({ code: 'refused_by_guard' });
});

test('session guard: a removal counts no longer when it did not happen', async () => {
  const guard = guardWith();
  await remove(guard, 5);
  expect(await guard.wouldRefuse(removed(5))).toBe(true);
  guard.uncount(['user 0']);
  expect(await guard.wouldRefuse(removed(5))).toBe(false);
});
