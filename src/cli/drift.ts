import { driftText } from '../review/index.js';
import { printWhole, runCommand } from './command.js';
import { type ExitCode, exitOfDrift } from './exit.js';
import { planJson } from './plan.js';
import type { Terminal } from './terminal.js';
import { connectFor, openStack, planStack, type WorkspaceOptions } from './workspace.js';
import { readWorkspaceLedger } from './workspace-ledger.js';

export interface DriftOptions extends WorkspaceOptions {
  readonly json?: boolean;
}

/**
 * Runs `delinea-iac drift`: shows where the tenant differs from the code. It compares as `plan` does, but also reads
 * everyone who holds a right, role or membership on the declared objects; `plan` reads as little as possible.
 */
export function driftCommand(path: string, options: DriftOptions, terminal: Terminal): Promise<ExitCode> {
  const { json = false } = options;
  return runCommand(terminal, { quiet: json }, async (state) => {
    const workspace = openStack(path, options, terminal.env);
    const ledger = await readWorkspaceLedger(workspace);
    const tenant = await connectFor(workspace, state, terminal.env);
    const plan = await planStack(tenant, workspace, ledger, { thorough: true }, terminal);
    printWhole(terminal.out, json ? planJson(plan) : driftText(plan, terminal.paint), state);
    return exitOfDrift(plan);
  });
}
