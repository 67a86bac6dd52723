import { describe, expect, test } from '@jest/globals';
import { DelineaError } from '../model/errors.js';
import type { ResourceChange } from '../model/plan.js';
import { Ownership } from './ownership.js';
import { retryAfterDeletions, withoutDeleted } from './stale-plan.js';

const joe = {
  kind: 'user',
  id: 'joe',
  address: 'delinea_user.joe',
  key: { userName: 'joe' },
  surface: 'platform-rest',
};
const going = () => {
  const ownership = new Ownership();
  ownership.markRemoving('user joe', joe);
  return ownership;
};
const gone = () => {
  const ownership = going();
  ownership.markRemoved('user joe', joe, {});
  return ownership;
};

const ops = (...members: string[]) => ({ kind: 'group', id: '7', before: { members } });

describe('stale plan: reviewed members', () => {
  const reviewed = { members: ['jane', 'joe', 'jim'], description: 'x' };

  test('leave out a user when this session deletes it and it is not a live member', () => {
    for (const ownership of [going(), gone()]) {
      const left = withoutDeleted(ownership, ops('jane', 'jim'), reviewed);
      expect(left).toEqual({ members: ['jane', 'jim'], description: 'x' });
    }
  });

  test('keep a user when somebody else removed it, or when it is still a live member', () => {
    expect(withoutDeleted(gone(), ops('jane', 'joe'), reviewed)).toEqual(reviewed);
    expect(withoutDeleted(new Ownership(), ops('jane'), reviewed)).toEqual(reviewed);
  });

  test('leave out a user whose membership in this group the session revokes', () => {
    const ownership = new Ownership();
    ownership.markRemoving(`group-membership ${JSON.stringify(['7', 'user', 'joe'])}`, joe);
    expect(withoutDeleted(ownership, ops('jane', 'jim'), reviewed).members).toEqual(['jane', 'jim']);
    expect(withoutDeleted(ownership, { ...ops('jane', 'jim'), id: '8' }, reviewed)).toEqual(reviewed);
  });
});

describe('stale plan: a change', () => {
  const change = { delinea: { kind: 'group', before: { members: ['joe'] } } } as unknown as ResourceChange;
  const replanned = { delinea: { kind: 'group', before: { members: [] } } } as unknown as ResourceChange;
  const stale = new DelineaError('stale_plan', 'ops was changed since the plan was made: members');
  const tried = async (ownership: Ownership, error: Error, times = 1) => {
    const seen: ResourceChange[] = [];
    const work = async (current: ResourceChange) => {
      seen.push(current);
      if (seen.length <= times) throw error;
      return 'done';
    };
    const outcome = await retryAfterDeletions(ownership, change, work, async () => replanned).catch(
      (reason: unknown) => reason,
    );
    return { outcome, seen };
  };

  test('is planned once more when this session deleted a member in between, and only once', async () => {
    expect(await tried(gone(), stale)).toEqual({ outcome: 'done', seen: [change, replanned] });
    expect(await tried(gone(), stale, 2)).toEqual({ outcome: stale, seen: [change, replanned] });
  });

  test('fails when this session deleted no member, or for another reason', async () => {
    expect(await tried(new Ownership(), stale)).toEqual({ outcome: stale, seen: [change] });
    const other = new DelineaError('forbidden', 'no');
    expect(await tried(gone(), other)).toEqual({ outcome: other, seen: [change] });
  });
});
