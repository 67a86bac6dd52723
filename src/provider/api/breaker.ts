import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import pLimit from 'p-limit';
import { DelineaError, type ErrorCode } from '../model/errors.js';
import { belowConnectorThreshold, CONNECTOR_THRESHOLD, ERRORS_BEFORE_STOP } from './breaker-limits.js';

/** All of them may fail before the first failure is known, and even that must end well before the connector does. */
const IN_FLIGHT = CONNECTOR_THRESHOLD - ERRORS_BEFORE_STOP;

/** What an attempt says of the service: it works, it refused this request (which says neither), it is failing. */
export type Verdict = 'works' | 'refused' | 'failing';

/** Errors that come of a failing service, and after a stop have no other attempt before them. */
const OF_THE_SERVICE: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'server_error',
  'timed_out',
  'host_unreachable',
  'malformed_response',
  'wrong_surface',
  'throttled',
]);

/**
 * Counts the errors in a row of one service over all workers, every attempt counted, and stops at the fifth: nothing
 * more is sent. From the first error on requests go out one at a time, until one that was sent after it succeeds.
 */
export class Breaker {
  private readonly turns = pLimit(IN_FLIGHT);
  private readonly stop = new AbortController();
  private readonly drained: (() => void)[] = [];
  private inFlight = 0;
  private inARow = 0;
  /** Of the whole run: tells which errors a request was sent after. */
  private errors = 0;

  /** @param title of the service, for people */
  constructor(private readonly title: string) {
    // As many wait as there are requests.
    setMaxListeners(0, this.stop.signal);
  }

  get stopped(): boolean {
    return this.stop.signal.aborted;
  }

  /**
   * One attempt, when it is its turn.
   * @throws DelineaError `stopped` instead of sending, and whatever `attempt` throws, which counts as an error
   */
  send<T>(attempt: () => Promise<T>, judge: (result: T) => Verdict): Promise<T> {
    return this.turns(async () => {
      if (this.stopped) throw await this.reason();
      const before = this.errors;
      this.inFlight++;
      let verdict: Verdict = 'failing';
      try {
        const result = await attempt();
        verdict = judge(result);
        return result;
      } finally {
        this.inFlight--;
        this.count(verdict, before);
      }
    });
  }

  /** Waits before another attempt; no longer than until the stop. @param milliseconds at most */
  async pause(milliseconds: number): Promise<void> {
    await sleep(milliseconds, undefined, { signal: this.stop.signal }).catch(() => undefined);
  }

  /** The error of a request, which tells of the stop where there was one. */
  async explain(error: unknown): Promise<unknown> {
    if (!this.stopped || !(error instanceof DelineaError) || !OF_THE_SERVICE.has(error.code)) return error;
    const cause = await this.reason();
    const { message, hint, status, uncertain } = error;
    return new DelineaError('stopped', `${message}; ${cause.message}`, { hint, status, uncertain, cause });
  }

  private count(verdict: Verdict, before: number): void {
    if (verdict === 'failing') {
      this.errors++;
      this.inARow++;
      this.turns.concurrency = 1;
      if (this.inARow >= ERRORS_BEFORE_STOP) this.stop.abort();
    } else if (verdict === 'works' && !this.stopped) {
      this.inARow = 0;
      // A success from before the last error does not say that the service works now.
      if (before === this.errors) this.turns.concurrency = IN_FLIGHT;
    }
    if (this.inFlight === 0) for (const tell of this.drained.splice(0)) tell();
  }

  /** Told when nothing is in flight any more: what was may still have failed, and the number must be true. */
  private async reason(): Promise<DelineaError> {
    if (this.inFlight > 0) await new Promise<void>((resolve) => this.drained.push(resolve));
    const row = `stopped after ${this.inARow} errors in a row of the ${this.title}`;
    return new DelineaError('stopped', `${row}, ${belowConnectorThreshold(this.inARow)}`, {
      hint: 'Nothing more was sent to it. See its first errors; run again when it answers.',
    });
  }
}
