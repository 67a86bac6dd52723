import {
  type AccessPrincipal,
  type AccessScope,
  type EffectiveAccess,
  isPrivileged,
  isUsable,
  principalKey,
  rightRank,
} from '../../provider/index.js';
import type { ReviewEntry } from '../access/review-schema.js';
import type { RowState } from '../page/page-data.js';
import { grouped, joinScopes } from '../text/grouped.js';

/** Access of some people to some containers or roles, all by one path, in one state or in both. */
export interface AccessRow extends Omit<ReviewEntry, 'change'> {
  readonly state: RowState;
}

/** The changes of access, and the access around them. */
export interface AccessAround {
  /** The changes first. */
  readonly rows: readonly AccessRow[];
  /** Containers and roles with a change, for which all access in both states is in the rows. */
  readonly whole: readonly AccessScope[];
  /** Those for which only the changes are in the rows, because there is more access than the limit. */
  readonly changesOnly: readonly AccessScope[];
}

/** A right of one account on one scope, in one state or in both. */
interface Held extends Omit<AccessRow, 'people' | 'scopes'> {
  readonly principal: AccessPrincipal;
  readonly scope: AccessScope;
}

/** Rights of accounts beside the changes: more would make a page too large to open quickly. */
const MOST_HELD = 6_000;
/** Scopes with more access than is left after which no more are tried: each one costs time. */
const MISSES = 10;

/**
 * Returns the changes of access, and all other access of active accounts to the containers and roles on which something
 * changes, before and after.
 * @param entries the changes between the two states, the most important first
 * @param most number of unchanged rights up to which scopes are included, each with all of its access
 */
export function accessAround(
  entries: readonly ReviewEntry[],
  before: EffectiveAccess,
  after: EffectiveAccess,
  most = MOST_HELD,
): AccessAround {
  const changed = new Set(
    entries.flatMap(({ right, people, scopes }) =>
      people.flatMap((person) => scopes.map((scope) => keyOf(person, scope, right))),
    ),
  );
  const scopes = new Map(entries.flatMap((entry) => entry.scopes).map((scope) => [principalKey(scope), scope]));
  const [held, whole, changesOnly]: [Held[], AccessScope[], AccessScope[]] = [[], [], []];
  for (const scope of scopes.values()) {
    const found = changesOnly.length < MISSES ? heldOn(scope, before, after, changed, most - held.length) : undefined;
    if (found) held.push(...found);
    (found ? whole : changesOnly).push(scope);
  }
  const changes = entries.map(({ change, ...entry }): AccessRow => ({ ...entry, state: change }));
  return { rows: [...changes, ...rowsOf(held)], whole, changesOnly };
}

/** Returns the rights on a scope that do not change; undefined if there are more than a limit. */
function heldOn(
  scope: AccessScope,
  before: EffectiveAccess,
  after: EffectiveAccess,
  changed: ReadonlySet<string>,
  most: number,
): Held[] | undefined {
  const rights = (access: EffectiveAccess) =>
    new Map(
      access.who(scope).flatMap((each) => {
        const key = keyOf(each.principal, scope, each.right);
        return isUsable(each.principal) && !changed.has(key) ? [[key, each] as const] : [];
      }),
    );
  const [had, has] = [rights(before), rights(after)];
  const keys = new Set([...has.keys(), ...had.keys()]);
  if (keys.size > most) return undefined;
  return [...keys].flatMap((key): Held[] => {
    const [old, now] = [had.get(key), has.get(key)];
    const [{ principal, right }] = [(now ?? old)!];
    const common = { principal, scope, right, privileged: isPrivileged(right) };
    const [oldPath, newPath] = [old && pathOf(before, common), now && pathOf(after, common)];
    if (oldPath && newPath && isSamePath(oldPath, newPath)) return [{ ...common, ...newPath, state: 'unchanged' }];
    return [
      ...(oldPath ? [{ ...common, ...oldPath, state: 'only_before' as const }] : []),
      ...(newPath ? [{ ...common, ...newPath, state: 'only_after' as const }] : []),
    ];
  });
}

type Path = Pick<ReviewEntry, 'through' | 'inheritedFrom'>;

function pathOf(
  access: EffectiveAccess,
  { principal, scope, right }: Pick<Held, 'principal' | 'scope' | 'right'>,
): Path {
  const { through, inheritedFrom } = access.route(principal, scope, right)!;
  return {
    through: through.map(({ kind, id, name }) => ({ kind, id, name })),
    ...(inheritedFrom ? { inheritedFrom } : {}),
  };
}

function isSamePath(one: Path, other: Path): boolean {
  return pathKey(one) === pathKey(other);
}

function pathKey({ through, inheritedFrom }: Path): string {
  return JSON.stringify([through.map(principalKey), inheritedFrom ? principalKey(inheritedFrom) : '']);
}

/** Groups people with one path to one scope, then scopes with the same people and path. */
function rowsOf(held: readonly Held[]): AccessRow[] {
  const alike = ({ state, right, scope, ...path }: Held) => [state, right, scope.kind, pathKey(path)];
  const byScope = grouped(held, (each) => [...alike(each), principalKey(each.scope)]);
  return joinScopes(byScope, alike)
    .map(({ first: { principal: _, scope: __, ...rest }, people, scopes }): AccessRow => ({ ...rest, people, scopes }))
    .sort((one, other) => rightRank(one.right) - rightRank(other.right));
}

function keyOf(principal: AccessPrincipal, scope: AccessScope, right: string): string {
  return JSON.stringify([principalKey(principal), principalKey(scope), right]);
}
