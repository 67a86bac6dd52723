import { DelineaError, type ErrorCode } from '../model/errors.js';

/**
 * Runs a read once per key and caches its result. Permanent errors are cached too. A transient error reaches the
 * concurrent callers and is then dropped, so that one broken connection does not fail the rest of a long run.
 */
export function singleFlight<T>(cache: Map<string, Promise<T>>, key: string, read: () => Promise<T>): Promise<T> {
  const cached = cache.get(key);
  if (cached) return cached;
  const result = read();
  cache.set(key, result);
  result.catch((error: unknown) => {
    if (isTransient(error) && cache.get(key) === result) cache.delete(key);
  });
  return result;
}

const TRANSIENT: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'host_unreachable',
  'timed_out',
  'throttled',
  'server_error',
  'malformed_response',
  'list_incomplete',
]);

function isTransient(error: unknown): boolean {
  return error instanceof DelineaError && TRANSIENT.has(error.code);
}
