import { objectKey } from '../model/keys.js';
import { type AccessRoute, EffectiveAccess } from './effective-access.js';
import { includesRight } from './right-order.js';
import type { AccessPrincipal, AccessScope, TenantAccess } from './tenant-access.js';

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

/** One side of a comparison, with its principals in the order of the other side. */
interface Side {
  readonly access: EffectiveAccess;
  readonly scopeAt: ReadonlyMap<string, number>;
  /** Number of each principal, the same on both sides. */
  readonly numbers: readonly number[];
  readonly byNumber: ReadonlyMap<number, AccessPrincipal>;
}

/**
 * Compares the access of accounts in two states of a tenant. An inactive account has none. A right that another one
 * includes is neither gained nor lost: View beside Owner. Groups appear as the paths of their members; a group whose
 * members were not read is compared itself.
 */
export function compareAccess(before: TenantAccess, after: TenantAccess): AccessChange[] {
  const numbers = new Map<string, number>();
  const [old, now] = [sideOf(before, numbers), sideOf(after, numbers)];
  const changes: AccessChange[] = [];
  for (const key of new Set([...old.scopeAt.keys(), ...now.scopeAt.keys()])) {
    const [had, has] = [rightsByPrincipal(old, key), rightsByPrincipal(now, key)];
    for (const number of new Set([...had.keys(), ...has.keys()])) {
      const [lost, gained] = [had.get(number) ?? NONE, has.get(number) ?? NONE];
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
    const principal = side.byNumber.get(number)!;
    const scope = side.access.scopes[side.scopeAt.get(key)!]!;
    const [route] = side.access.why(principal, scope, right, 1).routes;
    changes.push({ change, principal, scope, right, beside: [...beside].sort(), route: route! });
  }
}

const NONE: ReadonlySet<string> = new Set();

function sideOf(state: TenantAccess, numbers: Map<string, number>): Side {
  const access = new EffectiveAccess(state);
  const numberOf = ({ kind, id }: AccessPrincipal) => {
    const key = objectKey(kind, id);
    const known = numbers.get(key) ?? numbers.size;
    numbers.set(key, known);
    return known;
  };
  const own = access.principals.map(numberOf);
  return {
    access,
    scopeAt: new Map(access.scopes.map(({ kind, id }, index) => [objectKey(kind, id), index])),
    numbers: own,
    byNumber: new Map(own.map((number, index) => [number, access.principals[index]!])),
  };
}

/** Returns the rights on a scope of each account that can use them. */
function rightsByPrincipal({ access, scopeAt, numbers }: Side, key: string): Map<number, Set<string>> {
  const found = new Map<number, Set<string>>();
  const at = scopeAt.get(key);
  if (at === undefined) return found;
  for (const [right, holders] of access.holders(at)) {
    for (const index of holders.keys()) {
      const { active, members } = access.principals[index]!;
      if (members || active === false) continue;
      const number = numbers[index]!;
      const rights = found.get(number);
      if (rights) rights.add(right);
      else found.set(number, new Set([right]));
    }
  }
  return found;
}
