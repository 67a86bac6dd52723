import { HTTPError, type RequestError, type RetryOptions } from 'got';
import type { Settings } from '../settings.js';
import type { Cost } from './meter.js';
import { isTransient } from './network.js';

/** Milliseconds. A tenant that asks for a longer pause than this gets its answer reported instead. */
const LONGEST_WAIT_MS = 300_000;

/**
 * When a request is sent again: after a 429 always, since it was refused before execution; after a 5xx or a broken
 * connection only where repeating it does no harm. Each wait is counted.
 * @param repeatable whether the request may have been executed already without harm: reads and token grants
 */
export function retryPolicy(settings: Settings, cost: Cost, repeatable: boolean): Partial<RetryOptions> {
  return {
    limit: settings.retries,
    methods: ['GET', 'POST', 'PATCH', 'DELETE'],
    calculateDelay: ({ attemptCount, error, retryAfter }) => {
      if (attemptCount > settings.retries || !mayRepeat(error, repeatable)) return 0;
      const asked = askedPause(retryAfter);
      if (asked > LONGEST_WAIT_MS) return 0;
      cost.waits++;
      return pause(asked, attemptCount);
    },
  };
}

function mayRepeat(error: RequestError, repeatable: boolean): boolean {
  // An answer that broke off while it was read has a status too, and it is no HTTPError.
  if (!(error instanceof HTTPError)) return repeatable && isTransient(error);
  const status = error.response.statusCode;
  return status === 429 || (repeatable && status >= 500);
}

/** Milliseconds of `Retry-After`; 0 where there is none, or nothing that can be read. */
function askedPause(retryAfter: number | undefined): number {
  return retryAfter !== undefined && Number.isFinite(retryAfter) ? Math.max(0, retryAfter) : 0;
}

/** What was asked for and a jitter on top, since many requests were told the same moment; else backoff alone. */
function pause(asked: number, attempts: number): number {
  return Math.max(1, asked > 1 ? asked + backoff(1) : backoff(attempts));
}

/** Full jitter (guide 000: "exponential backoff unconditionally"), in milliseconds, at most 30 s. */
export function backoff(attempts: number): number {
  return Math.random() * Math.min(30_000, 250 * 2 ** attempts);
}
