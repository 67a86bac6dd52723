import { belowConnectorThreshold, ERRORS_BEFORE_STOP } from '../api/breaker-limits.js';
import { DelineaError, UNREADABLE } from '../model/errors.js';

/**
 * Decides when an apply starts no further step: a surface has failed too often in a row, too many steps in a row have
 * failed (successful reads between failing writes do not reset this count), or the request budget is used up.
 */
export class AbortPolicy {
  /** Error of every step that is not attempted any more; undefined while steps may start. */
  reason: DelineaError | undefined;
  private inARow = 0;
  private readonly counted = new WeakSet<object>();

  /** Refuses to start a step once the apply has to end. @throws DelineaError `cancelled` or `skipped` */
  check(signal: AbortSignal | undefined): void {
    if (signal?.aborted)
      throw new DelineaError('cancelled', 'not attempted: the run was stopped', {
        hint: 'Apply again to do the remaining steps.',
      });
    if (this.reason) throw this.reason;
  }

  /** Reports a step that succeeded. */
  done(): void {
    this.inARow = 0;
  }

  /** Counts a fault once: a set repeats the error of its edge, and several steps may fail with one shared response. */
  failed(error: DelineaError): void {
    if (this.counted.has(error.origin)) return;
    this.counted.add(error.origin);
    if (isServiceFault(error)) this.inARow++;
    if (this.reason) return;
    if (error.code === 'stopped') {
      this.reason = skipped(error.cause instanceof DelineaError ? error.cause.message : error.message);
    } else if (error.code === 'budget_spent') {
      const { message, hint, remedy } = error;
      this.reason = new DelineaError('skipped', `not attempted: ${message}`, { hint, remedy });
    } else if (this.inARow >= ERRORS_BEFORE_STOP) {
      // A surface that failed this often without a success in between would have caused `stopped`.
      const most = ERRORS_BEFORE_STOP - 1;
      this.reason = skipped(
        `${this.inARow} steps in a row failed with errors of the service, which had at most ${most} errors in a row, ${belowConnectorThreshold(most)}`,
      );
    }
  }
}

function skipped(why: string): DelineaError {
  return new DelineaError('skipped', `not attempted: ${why}`, {
    hint: 'See the first errors. Run again when the service works.',
  });
}

/** Returns whether an error concerns the service. A 403 concerns one object only. */
function isServiceFault({ code }: DelineaError): boolean {
  return UNREADABLE.has(code) && code !== 'forbidden';
}
