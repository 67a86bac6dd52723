import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { DelineaError } from '../model/errors.js';
import { inMegabytes } from '../model/json-size.js';
import { HEAVIEST_RUN, LONGEST_RUN_MS, LONGEST_WAITING_MS, STOP_GRACE_MS } from '../model/limits.js';

/** Limits the time and memory that one connection to a tenant uses, and ends its requests when the run is stopped. */
export class RunLimits {
  /** Aborted when the run is stopped: no request waits or is repeated any more. */
  private readonly stopping = new AbortController();
  /** Aborted some seconds later: requests without a response are given up. */
  private readonly ending = new AbortController();
  private readonly began: number;
  private waitingSince: number | undefined;
  private waiting = 0;
  private waitedMs = 0;
  /** Estimated bytes in memory, by request: an object that is read again replaces the earlier one. */
  private readonly weights = new Map<string, number>();
  private weight = 0;

  /** @param now current time in milliseconds, from any origin */
  constructor(private readonly now: () => number = () => performance.now()) {
    this.began = now();
    // Every request and every wait adds a listener.
    setMaxListeners(0, this.stopping.signal, this.ending.signal);
  }

  /** Whether the run was stopped. */
  get stopped(): boolean {
    return this.stopping.signal.aborted;
  }

  /** Aborted when requests without a response are given up. */
  get signal(): AbortSignal {
    return this.ending.signal;
  }

  /** Milliseconds that this run may still wait because the service asks for it. */
  get waitLeftMs(): number {
    const current = this.waitingSince === undefined ? 0 : this.now() - this.waitingSince;
    return Math.max(0, LONGEST_WAITING_MS - this.waitedMs - current);
  }

  /** Ends waits at once, and requests without a response after a few seconds. Then nothing more is sent. */
  stop(): void {
    if (this.stopped) return;
    this.stopping.abort();
    setTimeout(() => this.ending.abort(), STOP_GRACE_MS).unref();
  }

  /** Returns the error for a request that may not be sent any more. */
  refusal(): DelineaError | undefined {
    if (this.signal.aborted) {
      return new DelineaError('cancelled', 'not sent: the run was stopped', { hint: 'Run again.' });
    }
    if (this.now() - this.began < LONGEST_RUN_MS) return undefined;
    return new DelineaError('budget_spent', `the run takes longer than ${LONGEST_RUN_MS / 3_600_000} hours`, {
      hint: 'Nothing more was sent. Run again: the plan starts from the live state.',
    });
  }

  /** Waits before another attempt. Ends early when the run is stopped or `until` is aborted. */
  async pause(milliseconds: number, until: AbortSignal): Promise<void> {
    if (this.waiting++ === 0) this.waitingSince = this.now();
    const either = new AbortController();
    const end = () => either.abort();
    const signals = [until, this.stopping.signal];
    for (const signal of signals) signal.addEventListener('abort', end);
    if (signals.some(({ aborted }) => aborted)) end();
    await sleep(milliseconds, undefined, { signal: either.signal }).catch(() => undefined);
    for (const signal of signals) signal.removeEventListener('abort', end);
    // Requests that wait at the same time count once.
    if (--this.waiting > 0) return;
    this.waitedMs += this.now() - this.waitingSince!;
    this.waitingSince = undefined;
  }

  /**
   * Counts the memory that a read takes. @param request URL and body: a repeated read replaces the earlier one
   * @returns the reason why it is not used, as the end of a sentence; undefined if it may be
   */
  keep(request: string, bytes: number): string | undefined {
    this.weight += bytes - (this.weights.get(request) ?? 0);
    this.weights.set(request, bytes);
    if (this.weight <= HEAVIEST_RUN) return undefined;
    return `is too much: this run has read more than fits in ${inMegabytes(HEAVIEST_RUN)}`;
  }
}
