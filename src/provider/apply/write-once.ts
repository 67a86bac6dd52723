import { DelineaError, UNREADABLE } from '../model/errors.js';

/** Maximum attempts per write. */
export const ATTEMPTS = 4;

/**
 * Sends one write. If its result is unknown, its token was refused or it met a conflict, `isDone` reads the tenant
 * before the write is sent again: a write is never repeated blindly. `announce` runs before every attempt, and a write
 * that cannot be announced is not sent.
 * @param isDone returns whether the tenant already is as the write would make it
 */
export async function writeOnce(
  announce: () => Promise<void>,
  send: () => Promise<void>,
  isDone: (error: DelineaError) => Promise<boolean>,
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    await announce();
    try {
      return await send();
    } catch (error) {
      if (!(error instanceof DelineaError)) throw error;
      const mayBeDone = error.uncertain || error.code === 'unauthorized' || error.code === 'conflict';
      if (!mayBeDone || attempt >= ATTEMPTS) throw error;
      const done = await isDone(error).catch((readError: unknown) => {
        // If the tenant cannot be read, the result of the write is still unknown: report the write's error.
        const unreadable =
          readError instanceof DelineaError && (UNREADABLE.has(readError.code) || readError.code === 'cancelled');
        throw error.uncertain && unreadable ? error : readError;
      });
      if (done) return;
      if (error.code === 'conflict') throw error;
    }
  }
}

/** Returns whether a change that another run has overwritten should be repeated from what is live now. */
export function isRepeatable(error: unknown, attempt: number): boolean {
  return error instanceof DelineaError && error.code === 'overwritten' && attempt < ATTEMPTS;
}
