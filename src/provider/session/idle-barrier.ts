/** How long nothing may begin before what is held goes on, in milliseconds. Terraform needs a few between two calls. */
const QUIET_MS = 50;

/** How much longer nothing may begin, in milliseconds, before that counts as everything: a busy machine takes its time. */
const STILL_MS = 250;

/** So often one goes on at a time: each may let those be told that say what the others have to do. */
const ONE_BY_ONE = 20;

interface Waiting {
  goOn(isAllTold: boolean): void;
  isSettled(): boolean;
}

/**
 * Lets work wait until nothing else is under way. Terraform tells of its objects one at a time and ten at once, and never
 * that this was the last: what takes away waits here until whatever else can be told has been told, or done.
 */
export class IdleBarrier {
  private moving = 0;
  private readonly held = {
    giving: [] as Waiting[],
    staying: [] as Waiting[],
    taking: [] as Waiting[],
    refusing: [] as Waiting[],
  };
  private timer: NodeJS.Timeout | undefined;
  /** Nothing has begun since it became quiet: that it stays so once more means that nothing else will be told. */
  private isStill = false;
  private guesses = 0;
  /** So many have waited at once to take away. */
  maxWaitingRemovals = 0;

  constructor(
    private readonly quietMs = QUIET_MS,
    private readonly stillMs = STILL_MS,
  ) {}

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
  async afterReads(): Promise<void> {
    await this.wait(this.held.giving, () => false);
  }

  /**
   * Resolves later still: when nothing moves, and nobody waits in `quiet`. What gives goes first, since it may be told
   * only then what else stays. All who wait may be all that Terraform asks at once: some of them go on first, and where
   * that lets nothing new begin, the others know that they have been told everything.
   * @param isSettled whether nothing that is still to be told would change what it does: such go on first, else one, later half
   * @returns false: somebody else still waits, and will know more
   */
  beforeRemovals(isSettled: Waiting['isSettled'] = () => false): Promise<boolean> {
    return this.wait(this.held.taking, isSettled);
  }

  /**
   * Resolves before anybody takes away or is refused: what does nothing, and waits only to know how it ends elsewhere.
   * @param isSettled whether that is known
   */
  async beforeAdoptions(isSettled: Waiting['isSettled']): Promise<void> {
    await this.wait(this.held.staying, isSettled);
  }

  /**
   * Resolves last of all, when nobody waits otherwise: what is refused on the ground that nobody else has told of it.
   * @returns false: it is settled by now
   */
  beforeRejections(isSettled: Waiting['isSettled']): Promise<boolean> {
    return this.wait(this.held.refusing, isSettled);
  }

  private wait(held: Waiting[], isSettled: Waiting['isSettled']): Promise<boolean> {
    const waiting = new Promise<boolean>((goOn) => held.push({ goOn, isSettled }));
    this.end();
    return waiting;
  }

  private begin(): void {
    this.moving++;
    this.isStill = false;
    clearTimeout(this.timer);
  }

  private end(): void {
    this.moving--;
    this.rest();
  }

  private rest(): void {
    if (this.moving > 0 || Object.values(this.held).every(({ length }) => length === 0)) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.release(), this.isStill ? this.stillMs : this.quietMs);
  }

  private release(): void {
    const { giving, staying, taking, refusing } = this.held;
    this.maxWaitingRemovals = Math.max(this.maxWaitingRemovals, taking.length);
    const isAllTold = giving.length === 0 && this.isStill;
    if (giving.length === 0) this.isStill = true;
    const going = giving.length > 0 ? giving : this.someOf(staying, taking, refusing, isAllTold);
    const released = new Set(going);
    for (const held of [giving, staying, taking, refusing])
      held.splice(0, held.length, ...held.filter((one) => !released.has(one)));
    this.moving += released.size;
    for (const { goOn } of released) goOn(isAllTold);
    if (released.size === 0) this.rest();
  }

  /**
   * Of those that take away, at least one stays until everything is told, and of several half, so that many will have been
   * told everything; nobody who does nothing is in their way.
   */
  private someOf(
    staying: readonly Waiting[],
    taking: readonly Waiting[],
    refusing: readonly Waiting[],
    isAllTold: boolean,
  ): readonly Waiting[] {
    const settled = [
      ...refusing.filter((one) => one.isSettled()),
      ...staying.filter((one) => one.isSettled()),
      ...taking.filter((one) => one.isSettled()).slice(0, Math.ceil((taking.length - 1) / 2)),
    ];
    if (!isAllTold && settled.length > 0) return settled;
    if (staying.length > 0) return staying;
    if (isAllTold) return taking.length > 0 ? taking : refusing;
    if (taking.length > 1) this.guesses++;
    return taking.slice(0, this.guesses > ONE_BY_ONE ? taking.length / 2 : Math.min(1, taking.length - 1));
  }
}
