import type { Fault, FaultKind } from './fault.js';
import { seededRandom } from './random.js';

/** Faults from which a correct client recovers by itself. Without timeouts, which are slow. */
const RECOVERABLE: readonly FaultKind[] = ['throttle', 'resetBefore', 'resetAfter', 'html502', 'status', 'truncate'];

/**
 * Returns a finite schedule of faults from a seed, for property tests: a client with correct retries succeeds. Token
 * requests are not affected, because a refused grant must not be repeated.
 * @param options.maxFaults maximum number of faults (default 5)
 * @param options.within they affect only this many first requests (default 40)
 * @param options.kinds kinds to draw from
 */
export function randomFaults(
  seed: number,
  options: { maxFaults?: number; within?: number; kinds?: readonly FaultKind[] } = {},
): Fault[] {
  const { maxFaults = 5, within = 40, kinds = RECOVERABLE } = options;
  const random = seededRandom(seed);
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)]!;
  const count = 1 + Math.floor(random() * maxFaults);
  return Array.from({ length: Math.min(count, maxFaults) }, () => ({
    kind: pick(kinds),
    path: '^/(api|scim|SecretServer/api|SCIMConnector)/',
    at: [1 + Math.floor(random() * within)],
    times: 1,
    retryAfter: pick(['none', 0] as const),
    status: pick([500, 503]),
  }));
}
