import { type AccessPrincipal, type AccessScope, principalKey } from '../../provider/index.js';

/** Groups items with equal keys, in the order of the first of each group. */
export function grouped<T>(items: readonly T[], keyIn: (item: T) => readonly string[]): T[][] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = JSON.stringify(keyIn(item));
    const same = groups.get(key);
    if (same) same.push(item);
    else groups.set(key, [item]);
  }
  return [...groups.values()];
}

/** A right, or a change of one, of a principal on a scope. */
interface OnScope {
  readonly principal: AccessPrincipal;
  readonly scope: AccessScope;
}

/**
 * Joins groups of items, each of one scope, that have the same people: one entry for all of these scopes.
 * @param keyIn distinguishes groups with the same people, by their first item
 */
export function joinScopes<T extends OnScope>(
  groups: readonly (readonly T[])[],
  keyIn: (first: T) => readonly string[],
): { readonly first: T; readonly people: AccessPrincipal[]; readonly scopes: AccessScope[] }[] {
  const peopleIn = (same: readonly T[]) => same.map(({ principal }) => principal);
  const joined = grouped(groups, (same) => [...keyIn(same[0]!), ...peopleIn(same).map(principalKey).sort()]);
  return joined.map((equal) => ({
    first: equal[0]![0]!,
    people: peopleIn(equal[0]!),
    scopes: equal.map(([first]) => first!.scope),
  }));
}
