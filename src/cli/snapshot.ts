import { visible } from '../provider/index.js';
import { runCommand } from './command.js';
import { EXIT, type ExitCode } from './exit.js';
import { checkSnapshotPlace, readLiveAccess, writeSnapshotFile } from './snapshot-file.js';
import type { Terminal } from './terminal.js';

export interface SnapshotCommandOptions {
  readonly stack?: string;
  readonly out: string;
}

/** Runs `delinea-iac snapshot`: saves who has which access in the tenant, for `access` and `review`. Only reads the tenant. */
export function snapshotCommand({ stack, out }: SnapshotCommandOptions, terminal: Terminal): Promise<ExitCode> {
  return runCommand(terminal, { quiet: false }, async (state) => {
    checkSnapshotPlace(out);
    const access = await readLiveAccess(stack, state, terminal);
    await writeSnapshotFile(out, access, state, terminal);
    const { principals, scopes, grants, unread } = access;
    const text = [
      `Snapshot saved: ${principals.length} users and groups, ${scopes.length} containers and roles, ${grants.length} permissions and role bindings.`,
      ...(unread.length === 0
        ? []
        : ['Could not be read, so not in it:', ...unread.map((line) => `  - ${visible(line)}`)]),
    ];
    terminal.out(`${text.join('\n')}\n`);
    return unread.length === 0 ? EXIT.ok : EXIT.unreadable;
  });
}
