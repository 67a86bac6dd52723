import { objectKey } from '../model/keys.js';
import type { AccessRoute, EffectiveAccess } from './effective-access.js';
import { includesRight } from './right-order.js';
import { type AccessPrincipal, type AccessScope, isUsable } from './tenant-access.js';

/** A right that an account gains or loses on a container or role. */
export interface AccessChange {
  readonly change: 'gained' | 'lost';
  readonly principal: AccessPrincipal;
  readonly scope: AccessScope;
  readonly right: string;
  /** The rights on the same scope that it had before a gain, or keeps after a loss. */
  readonly beside: readonly string[];
  /** A shortest path by which it has the right: after a gain, before a loss. */
  readonly route: AccessRoute;
}

/** One side of a comparison. A principal has the same number on both sides. */
interface Side {
  readonly access: EffectiveAccess;
  readonly scopeAt: ReadonlyMap<string, number>;
  /** The number of each principal, and the index of each number. */
  readonly numbers: readonly number[];
  readonly indexOf: readonly (number | undefined)[];
  /** Whether the access of each principal counts. */
  readonly counts: readonly boolean[];
}

type Holders = ReturnType<EffectiveAccess['holders']>;

/**
 * Compares the access of accounts in two states of a tenant. An inactive account has none. A right that another one
 * includes is neither gained nor lost: View beside Owner. Groups appear as the paths of their members; a group whose
 * members were not read is compared itself.
 */
export function compareAccess(before: EffectiveAccess, after: EffectiveAccess): AccessChange[] {
  const numbers = new Map<string, number>();
  const [old, now] = [sideOf(before, numbers), sideOf(after, numbers)];
  const changes: AccessChange[] = [];
  for (const key of new Set([...old.scopeAt.keys(), ...now.scopeAt.keys()])) {
    const [had, has] = [holdersOf(old, key), holdersOf(now, key)];
    for (const number of new Set([...missing(old, had, now, has), ...missing(now, has, old, had)])) {
      const [lost, gained] = [rightsOf(old, had, number), rightsOf(now, has, number)];
      for (const right of gained) if (!includesRight(lost, right)) add('gained', now, key, number, right, lost);
      for (const right of lost) if (!includesRight(gained, right)) add('lost', old, key, number, right, gained);
    }
  }
  return changes;

  function add(
    change: AccessChange['change'],
    side: Side,
    key: string,
    number: number,
    right: string,
    beside: ReadonlySet<string>,
  ): void {
    const principal = side.access.principals[side.indexOf[number]!]!;
    const scope = side.access.scopes[side.scopeAt.get(key)!]!;
    const route = side.access.route(principal, scope, right)!;
    changes.push({ change, principal, scope, right, beside: [...beside].sort(), route });
  }
}

function sideOf(access: EffectiveAccess, numbers: Map<string, number>): Side {
  const numberOf = ({ kind, id }: AccessPrincipal) => {
    const key = objectKey(kind, id);
    const known = numbers.get(key) ?? numbers.size;
    numbers.set(key, known);
    return known;
  };
  const own = access.principals.map(numberOf);
  const indexOf: (number | undefined)[] = [];
  for (const [index, number] of own.entries()) indexOf[number] = index;
  return {
    access,
    scopeAt: new Map(access.scopes.map(({ kind, id }, index) => [objectKey(kind, id), index])),
    numbers: own,
    indexOf,
    counts: access.principals.map(isUsable),
  };
}

function holdersOf({ access, scopeAt }: Side, key: string): Holders {
  const at = scopeAt.get(key);
  return at === undefined ? new Map() : access.holders(at);
}

/** Returns the numbers of the principals with a right on one side that they do not have on the other. */
function missing(one: Side, holders: Holders, other: Side, others: Holders): number[] {
  const found: number[] = [];
  for (const [right, held] of holders) {
    const theirs = others.get(right);
    for (const index of held.keys()) {
      if (!one.counts[index]) continue;
      const number = one.numbers[index]!;
      const there = other.indexOf[number];
      if (there === undefined || !other.counts[there] || !theirs?.has(there)) found.push(number);
    }
  }
  return found;
}

function rightsOf({ indexOf, counts }: Side, holders: Holders, number: number): ReadonlySet<string> {
  const index = indexOf[number];
  if (index === undefined || !counts[index]) return new Set();
  return new Set([...holders].filter(([, held]) => held.has(index)).map(([right]) => right));
}
