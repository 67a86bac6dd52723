import { replaceFile } from '../embedded/index.js';
import { DelineaError, type Plan } from '../provider/index.js';
import { planText, visible } from '../review/index.js';
import { type ExitCode, exitOfPlan } from './exit.js';
import { run } from './run.js';
import type { Terminal } from './terminal.js';
import { connectFor, openStack, ownedBy, planStack } from './workplace.js';

export interface PlanOptions {
  readonly ledger?: string;
  readonly json?: boolean;
  readonly out?: string;
  readonly unmanaged?: boolean;
  readonly reactivate?: readonly string[];
  readonly allowMissing?: number;
}

/** `delinea-iac plan`: what an apply would do. Writes nothing to the tenant. */
export function planCommand(path: string, options: PlanOptions, terminal: Terminal): Promise<ExitCode> {
  const { json = false, out, reactivate = [], unmanaged = false, allowMissing } = options;
  return run(terminal, { quiet: json }, async (state) => {
    const place = openStack(path, options.ledger, terminal.env);
    const owned = await ownedBy(place);
    const tenant = await connectFor(place, state, terminal.env);
    const plan = await planStack(tenant, place, owned, { reactivate, unmanaged, allowMissing }, terminal);
    if (out !== undefined) await savePlan(out, plan);
    terminal.out(json ? planJson(plan) : planText(plan, terminal.paint));
    if (out !== undefined && !json)
      terminal.out(`Saved the plan. Carry it out with: delinea-iac apply ${visible(out)}\n`);
    return exitOfPlan(plan);
  });
}

/** Terraform's plan JSON, for programs and for `apply <plan>`. */
export function planJson(plan: Plan): string {
  return `${JSON.stringify(plan, null, 2)}\n`;
}

async function savePlan(path: string, plan: Plan): Promise<void> {
  // Names and addresses of people: for the owner's eyes.
  await replaceFile(path, planJson(plan), 0o600).catch((error: unknown) => {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new DelineaError('settings_invalid', `cannot write the plan (${code ?? message})`, { path, cause: error });
  });
}
