import { type Ledger, readTerraformState } from '../embedded/index.js';
import {
  DelineaError,
  findStillExisting,
  type ImportedState,
  importState,
  joinFirst,
  missingEntries,
  type OwnedObject,
  readRegularFile,
  readStandardInput,
  visible,
} from '../provider/index.js';
import { count } from '../review/index.js';
import { runCommand } from './command.js';
import { EXIT, type ExitCode } from './exit.js';
import type { Terminal } from './terminal.js';
import { connectFor, openStack } from './workspace.js';
import { openLedger, recordChange } from './workspace-ledger.js';

/** Addresses named in a message before the rest is only counted. */
const NAMED = 3;

export interface ImportStateOptions {
  readonly stack?: string;
  readonly ledger?: string;
  readonly replace?: boolean;
}

/** Runs `delinea-iac import-state`: creates a ledger from Terraform's state. Writes nothing to the tenant. */
export function importStateCommand(path: string, options: ImportStateOptions, terminal: Terminal): Promise<ExitCode> {
  return runCommand(terminal, { quiet: false }, async (state) => {
    const workspace = openStack(options.stack ?? '.', options, terminal.env);
    const entries = readTerraformState(await readText(path), path);
    const managed = new Set(entries.map(({ address }) => address));
    let dropped: readonly string[] = [];
    const opened = await openLedger(workspace);
    const { ledger } = opened;
    try {
      const tenant = await connectFor(workspace, state, terminal.env);
      const imported = await importState(tenant, entries, workspace.stack.declarations);
      const missing = missingEntries(imported.objects, ledger.objects());
      const existing = options.replace ? [] : await findStillExisting(tenant, missing, entries);
      if (existing.length > 0) throw wouldForget(existing, ledger.path);
      await recordChange('import-state', opened, workspace, () => replaceAll(ledger, imported));
      dropped = addressesOf(missing).filter((address) => !managed.has(address));
    } finally {
      await ledger.close();
    }
    terminal.out(
      `${[
        ...(dropped.length > 0
          ? [`${count(dropped.length, 'resource')} no longer managed: ${visible(joinFirst(dropped, NAMED))}`]
          : []),
        terminal.paint(
          'strong',
          `The ledger ${visible(workspace.ledger)} has ${count(entries.length, 'resource')} now.`,
        ),
        'Next: delinea-iac plan',
        "From now on use only delinea-iac: two engines on one stack undo each other's changes.",
      ].join('\n')}\n`,
    );
    return EXIT.ok;
  });
}

/** Replaces all entries in one write, so that a killed run leaves either the old ledger or the new one. */
async function replaceAll(ledger: Ledger, { objects, sets }: ImportedState): Promise<void> {
  const forgotten = ledger.objects().map((entry) => ledger.forget(entry));
  const recorded = [...objects.map((entry) => ledger.record(entry)), ...sets.map((set) => ledger.recordSet(set))];
  await Promise.all([...forgotten, ...recorded, ledger.save()]);
}

function wouldForget(existing: readonly OwnedObject[], path: string): DelineaError {
  const addresses = joinFirst(addressesOf(existing), NAMED);
  return new DelineaError(
    'guarded',
    `these entries of the ledger still exist in the tenant but are not in the state: ${addresses}`,
    {
      path,
      hint: 'Check that this is the state of the right stack. If Terraform was meant to forget them (terraform state rm, a removed block), pass --replace; delinea-iac will then not remove them either.',
    },
  );
}

function addressesOf(owned: readonly OwnedObject[]): string[] {
  return [...new Set(owned.map(({ address }) => address))];
}

async function readText(path: string): Promise<string> {
  try {
    return path === '-' ? await readStandardInput('state') : readRegularFile(path, 'state');
  } catch (cause) {
    if (cause instanceof DelineaError) throw cause;
    const reason = (cause as NodeJS.ErrnoException).code ?? 'unreadable';
    throw new DelineaError('stack_invalid', `cannot read the state (${reason})`, {
      hint: 'Create the file with: terraform show -json > state.json',
      path,
      cause,
    });
  }
}
