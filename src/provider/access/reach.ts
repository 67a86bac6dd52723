/** A principal on a walk through groups. */
export interface Reached<T> {
  readonly at: T;
  /** Number of steps on the shortest way; 0: a start. */
  readonly hops: number;
  /** The principal before it on that way. */
  readonly from: Reached<T> | undefined;
}

/**
 * Walks through groups, which may contain each other: to the members at any depth, or to the groups around a principal.
 * Yields each principal once, the nearest first, and takes those next to it. It reads nothing itself, so it serves callers
 * that have all groups, and callers that read a tenant only as far as they walk.
 * @param keyOf distinguishes principals
 * @returns everything that it reached, by key
 */
export function* reach<T, K>(
  starts: readonly T[],
  keyOf: (principal: T) => K,
): Generator<Reached<T>, ReadonlyMap<K, Reached<T>>, readonly T[]> {
  const found = new Map<K, Reached<T>>();
  for (const at of starts) found.set(keyOf(at), { at, hops: 0, from: undefined });
  // A map can be extended while it is read: the entries that are added come last.
  for (const each of found.values()) {
    for (const at of yield each) {
      const key = keyOf(at);
      if (!found.has(key)) found.set(key, { at, hops: each.hops + 1, from: each });
    }
  }
  return found;
}

/** Returns everything that is reached in a tenant of which all groups are known. @param nextTo the principals next to one */
export function reachAll<T, K>(
  starts: readonly T[],
  keyOf: (principal: T) => K,
  nextTo: (principal: T) => readonly T[],
): ReadonlyMap<K, Reached<T>> {
  const walk = reach(starts, keyOf);
  let step = walk.next();
  while (!step.done) step = walk.next(nextTo(step.value.at));
  return step.value;
}

/** Returns the principals on the way: the nearest to the start first, the one that is reached last. */
export function wayTo<T>(reached: Reached<T>): T[] {
  const way: T[] = [];
  for (let each = reached; each.from; each = each.from) way.push(each.at);
  return way.reverse();
}

/** The distance of each principal that a walk reaches, by its index, the nearest first. */
export type Distances = ReadonlyMap<number, number>;

/**
 * The same walk for principals that are numbered, of which only the distances are needed: a third of the time, which
 * matters where it is made for every container. @param links the principals next to each one
 */
export function distances(starts: readonly number[], links: readonly (readonly number[])[]): Distances {
  const found = new Map<number, number>();
  for (const start of starts) found.set(start, 0);
  for (const [at, hops] of found) {
    for (const next of links[at]!) if (!found.has(next)) found.set(next, hops + 1);
  }
  return found;
}
