import { seededRandom } from './random.js';
import type { Strike, StrikeKind } from './strike.js';

/** Faults from which a correct client recovers by itself, without waiting. Timeouts are left out: they cost time. */
const RECOVERABLE: readonly StrikeKind[] = ['throttle', 'resetBefore', 'resetAfter', 'html502', 'status', 'truncate'];

/**
 * A finite schedule of faults from a seed, for property tests: a client that repeats what may be repeated gets
 * through. Tokens are left alone, because a refused grant must not be repeated.
 * @param options.maxFaults at most so many single faults (default 5)
 * @param options.within they strike among the first so many requests (default 40)
 * @param options.kinds kinds to draw from
 */
export function randomFaults(
  seed: number,
  options: { maxFaults?: number; within?: number; kinds?: readonly StrikeKind[] } = {},
): Strike[] {
  const { maxFaults = 5, within = 40, kinds = RECOVERABLE } = options;
  const random = seededRandom(seed);
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)]!;
  const count = 1 + Math.floor(random() * maxFaults);
  return Array.from({ length: Math.min(count, maxFaults) }, () => ({
    kind: pick(kinds),
    path: '^/(api|scim)/',
    at: [1 + Math.floor(random() * within)],
    times: 1,
    retryAfter: pick(['none', 0] as const),
    status: pick([500, 503]),
  }));
}
