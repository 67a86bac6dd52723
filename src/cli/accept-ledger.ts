import { changesSince } from '../embedded/index.js';
import { DelineaError, visible } from '../provider/index.js';
import { runCommand } from './command.js';
import { EXIT, type ExitCode } from './exit.js';
import type { Terminal } from './terminal.js';
import { openStack } from './workspace.js';
import { openUncheckedLedger, recordChange } from './workspace-ledger.js';

export interface AcceptLedgerOptions {
  readonly stack?: string;
  readonly ledger?: string;
}

/**
 * Runs `delinea-iac accept-ledger`: records in the log that a ledger which was edited, merged or restored is right, for the
 * origins and accounts of these settings. Sends no request.
 */
export function acceptLedgerCommand(
  digest: string,
  options: AcceptLedgerOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  return runCommand(terminal, { quiet: false }, async () => {
    const workspace = openStack(options.stack ?? '.', options, terminal.env);
    const opened = await openUncheckedLedger(workspace);
    const { ledger, record } = opened;
    try {
      const { found, path } = ledger;
      if (!found) throw new DelineaError('ledger_missing', 'the ledger does not exist', { path });
      if (found.digest !== digest) {
        throw new DelineaError('ledger_edited', `the ledger has another digest: ${found.digest}`, {
          path,
          hint: 'Nothing was accepted. Look at the ledger again: it was changed after that digest was printed.',
        });
      }
      await recordChange('accept-ledger', opened, workspace, () => ledger.save());
      const changes = record ? changesSince(record, found) : 'the log did not have it';
      terminal.out(`Accepted the ledger ${visible(path)}: ${visible(changes || 'no changes')}.\n`);
      return EXIT.ok;
    } finally {
      await ledger.close();
    }
  });
}
