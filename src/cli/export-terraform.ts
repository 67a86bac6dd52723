import { basename, dirname, join, resolve } from 'node:path';
import { refuseLeftoverState, writeImports } from '../embedded/index.js';
import {
  DelineaError,
  DelineaErrors,
  exportToTerraform,
  findingToError,
  type Plan,
  type TerraformExport,
  visible,
} from '../provider/index.js';
import { count, shellWord } from '../review/index.js';
import { runCommand } from './command.js';
import { EXIT, type ExitCode } from './exit.js';
import type { Terminal } from './terminal.js';
import { connectFor, openStack, planStack, type Workspace } from './workspace.js';
import { readWorkspaceLedger } from './workspace-ledger.js';

export interface ExportTerraformOptions {
  readonly ledger?: string;
  readonly out?: string;
}

/**
 * Runs `delinea-iac export-terraform`: writes import blocks with which Terraform adopts the objects of the ledger.
 * Writes nothing to the tenant and leaves the ledger as it is.
 */
export function exportTerraformCommand(
  path: string,
  options: ExportTerraformOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  return runCommand(terminal, { quiet: false }, async (state) => {
    const workspace = openStack(path, options, terminal.env);
    const ledger = await readWorkspaceLedger(workspace);
    if (!ledger) {
      throw new DelineaError('ledger_missing', 'the ledger does not exist, so there is nothing to export', {
        path: workspace.ledger,
        hint: 'Pass the path of another ledger with --ledger.',
        remedy: { kind: 'initLedger' },
      });
    }
    const stateChecked = refuseLeftoverState(workspace.stack);
    const tenant = await connectFor(workspace, state, terminal.env);
    const plan = await planStack(tenant, workspace, ledger, {}, terminal);
    refuseErrors(plan);
    const result = exportToTerraform(plan, ledger.objects);
    // Terraform refuses a second import block for the same address.
    const imported = workspace.stack.declarations.filter(({ importId }) => importId).map(({ address }) => address);
    const file = options.out ?? join(dirname(workspace.stack.file), 'imports.tf');
    await writeImports(
      file,
      result.imports.filter(({ address }) => !imported.includes(address)),
    );
    terminal.out(resultText(result, file, workspace, stateChecked, terminal));
    return EXIT.ok;
  });
}

/** Refuses a plan with errors: Terraform would plan to create the objects that are left out. */
function refuseErrors(plan: Plan): void {
  const faults = plan.delinea.findings.filter(({ level }) => level === 'error');
  if (faults.length === 0) return;
  throw new DelineaErrors(faults.map(findingToError));
}

function resultText(
  { imports, unequal, notManaged, undeclared }: TerraformExport,
  file: string,
  { stack, ledger }: Workspace,
  stateChecked: boolean,
  { paint }: Terminal,
): string {
  const list = (title: string, items: readonly string[]) =>
    items.length === 0 ? [] : [`${title}\n${items.map((item) => `  - ${visible(item)}`).join('\n')}`];
  const folder = shellWord(dirname(stack.file));
  const besideStack = resolve(dirname(file)) === resolve(dirname(stack.file));
  const texts = [
    ...list(
      `${paint('warning', 'Warning:')} managed, but no longer in code. Terraform will not remove them; to remove them, run delinea-iac apply first:`,
      undeclared,
    ),
    ...list(
      'Not exported, because they are not managed or not in the tenant. Terraform will plan to create them:',
      notManaged,
    ),
    ...list(
      'Different from the code. Terraform will plan to change them; to change them before the export, run delinea-iac apply first:',
      unequal,
    ),
    `${paint('strong', `Wrote ${count(imports.length, 'import')} to ${visible(file)}.`)} ${
      besideStack ? 'Next:' : `Move it to the folder of the stack, ${folder}. Next:`
    }`,
    `  terraform -chdir=${folder} init && terraform -chdir=${folder} plan`,
    ...(stateChecked
      ? []
      : ['No local Terraform state was found. Start with a state that does not contain this stack.']),
    'After terraform apply, delete the file. While it exists, Terraform cannot remove an object that you delete from the code:',
    `  rm ${shellWord(join(dirname(stack.file), basename(file)))}`,
    `From then on use only Terraform: two engines on one stack undo each other's changes. The ledger is kept (${visible(ledger)}); import-state creates it again from Terraform's state.`,
  ];
  return `${texts.join('\n')}\n`;
}
