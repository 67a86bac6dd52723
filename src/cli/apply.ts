import { statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ApplyLog, Ledger } from '../embedded/index.js';
import {
  type Allowance,
  type ApplyIo,
  type ApplyResult,
  applyPlan,
  DelineaError,
  DelineaErrors,
  enforceGuards,
  type Plan,
  pendingChanges,
  planDigest,
  type Tenant,
} from '../provider/index.js';
import { count, errorText, planText, visible } from '../review/index.js';
import { EXIT, type ExitCode, exitOfApply } from './exit.js';
import { readPlanFile } from './plan-file.js';
import { ProgressLine } from './progress.js';
import { type Run, run } from './run.js';
import { stopOnSignal } from './stop.js';
import type { Terminal } from './terminal.js';
import { connectFor, openPlanned, openStack, planStack, type Workplace } from './workplace.js';

export interface ApplyOptions {
  readonly ledger?: string;
  readonly initLedger?: boolean;
  readonly autoApprove?: boolean;
  readonly reactivate?: readonly string[];
  readonly allowRemovals?: number;
  readonly allowMissing?: number;
  readonly allowPrincipal?: readonly string[];
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
          ledger.objects(),
          { reactivate: options.reactivate ?? [], allowMissing: options.allowMissing },
          terminal,
        ));
      terminal.out(planText(plan, terminal.paint));
      const allowance: Allowance = { removals: options.allowRemovals, principals: options.allowPrincipal };
      enforceGuards(plan, place.settings.protectedPrincipals, allowance);
      if (pendingChanges(plan).length > 0 && !options.autoApprove && !(await approved(terminal))) return EXIT.error;
      if (!ledger.existed) await ledger.save();
      if (!plan.applyable) return exitOfApply(plan, { written: false, faults: [] });
      return await carryOut(tenant, plan, place, ledger, state, terminal, allowance);
    } finally {
      await ledger.close();
    }
  });
}

async function carryOut(
  tenant: Tenant,
  plan: Plan,
  place: Workplace,
  ledger: Ledger,
  state: Run,
  terminal: Terminal,
  allowance: Allowance,
): Promise<ExitCode> {
  const { settings, stack } = place;
  const head = {
    stack: stack.name,
    tenant: settings.url,
    plan: planDigest(plan),
    command: 'apply',
    accounts: settings.ownAccounts,
  };
  const log = await ApplyLog.open(join(dirname(place.ledger), 'apply.jsonl'), head, settings.redact);
  const line = new ProgressLine(terminal);
  const stop = stopOnSignal(terminal);
  let result: ApplyResult | undefined;
  // Writes that leave no trace in ledger or log must not go on.
  const traced = (trace: Promise<void>) =>
    trace.catch((error: unknown) => {
      stop.now();
      throw error;
    });
  try {
    const io: ApplyIo = {
      record: (entry) => traced(ledger.record(entry)),
      forget: (entry) => traced(ledger.forget(entry)),
      log: (event) => {
        if (event.outcome === 'written') state.written = true;
        return traced(log.write({ event: 'step', ...event }));
      },
      progress: (event) => line.report(event),
      signal: stop.signal,
    };
    result = await applyPlan(tenant, plan, io, allowance);
  } finally {
    stop.end();
    line.end();
    const { done, failures, converged = false } = result ?? {};
    await log.close({ converged, done, failed: failures?.length, cost: tenant.cost });
  }
  terminal.out(resultText(plan, result, terminal));
  return exitOfApply(plan, { written: result.written, faults: result.failures.map(({ error }) => error.code) });
}

function resultText(plan: Plan, { done, failures, notes, written }: ApplyResult, { paint }: Terminal): string {
  const left = plan.delinea.findings.filter(({ level }) => level === 'error').length;
  const lines = notes.map(({ message }) => `${visible(message)}`);
  const errors = failures.length > 0 ? [errorText(new DelineaErrors(failures.map(({ error }) => error)), paint)] : [];
  const parts = [`${count(done, 'step')} done${written ? ' and read back' : ', the tenant is as it was'}`];
  if (failures.length > 0) parts.push(`${failures.length} not done`);
  if (left > 0) parts.push(`${count(left, 'object')} left out because of errors`);
  const verdict = failures.length + left === 0 ? 'Applied' : written ? 'Partly applied' : 'Not applied';
  return `${[...lines, ...errors, paint('strong', `${verdict}: ${parts.join(', ')}.`)].join('\n')}\n`;
}

async function approved(terminal: Terminal): Promise<boolean> {
  if (!terminal.ask) {
    throw new DelineaError(
      'settings_invalid',
      'there is nobody to ask: standard input is no terminal; nothing was written',
      {
        hint: 'Give --auto-approve to apply without a question.',
      },
    );
  }
  const answer = await terminal.ask("\nCarry out these actions? Only 'yes' is a yes: ");
  if (answer.trim() === 'yes') return true;
  terminal.out('Not applied: nothing was written.\n');
  return false;
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
  if (delinea.tenant !== settings.url)
    throw refuse(`the plan was made for ${delinea.tenant}, not for ${settings.url}`, 'Plan again with these settings.');
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
