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
