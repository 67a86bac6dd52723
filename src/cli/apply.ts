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
import { type AllowanceOptions, allowanceOf } from './allowance.js';
import { approved } from './approval.js';
import { carryOut, resultText } from './carry-out.js';
import { EXIT, type ExitCode, exitOfApply } from './exit.js';
import { readPlanFile } from './plan-file.js';
import { run } from './run.js';
import type { Terminal } from './terminal.js';
import { connectFor, openPlanned, openStack, planStack, type Workplace } from './workplace.js';

export interface ApplyOptions extends AllowanceOptions {
  readonly ledger?: string;
  readonly initLedger?: boolean;
  readonly autoApprove?: boolean;
  readonly reactivate?: readonly string[];
  readonly allowMissing?: number;
  /** Where the stack of a plan file stands. */
  readonly stack?: string;
}

/** `delinea-iac apply`: plans a stack, or takes a plan file, and carries it out after a yes. */
export function applyCommand(target: string, options: ApplyOptions, terminal: Terminal): Promise<ExitCode> {
  return run(terminal, { quiet: false }, async (state) => {
    const saved = readPlanFile(target);
    const place = saved
      ? openPlanned(options.stack, saved.delinea.stack, options.ledger, terminal.env)
      : openStack(target, options.ledger, terminal.env);
    if (saved) checkSaved(saved, place, options);
    requireLedger(place, options);
    const ledger = await Ledger.open(place.ledger, { stack: place.stack.name, tenant: place.settings.url });
    try {
      const tenant = await connectFor(place, state, terminal.env);
      const plan =
        saved ??
        (await planStack(
          tenant,
          place,
          { objects: ledger.objects(), usedConsents: ledger.usedConsents() },
          { reactivate: options.reactivate ?? [], allowMissing: options.allowMissing },
          terminal,
        ));
      terminal.out(planText(plan, terminal.paint));
      const allowance = allowanceOf(options);
      enforceGuards(guardInputOf(plan), place.settings, allowance);
      if (pendingChanges(plan).length > 0 && !options.autoApprove && !(await approved(terminal))) return EXIT.error;
      if (!ledger.existed) await ledger.save();
      if (!plan.applyable) return exitOfApply(plan, { written: false, faults: [] });
      const result = await carryOut(
        { command: 'apply', tenant, plan, place, allowance, books: ledger },
        state,
        terminal,
      );
      terminal.out(resultText(plan, result, terminal));
      return exitOfApply(plan, { written: result.written, faults: result.failures.map(({ error }) => error.code) });
    } finally {
      await ledger.close();
    }
  });
}

/** Without a ledger nobody knows what is ours; to begin one is a decision. */
function requireLedger({ ledger }: Workplace, { initLedger }: ApplyOptions): void {
  if (initLedger || statSync(ledger, { throwIfNoEntry: false })) return;
  throw new DelineaError('ledger_missing', 'there is no ledger, so nobody knows what is ours; nothing was written', {
    path: ledger,
    hint: 'Restore it, name another with --ledger, or begin one with --init-ledger: equal objects are taken over, unequal ones refused.',
  });
}

function checkSaved(plan: Plan, { stack, settings }: Workplace, { reactivate, initLedger }: ApplyOptions): void {
  const { delinea } = plan;
  const refuse = (message: string, hint: string) => new DelineaError('stale_plan', message, { hint });
  if (delinea.stack !== stack.name)
    throw refuse(`the plan is that of stack "${delinea.stack}", not "${stack.name}"`, 'Name its stack with --stack.');
  refuseOtherTenant(delinea.tenant, settings);
  if (!delinea.ledger)
    throw refuse(
      'the plan was made without a ledger and does not know what is ours',
      'Begin a ledger with `apply --init-ledger` on the stack, then plan again.',
    );
  if (initLedger || (reactivate ?? []).length > 0)
    throw refuse(
      '--init-ledger and --reactivate belong to planning',
      'Leave them out: a saved plan is carried out as it is.',
    );
}
