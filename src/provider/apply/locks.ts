/** Lets one task at a time touch one thing; others wait their turn in the order they came. */
export class Locks {
  private readonly tails = new Map<string, Promise<unknown>>();

  async hold<T>(key: string, task: () => Promise<T>): Promise<T> {
    const before = this.tails.get(key) ?? Promise.resolve();
    const mine = before.then(task, task);
    const tail = mine.catch(() => undefined);
    this.tails.set(key, tail);
    try {
      return await mine;
    } finally {
      if (this.tails.get(key) === tail) this.tails.delete(key);
    }
  }
}
