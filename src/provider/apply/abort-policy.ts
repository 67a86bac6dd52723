import { belowConnectorThreshold, ERRORS_BEFORE_STOP } from '../api/breaker-limits.js';
import { DelineaError, UNREADABLE } from '../model/errors.js';

/**
 * When an apply attempts no further step: a surface has failed too often in a row, or so many steps have that reads
 * which succeed between failing writes do not hide it, or the run has sent all the requests it may.
 */
export class AbortPolicy {
  /** Why nothing more is attempted: the error of every step that is left. */
  reason: DelineaError | undefined;
  private inARow = 0;
  private readonly counted = new WeakSet<object>();

  done(): void {
    this.inARow = 0;
  }

  /** Counts a fault once: a set has that of its edge, and several steps may have waited for one answer. */
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
      // Had a surface failed as often without a success between, the error would have been `stopped`.
      this.reason = skipped(
        `${this.inARow} steps in a row failed by the service, whose own errors in a row stayed at least ${belowConnectorThreshold(ERRORS_BEFORE_STOP - 1)}`,
      );
    }
  }
}

function skipped(why: string, hint = 'See the first errors; run again when the service answers.'): DelineaError {
  return new DelineaError('skipped', `not attempted: ${why}`, { hint });
}

/** A 403 is about one object; everything else that cannot be read is about the service. */
function isServiceFault({ code }: DelineaError): boolean {
  return UNREADABLE.has(code) && code !== 'forbidden';
}
