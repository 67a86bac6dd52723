import { randomBytes } from 'node:crypto';
import { constants, rmSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import onExit from 'signal-exit';
import { checkWritable, DelineaError, readRegularFile, refusal } from '../provider/index.js';

/**
 * Replaces a file atomically: readers see the old text or the new one, even after a crash. Uses the handle's writeFile,
 * which continues after a short write; a full disk is an error and leaves the old file.
 * @param what the name of the file in messages
 * @param mode of the new file. By default only its owner may read it, because it holds names of people, or state
 * @throws DelineaError `file_refused`; the file system's error
 */
export async function replaceFile(path: string, text: string | Buffer, what: string, mode = 0o600): Promise<void> {
  checkWritable(path, what);
  const target = resolve(path);
  // A name that nobody can guess, so that nobody can have put a file or link there.
  const temporary = join(dirname(target), `.${basename(target)}.${randomBytes(8).toString('hex')}.tmp`);
  const remove = () => rmSync(temporary, { force: true });
  const keep = onExit(remove);
  try {
    const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
    const handle = await open(temporary, flags, mode);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, target);
  } catch (error) {
    remove();
    throw error;
  } finally {
    keep();
  }
  await syncFolder(dirname(target));
}

/**
 * Checks that a file may be replaced by one of ours: it does not exist, is empty, or is one of ours already.
 * @param isOwn returns whether a text is that of such a file
 * @throws DelineaError `file_refused`; the file system's error
 */
export function checkReplaceable(path: string, what: string, isOwn: (text: string) => boolean): void {
  checkWritable(path, what);
  const text = readIfPresent(path, what);
  if (text !== '' && !isOwn(text)) throw refusal(path, `the file exists and is not a ${what} of delinea-iac`);
}

/** Reads a file; empty if it does not exist (any more). @throws DelineaError `file_refused`; the file system's error */
function readIfPresent(path: string, what: string): string {
  try {
    return readRegularFile(path, what);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

/** Makes the rename durable across a power failure, if the system supports it. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}

/**
 * Returns the error for a file that cannot be written. An error of ours is returned as it is.
 * @param what the name of the file in messages
 * @param option the option that names the file
 */
export function unwritable(path: string, what: string, error: unknown, option = '--out'): DelineaError {
  if (error instanceof DelineaError) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  return new DelineaError('settings_invalid', `cannot write the ${what} (${code ?? message})`, {
    hint: `Pass a writable path with ${option}.`,
    path,
    cause: error,
  });
}
