import { open, realpath, rename, stat, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/**
 * Replaces a file atomically: readers see the old text or the new one, even after a crash. Uses the handle's writeFile,
 * which continues after a short write; a full disk is an error and leaves the old file.
 * @throws the file system's error
 */
export async function replaceFile(path: string, text: string, mode = 0o644): Promise<void> {
  // A symbolic link is kept; its target is replaced.
  const target = await realpath(path).catch(() => path);
  const temporary = join(dirname(target), `.${basename(target)}.${process.pid}.tmp`);
  const kept = await stat(target).then(
    (found) => found.mode,
    () => mode,
  );
  try {
    const handle = await open(temporary, 'w', kept);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, target);
  } catch (error) {
    await unlink(temporary).catch(() => undefined);
    throw error;
  }
  await syncFolder(dirname(target));
}

/** Makes the rename durable across a power failure, if the system supports it. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}
