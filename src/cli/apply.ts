import { statSync } from 'node:fs';
import { Ledger } from '../embedded/index.js';
import {
  DelineaError,
  enforceGuards,
  guardInputOf,
  type Plan,
  pendingChanges,
  refuseOtherTenant,
} from '../provider/index.js';
import { planText } from '../review/index.js';
import { runCommand } from './command.js';
import { confirm } from './confirm.js';
import { executePlan, logDigestText, resultText } from './execute-plan.js';
import { EXIT, type ExitCode, exitOfApply } from './exit.js';
import { allowanceOf, type GuardOptions } from './guard-options.js';
import { readPlanFile } from './plan-file.js';
import type { Terminal } from './terminal.js';
import { connectFor, openOptionalStack, openStack, planStack, type Workspace } from './workspace.js';

export interface ApplyOptions extends GuardOptions {
  readonly ledger?: string;
  readonly initLedger?: boolean;
  readonly autoApprove?: boolean;
  readonly reactivate?: readonly string[];
  readonly allowMissing?: number;
  /** Stack of the saved plan. */
  readonly stack?: string;
}

/** Runs `delinea-iac apply`: plans a stack, or reads a saved plan, and applies it after confirmation. */
export function applyCommand(target: string, options: ApplyOptions, terminal: Terminal): Promise<ExitCode> {
  return runCommand(terminal, { quiet: false }, async (state) => {
    const saved = readPlanFile(target);
    const workspace = saved
      ? openOptionalStack(options.stack, saved.delinea.stack, options.ledger, terminal.env)
      : openStack(target, options.ledger, terminal.env);
    if (saved) checkSaved(saved, workspace, options);
    requireLedger(workspace, options);
    const ledger = await Ledger.open(workspace.ledger, { stack: workspace.stack.name, tenant: workspace.settings.url });
    try {
      const tenant = await connectFor(workspace, state, terminal.env);
      const plan =
        saved ??
        (await planStack(
          tenant,
          workspace,
          ledger.content(),
          { reactivate: options.reactivate ?? [], allowMissing: options.allowMissing },
          terminal,
        ));
      terminal.out(planText(plan, terminal.paint));
      const allowance = allowanceOf(options);
      enforceGuards(guardInputOf(plan), workspace.settings, allowance);
      if (pendingChanges(plan).length > 0 && !options.autoApprove && !(await confirm(terminal))) return EXIT.error;
      if (!ledger.existed) await ledger.save();
      if (!plan.applyable) return exitOfApply(plan, { written: false, faults: [] });
      const result = await executePlan(
        { command: 'apply', tenant, plan, workspace, allowance, ledger },
        state,
        terminal,
      );
      terminal.out(resultText(plan, result, terminal));
      terminal.out(logDigestText(result, workspace));
      return exitOfApply(plan, { written: result.written, faults: result.failures.map(({ error }) => error.code) });
    } finally {
      await ledger.close();
    }
  });
}

/** Refuses to start without a ledger unless a new one is asked for: without it we cannot know which objects are managed. */
function requireLedger({ ledger }: Workspace, { initLedger }: ApplyOptions): void {
  if (initLedger || statSync(ledger, { throwIfNoEntry: false })) return;
  throw new DelineaError(
    'ledger_missing',
    'the ledger does not exist, so it is not known which objects are managed; nothing was written',
    {
      path: ledger,
      hint: 'Restore it, or pass the path of another ledger with --ledger.',
      remedy: { kind: 'initLedger' },
    },
  );
}

function checkSaved(plan: Plan, { stack, settings }: Workspace, { reactivate, initLedger }: ApplyOptions): void {
  const { delinea } = plan;
  const refuse = (message: string, hint: string) => new DelineaError('stale_plan', message, { hint });
  if (delinea.stack !== stack.name)
    throw refuse(`the plan was made for stack "${delinea.stack}", not "${stack.name}"`, 'Pass its stack with --stack.');
  refuseOtherTenant(delinea.tenant, settings);
  if (!delinea.ledger)
    throw refuse(
      'the plan was made without a ledger, so it does not know which objects are managed',
      'Start a ledger with `apply --init-ledger` on the stack, then plan again.',
    );
  if (initLedger || (reactivate ?? []).length > 0)
    throw refuse(
      '--init-ledger and --reactivate have no effect on a saved plan',
      'Leave them out, or plan again with them.',
    );
}
