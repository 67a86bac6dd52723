import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A place for a unix socket that no other user can enter. */
export interface SocketPlace {
  readonly path: string;
  /** Removes the folder and the socket in it. */
  remove(): void;
}

/** A folder of mode 0700 where Terraform says, or in the temporary one; names are short, as a path ends at 104 characters. */
export function makeSocketPlace(env: NodeJS.ProcessEnv): SocketPlace {
  const folder = mkdtempSync(join(env.PLUGIN_UNIX_SOCKET_DIR || tmpdir(), 'tfd-'));
  return {
    path: join(folder, 's'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
