const NONE: ReadonlySet<string> = new Set();

/** Maps a key to a set of ids. Used as index for lookups by name, member, container and principal. */
export class MultiMap {
  readonly #sets = new Map<string, Set<string>>();

  add(key: string, id: string): void {
    const set = this.#sets.get(key);
    if (set) set.add(id);
    else this.#sets.set(key, new Set([id]));
  }

  delete(key: string, id: string): void {
    const set = this.#sets.get(key);
    set?.delete(id);
    if (set?.size === 0) this.#sets.delete(key);
  }

  get(key: string): ReadonlySet<string> {
    return this.#sets.get(key) ?? NONE;
  }
}
