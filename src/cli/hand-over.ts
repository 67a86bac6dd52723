import { basename, dirname, join, resolve } from 'node:path';
import { refuseEarlierState, writeImports } from '../embedded/index.js';
import {
  DelineaError,
  DelineaErrors,
  exportToTerraform,
  type Plan,
  type TerraformExport,
  toError,
} from '../provider/index.js';
import { count, visible } from '../review/index.js';
import { EXIT, type ExitCode } from './exit.js';
import { run } from './run.js';
import type { Terminal } from './terminal.js';
import { connectFor, openStack, ownedBy, planStack, type Workplace } from './workplace.js';

export interface HandOverOptions {
  readonly ledger?: string;
  readonly out?: string;
}

/**
 * `delinea-iac hand-over`: import blocks by which Terraform takes over what the ledger has, with nothing to change.
 * Writes nothing to the tenant, and leaves the ledger as it is.
 */
export function handOverCommand(path: string, options: HandOverOptions, terminal: Terminal): Promise<ExitCode> {
  return run(terminal, { quiet: false }, async (state) => {
    const place = openStack(path, options.ledger, terminal.env);
    const owned = await ownedBy(place);
    if (!owned) {
      throw new DelineaError('ledger_missing', 'there is no ledger, so there is nothing to hand over', {
        path: place.ledger,
        hint: 'Name another with --ledger, or begin one with apply --init-ledger.',
      });
    }
    const looked = refuseEarlierState(place.stack);
    const tenant = await connectFor(place, state, terminal.env);
    const plan = await planStack(tenant, place, owned, {}, terminal);
    refuseErrors(plan);
    const parts = exportToTerraform(plan, owned.objects);
    const own = new Set(place.stack.declarations.filter(({ importId }) => importId).map(({ address }) => address));
    const file = options.out ?? join(dirname(place.stack.file), 'imports.tf');
    // Terraform refuses a second block for one address.
    await writeImports(
      file,
      parts.imports.filter(({ address }) => !own.has(address)),
    );
    terminal.out(handOverText(parts, file, place, looked, terminal));
    return EXIT.ok;
  });
}

/** What could not be planned would look to Terraform as if it were still to be created. */
function refuseErrors(plan: Plan): void {
  const faults = plan.delinea.findings.filter(({ level }) => level === 'error');
  if (faults.length === 0) return;
  throw new DelineaErrors(faults.map(toError));
}

function handOverText(
  parts: TerraformExport,
  file: string,
  { stack, ledger }: Workplace,
  looked: boolean,
  { paint }: Terminal,
): string {
  const { imports, unequal, notManaged, undeclared } = parts;
  const list = (title: string, items: readonly string[]) =>
    items.length === 0 ? [] : [`${title}\n${items.map((item) => `  ${visible(item)}`).join('\n')}`];
  const there = visible(dirname(stack.file));
  const beside = resolve(dirname(file)) === resolve(dirname(stack.file));
  const texts = [
    ...list(
      `${paint('warning', 'Warning:')} ours, but not in code any more, so Terraform will not know of them; apply first to remove them:`,
      undeclared,
    ),
    ...list('Not handed over, because they are not ours or not there; Terraform will plan to create them:', notManaged),
    ...list('Not as declared, so Terraform will plan to change them; apply first to have it done here:', unequal),
    `${paint('strong', `Wrote ${count(imports.length, 'import')} to ${visible(file)}.`)} ${
      beside ? 'Next:' : `Put it beside the stack, in ${there}. Next:`
    }`,
    `  terraform -chdir=${there} init && terraform -chdir=${there} plan`,
    ...(looked ? [] : ['No local state was read: begin with a state of Terraform that does not know this stack.']),
    'After terraform apply take the imports away, or Terraform will not let anything leave the code:',
    `  rm ${join(there, visible(basename(file)))}`,
    `From then on use Terraform only: two engines on one stack undo each other's work. The ledger stays (${visible(ledger)}); take-back makes it anew from Terraform's state.`,
  ];
  return `${texts.join('\n')}\n`;
}
