import { DelineaError, DelineaErrors } from '../model/errors.js';

/** Runs `work` on all items at once and reports every error, not only the first. @throws DelineaError, DelineaErrors */
export async function runConcurrently<T>(items: Iterable<T>, work: (item: T) => Promise<void>): Promise<void> {
  const outcomes = await Promise.allSettled([...items].map(work));
  const reasons = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as unknown] : []));
  const unexpected = reasons.find((reason) => !(reason instanceof DelineaError));
  if (unexpected !== undefined) throw unexpected;
  // One broken connection fails many reads with the same message, which is reported once.
  const errors = new Map((reasons as DelineaError[]).map((error) => [`${error.path} ${error.message}`, error]));
  if (errors.size === 1) throw [...errors.values()][0];
  if (errors.size > 1) throw new DelineaErrors([...errors.values()]);
}
