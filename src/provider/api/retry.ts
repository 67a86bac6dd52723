import type { Settings } from '../settings/settings.js';
import { isTransient } from './connection-error.js';
import type { HttpResponse } from './response.js';

/** Milliseconds. A tenant that asks for a longer pause than this gets its answer reported instead. */
const LONGEST_WAIT_MS = 300_000;

/** How one attempt ended: with an answer of any status, or with an error of the connection. */
export type AttemptResult = HttpResponse | Error;

/**
 * When a request is sent again: after a 429 always, since it was refused before execution; after a 5xx or a broken
 * connection only where repeating it does no harm.
 * @param attempts made so far
 * @param repeatable whether the request may have been executed already without harm: reads and token grants
 * @returns milliseconds to wait before the next attempt; undefined: none is made
 */
export function retryPause(
  ending: AttemptResult,
  attempts: number,
  { retries }: Settings,
  repeatable: boolean,
): number | undefined {
  if (attempts > retries || !mayRepeat(ending, repeatable)) return undefined;
  const asked = ending instanceof Error ? 0 : askedPause(ending.retryAfter);
  if (asked > LONGEST_WAIT_MS) return undefined;
  // What was asked for and a jitter on top, since many requests were told the same moment; else backoff alone.
  return asked > 0 ? asked + backoff(1) : backoff(attempts);
}

function mayRepeat(ending: AttemptResult, repeatable: boolean): boolean {
  if (ending instanceof Error) return repeatable && isTransient(ending);
  return ending.status === 429 || (repeatable && ending.status >= 500);
}

/** Milliseconds of `Retry-After` (RFC 9110 §10.2.3: seconds or a date); 0 where there is none, or nothing readable. */
function askedPause(retryAfter: string | undefined): number {
  if (!retryAfter?.trim()) return 0;
  const seconds = Number(retryAfter);
  const asked = Number.isNaN(seconds) ? Date.parse(retryAfter) - Date.now() : seconds * 1000;
  return Number.isFinite(asked) ? Math.max(0, asked) : 0;
}

/** Full jitter (guide 000: "exponential backoff unconditionally"), in milliseconds, at most 30 s. */
export function backoff(attempts: number): number {
  return Math.random() * Math.min(30_000, 250 * 2 ** attempts);
}
