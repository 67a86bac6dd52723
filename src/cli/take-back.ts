import { readFileSync } from 'node:fs';
import { Ledger, readTerraformState } from '../embedded/index.js';
import { DelineaError, findStillExisting, importState, missingEntries, type OwnedObject } from '../provider/index.js';
import { count, visible } from '../review/index.js';
import { EXIT, type ExitCode } from './exit.js';
import { run } from './run.js';
import type { Terminal } from './terminal.js';
import { connectFor, openStack } from './workplace.js';

export interface TakeBackOptions {
  readonly stack?: string;
  readonly ledger?: string;
  readonly replace?: boolean;
}

/** `delinea-iac take-back`: a ledger of what Terraform's state has. Writes nothing to the tenant. */
export function takeBackCommand(path: string, options: TakeBackOptions, terminal: Terminal): Promise<ExitCode> {
  return run(terminal, { quiet: false }, async (state) => {
    const place = openStack(options.stack ?? '.', options.ledger, terminal.env);
    const entries = readTerraformState(readText(path), path);
    let dropped: readonly string[] = [];
    const ledger = await Ledger.open(place.ledger, { stack: place.stack.name, tenant: place.settings.url });
    try {
      const tenant = await connectFor(place, state, terminal.env);
      const owned = await importState(tenant, entries, place.stack.declarations);
      const lacking = missingEntries(owned, ledger.objects());
      const living = options.replace ? [] : await findStillExisting(tenant, lacking, entries);
      if (living.length > 0) throw wouldDrop(living, ledger.path);
      await replaceAll(ledger, owned);
      const managed = new Set(entries.map(({ address }) => address));
      dropped = addressesOf(lacking).filter((address) => !managed.has(address));
    } finally {
      await ledger.close();
    }
    terminal.out(
      `${[
        ...(dropped.length > 0 ? [`${dropped.length} no longer managed: ${visible(some(dropped))}`] : []),
        terminal.paint('strong', `${count(entries.length, 'resource')} in the ledger now: ${visible(place.ledger)}`),
        'Next: delinea-iac plan',
        "From now on use delinea-iac only: two engines on one stack undo each other's work.",
      ].join('\n')}\n`,
    );
    return EXIT.ok;
  });
}

/** All of it in one write: a run that is killed leaves the old ledger or the new one. */
async function replaceAll(ledger: Ledger, owned: readonly OwnedObject[]): Promise<void> {
  const gone = ledger.objects().map((entry) => ledger.forget(entry));
  await Promise.all([...gone, ...owned.map((entry) => ledger.record(entry)), ledger.save()]);
}

function wouldDrop(living: readonly OwnedObject[], path: string): DelineaError {
  const places = some(addressesOf(living));
  return new DelineaError('guarded', `the state lacks what the ledger has and the tenant still shows: ${places}`, {
    path,
    hint: 'Is this the state of the right stack? If Terraform was to let go of it (terraform state rm, a removed block), give --replace: then nothing here will remove it.',
  });
}

function addressesOf(owned: readonly OwnedObject[]): string[] {
  return [...new Set(owned.map(({ address }) => address))];
}

function some(addresses: readonly string[]): string {
  const first = addresses.slice(0, 3);
  const more = addresses.length > first.length ? ` and ${addresses.length - first.length} more` : '';
  return `${first.join(', ')}${more}`;
}

function readText(path: string): string {
  try {
    return readFileSync(path === '-' ? 0 : path, 'utf8');
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? 'unreadable';
    throw new DelineaError('stack_invalid', `cannot read the state (${reason})`, { path, cause });
  }
}
