import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The path of a unix socket in a folder that only this user can enter. */
export interface PrivateSocket {
  readonly path: string;
  /** Removes the folder and the socket in it. */
  remove(): void;
}

/**
 * Creates a folder of mode 0700 in PLUGIN_UNIX_SOCKET_DIR or the temporary folder. The names are short because a socket
 * path may have at most 104 characters.
 */
export function createPrivateSocket(env: NodeJS.ProcessEnv): PrivateSocket {
  const folder = mkdtempSync(join(env.PLUGIN_UNIX_SOCKET_DIR || tmpdir(), 'tfd-'));
  return {
    path: join(folder, 's'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
