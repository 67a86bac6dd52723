import { driftText } from '../review/index.js';
import { type ExitCode, exitOfDrift } from './exit.js';
import { planJson } from './plan.js';
import { run } from './run.js';
import type { Terminal } from './terminal.js';
import { connectFor, openStack, ownedBy, planStack } from './workplace.js';

export interface DriftOptions {
  readonly ledger?: string;
  readonly json?: boolean;
}

/**
 * `delinea-iac drift`: what is in the tenant otherwise than in code. The same comparison as plan, seen from the code, and
 * it reads whoever may hold what the code speaks of, where a plan reads as little as it can.
 */
export function driftCommand(
  path: string,
  { ledger, json = false }: DriftOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  return run(terminal, { quiet: json }, async (state) => {
    const place = openStack(path, ledger, terminal.env);
    const owned = await ownedBy(place);
    const tenant = await connectFor(place, state, terminal.env);
    const plan = await planStack(tenant, place, owned, { thorough: true }, terminal);
    terminal.out(json ? planJson(plan) : driftText(plan, terminal.paint));
    return exitOfDrift(plan);
  });
}
