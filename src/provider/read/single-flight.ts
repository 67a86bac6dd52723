import { DelineaError, type ErrorCode } from '../model/errors.js';

/**
 * Asks once, and remembers the answer, a refusal too. A fault that may pass is shared by those who wait for it and then
 * forgotten: one broken connection does not fail everything else of a long run.
 */
export function singleFlight<T>(cache: Map<string, Promise<T>>, key: string, ask: () => Promise<T>): Promise<T> {
  const known = cache.get(key);
  if (known) return known;
  const answer = ask();
  cache.set(key, answer);
  answer.catch((error: unknown) => {
    if (mayPass(error) && cache.get(key) === answer) cache.delete(key);
  });
  return answer;
}

const PASSING: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'host_unreachable',
  'timed_out',
  'throttled',
  'server_error',
  'malformed_response',
  'list_incomplete',
]);

function mayPass(error: unknown): boolean {
  return error instanceof DelineaError && PASSING.has(error.code);
}
