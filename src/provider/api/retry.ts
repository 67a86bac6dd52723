import { LONGEST_RETRY_AFTER_MS } from '../model/limits.js';
import type { Settings } from '../settings/settings.js';
import { isTransientFailure } from './connection-error.js';
import { type HttpResponse, isServerFailure, isUnreadable } from './response.js';

/** Most repetitions after an unreadable response: some services never send JSON. */
const UNREADABLE_ATTEMPTS = 3;

/** The response of one attempt, of any status, or its connection error. */
export type AttemptResult = HttpResponse | Error;

/**
 * Decides whether a request is sent again: always after a 429, which was rejected before execution; after a 5xx, a
 * broken connection or a truncated response only if it is repeatable.
 * @param attempts made so far
 * @param repeatable whether executing the request twice is harmless: reads and token requests
 * @param waitLeftMs milliseconds that the run may still wait because the service asks for it
 * @returns milliseconds to wait before the next attempt; undefined: no further attempt
 */
export function retryPause(
  result: AttemptResult,
  attempts: number,
  { retries }: Settings,
  repeatable: boolean,
  waitLeftMs = Number.POSITIVE_INFINITY,
): number | undefined {
  if (attempts > retries || !mayRepeat(result, attempts, repeatable)) return undefined;
  const asked = result instanceof Error ? 0 : askedPause(result.retryAfter);
  if (asked > Math.min(LONGEST_RETRY_AFTER_MS, waitLeftMs)) return undefined;
  // Jitter on top of Retry-After, since many requests get the same value.
  return asked > 0 ? asked + backoff(1) : backoff(attempts);
}

function mayRepeat(result: AttemptResult, attempts: number, repeatable: boolean): boolean {
  if (result instanceof Error) return repeatable && isTransientFailure(result);
  if (result.status === 429) return true;
  return repeatable && (isServerFailure(result.status) || (isUnreadable(result) && attempts <= UNREADABLE_ATTEMPTS));
}

/** Returns milliseconds from `Retry-After` (RFC 9110 §10.2.3: seconds or a date); 0 if absent or unreadable. */
function askedPause(retryAfter: string | undefined): number {
  if (!retryAfter?.trim()) return 0;
  const seconds = Number(retryAfter);
  const asked = Number.isNaN(seconds) ? Date.parse(retryAfter) - Date.now() : seconds * 1000;
  return Number.isFinite(asked) ? Math.max(0, asked) : 0;
}

/** Returns a pause with full jitter (guide 000: "exponential backoff unconditionally"), in milliseconds, at most 30 s. */
function backoff(attempts: number): number {
  return Math.random() * Math.min(30_000, 250 * 2 ** attempts);
}
