/** Idle time in milliseconds before waiting work is released. Terraform needs a few milliseconds between two requests. */
const QUIET_MS = 50;

/** Extra idle time in milliseconds after which the barrier assumes that Terraform has sent every request. */
const STILL_MS = 250;

/** Number of waiters that are released one by one. Each release may trigger the request that settles the others. */
const ONE_BY_ONE = 20;

interface Waiter {
  release(isComplete: boolean): void;
  isSettled(): boolean;
}

/**
 * Delays work until the session is idle. Terraform sends requests one at a time and up to `-parallelism` at once, and
 * never marks the last one: work that depends on the whole configuration waits here until all other work has ended or
 * waits as well.
 */
export class IdleBarrier {
  private active = 0;
  private readonly waiting = {
    reads: [] as Waiter[],
    adoptions: [] as Waiter[],
    removals: [] as Waiter[],
    rejections: [] as Waiter[],
  };
  private timer: NodeJS.Timeout | undefined;
  /** The session has been idle once without a new request. If it stays idle, every request has been sent. */
  private isStill = false;
  private guesses = 0;
  /** The largest number of removals that waited at the same time, which shows Terraform's parallelism. */
  maxWaitingRemovals = 0;

  constructor(
    private readonly quietMs = QUIET_MS,
    private readonly stillMs = STILL_MS,
  ) {}

  /** Runs work during which the session counts as busy. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    this.begin();
    try {
      return await work();
    } finally {
      this.end();
    }
  }

  /** Resolves when all other work waits. Call it inside `during` and without holding a lock. */
  async afterReads(): Promise<void> {
    await this.wait(this.waiting.reads, () => false);
  }

  /**
   * Resolves when the session is idle and nothing waits in `afterReads`, so grants run before removals. The waiters may
   * fill Terraform's parallelism: then some are released, and if no new request follows, every request has been sent.
   * @param isSettled whether later requests cannot change this removal: such waiters are released first
   * @returns whether every request has been sent; otherwise others still wait and will know more
   */
  beforeRemovals(isSettled: Waiter['isSettled'] = () => false): Promise<boolean> {
    return this.wait(this.waiting.removals, isSettled);
  }

  /**
   * Resolves before any removal or rejection. For work that changes nothing and depends on the result of another address.
   * @param isSettled whether that result is known
   */
  async beforeAdoptions(isSettled: Waiter['isSettled']): Promise<void> {
    await this.wait(this.waiting.adoptions, isSettled);
  }

  /**
   * Resolves last, when nothing else waits. For errors that another address may make unnecessary.
   * @returns whether every request has been sent; otherwise `isSettled` has become true
   */
  beforeRejections(isSettled: Waiter['isSettled']): Promise<boolean> {
    return this.wait(this.waiting.rejections, isSettled);
  }

  private wait(queue: Waiter[], isSettled: Waiter['isSettled']): Promise<boolean> {
    const released = new Promise<boolean>((release) => queue.push({ release, isSettled }));
    this.end();
    return released;
  }

  private begin(): void {
    this.active++;
    this.isStill = false;
    clearTimeout(this.timer);
  }

  private end(): void {
    this.active--;
    this.startTimer();
  }

  private startTimer(): void {
    if (this.active > 0 || Object.values(this.waiting).every(({ length }) => length === 0)) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.release(), this.isStill ? this.stillMs : this.quietMs);
  }

  private release(): void {
    const { reads, removals } = this.waiting;
    this.maxWaitingRemovals = Math.max(this.maxWaitingRemovals, removals.length);
    const isComplete = reads.length === 0 && this.isStill;
    if (reads.length === 0) this.isStill = true;
    const released = new Set(reads.length > 0 ? reads : this.selectWaiters(isComplete));
    for (const queue of Object.values(this.waiting)) {
      queue.splice(0, queue.length, ...queue.filter((waiter) => !released.has(waiter)));
    }
    this.active += released.size;
    for (const waiter of released) waiter.release(isComplete);
    if (released.size === 0) this.startTimer();
  }

  /**
   * Selects the waiters to release. Until every request has been sent, at least one removal keeps waiting, and about
   * half of several, so that most removals are checked with all changes known.
   */
  private selectWaiters(isComplete: boolean): readonly Waiter[] {
    const { adoptions, removals, rejections } = this.waiting;
    const settled = [
      ...rejections.filter((waiter) => waiter.isSettled()),
      ...adoptions.filter((waiter) => waiter.isSettled()),
      ...removals.filter((waiter) => waiter.isSettled()).slice(0, Math.ceil((removals.length - 1) / 2)),
    ];
    if (!isComplete && settled.length > 0) return settled;
    if (adoptions.length > 0) return adoptions;
    if (isComplete) return removals.length > 0 ? removals : rejections;
    if (removals.length > 1) this.guesses++;
    return removals.slice(0, this.guesses > ONE_BY_ONE ? removals.length / 2 : Math.min(1, removals.length - 1));
  }
}
