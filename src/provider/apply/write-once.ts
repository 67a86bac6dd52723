import { DelineaError, UNREADABLE } from '../model/errors.js';

/** So many times is one write sent at most. */
export const ATTEMPTS = 4;

/**
 * Sends one write and, where its fate is unknown or its token was refused, looks before sending it again. Never
 * replays blindly: `look` says whether what was wanted is so by now. Every attempt is announced first; what cannot be
 * announced is not sent.
 */
export async function writeOnce(
  announce: () => Promise<void>,
  send: () => Promise<void>,
  look: (error: DelineaError) => Promise<boolean>,
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    await announce();
    try {
      return await send();
    } catch (error) {
      if (!(error instanceof DelineaError)) throw error;
      const worthALook = error.uncertain || error.code === 'unauthorized' || error.code === 'conflict';
      if (!worthALook || attempt >= ATTEMPTS) throw error;
      const so = await look(error).catch((unseen: unknown) => {
        // What cannot be read leaves the fate of the write as unknown as it was.
        const unread = unseen instanceof DelineaError && UNREADABLE.has(unseen.code);
        throw error.uncertain && unread ? error : unseen;
      });
      if (so) return;
      if (error.code === 'conflict') throw error;
    }
  }
}
