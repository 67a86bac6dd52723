/** How long nothing may begin before what is held goes on, in milliseconds. Terraform needs a few between two calls. */
const QUIET_MS = 50;

/**
 * Lets work wait until nothing else is under way. Terraform tells of its objects one at a time and ten at once, and never
 * that this was the last: what takes away waits here until whatever else can be told has been told, or done.
 */
export class Lull {
  private moving = 0;
  private held: (() => void)[] = [];
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly quietMs = QUIET_MS) {}

  /** Everything that the others may wait for runs in here. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    this.begin();
    try {
      return await work();
    } finally {
      this.end();
    }
  }

  /** Resolves when nothing moves but what waits as well. Called from inside `during`, and under no lock. */
  async quiet(): Promise<void> {
    const waiting = new Promise<void>((resolve) => this.held.push(resolve));
    this.end();
    await waiting;
  }

  private begin(): void {
    this.moving++;
    clearTimeout(this.timer);
  }

  private end(): void {
    this.moving--;
    if (this.moving > 0 || this.held.length === 0) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      const released = this.held;
      this.held = [];
      this.moving += released.length;
      for (const release of released) release();
    }, this.quietMs);
  }
}
