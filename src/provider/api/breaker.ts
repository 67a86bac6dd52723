import { setMaxListeners } from 'node:events';
import pLimit from 'p-limit';
import { DelineaError, type ErrorCode } from '../model/errors.js';
import { belowConnectorThreshold, CONNECTOR_THRESHOLD, ERRORS_BEFORE_STOP } from './breaker-limits.js';

/** Caps requests in flight so that, even if all of them fail, we stay below the connector's self-disable threshold. */
const IN_FLIGHT = CONNECTOR_THRESHOLD - ERRORS_BEFORE_STOP;

/** The state of the service after one attempt. `refused`: it rejected this request, which proves neither other state. */
export type Verdict = 'works' | 'refused' | 'failing';

/** Errors of a failing service: after a stop they are reported as `stopped`. */
const OF_THE_SERVICE: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'server_error',
  'timed_out',
  'host_unreachable',
  'malformed_response',
  'wrong_surface',
  'throttled',
]);

/**
 * Circuit breaker of one service. Counts consecutive errors over all workers and attempts, and sends nothing more after
 * the fifth. After an error, sends one request at a time until a request that was sent later succeeds.
 */
export class Breaker {
  private readonly turns = pLimit(IN_FLIGHT);
  private readonly stop = new AbortController();
  private readonly drained: (() => void)[] = [];
  private inFlight = 0;
  private inARow = 0;
  /** Errors of the whole run: their number at the time of sending shows whether an error came after it. */
  private errors = 0;

  /** @param title name of the service in errors */
  constructor(private readonly title: string) {
    // Every waiting request adds a listener.
    setMaxListeners(0, this.stop.signal);
  }

  get stopped(): boolean {
    return this.stop.signal.aborted;
  }

  /**
   * Runs one attempt when it is its turn.
   * @throws DelineaError `stopped` instead of sending; also every error of `attempt`, which counts as a service error
   */
  send<T>(attempt: () => Promise<T>, verdictOf: (result: T) => Verdict): Promise<T> {
    return this.turns(async () => {
      if (this.stopped) throw await this.reason();
      const before = this.errors;
      this.inFlight++;
      let verdict: Verdict = 'failing';
      try {
        const result = await attempt();
        verdict = verdictOf(result);
        return result;
      } finally {
        this.inFlight--;
        this.count(verdict, before);
      }
    });
  }

  /** Aborted at a stop. */
  get stopSignal(): AbortSignal {
    return this.stop.signal;
  }

  /** Returns the error of a request; after a stop, errors of the service become `stopped`. */
  async explain(error: unknown): Promise<unknown> {
    if (!this.stopped || !(error instanceof DelineaError) || !OF_THE_SERVICE.has(error.code)) return error;
    const cause = await this.reason();
    const { message, hint, remedy, status, uncertain } = error;
    return new DelineaError('stopped', `${message}; ${cause.message}`, { hint, remedy, status, uncertain, cause });
  }

  private count(verdict: Verdict, before: number): void {
    if (verdict === 'failing') {
      this.errors++;
      this.inARow++;
      this.turns.concurrency = 1;
      if (this.inARow >= ERRORS_BEFORE_STOP) this.stop.abort();
    } else if (verdict === 'works' && !this.stopped) {
      this.inARow = 0;
      // A request sent before the last error does not prove that the service works now.
      if (before === this.errors) this.turns.concurrency = IN_FLIGHT;
    }
    if (this.inFlight === 0) for (const resolve of this.drained.splice(0)) resolve();
  }

  /** Returns the reason for the stop. Waits for requests in flight first: their errors count too. */
  private async reason(): Promise<DelineaError> {
    if (this.inFlight > 0) await new Promise<void>((resolve) => this.drained.push(resolve));
    const stopped = `stopped after ${this.inARow} errors in a row of the ${this.title}`;
    return new DelineaError('stopped', `${stopped}, ${belowConnectorThreshold(this.inARow)}`, {
      hint: 'This run sends nothing more to it. See its first errors, and run again when it works.',
    });
  }
}
