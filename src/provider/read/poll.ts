import { setTimeout as sleep } from 'node:timers/promises';
import type { DelineaError } from '../model/errors.js';

/** First and longest pause between two reads, in milliseconds. */
const PAUSE = { first: 100, longest: 2_000 };

/** Calls `ask` with growing pauses until it returns a value. @throws the error of `otherwise` after `forMs` milliseconds */
export async function poll<T>(
  forMs: number,
  ask: () => Promise<T | undefined>,
  otherwise: () => DelineaError,
): Promise<T> {
  const end = Date.now() + forMs;
  for (let pause = PAUSE.first; ; pause = Math.min(PAUSE.longest, pause * 2)) {
    const value = await ask();
    if (value !== undefined) return value;
    if (Date.now() + pause > end) throw otherwise();
    await sleep(pause);
  }
}
