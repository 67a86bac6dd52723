import { statSync } from 'node:fs';
import { hasStack } from '../embedded/index.js';
import {
  DelineaError,
  enforceGuards,
  guardInputOf,
  type Plan,
  pendingChanges,
  planDigest,
  readPlanKey,
  refuseOtherTenant,
} from '../provider/index.js';
import { planText } from '../review/index.js';
import { printWhole, runCommand } from './command.js';
import { confirm } from './confirm.js';
import { executePlan, logDigestText, resultText } from './execute-plan.js';
import { EXIT, type ExitCode, exitOfApply } from './exit.js';
import { checkSignature, readPlanFile } from './plan-file.js';
import type { Terminal } from './terminal.js';
import { connectFor, openStack, planStack, type Workspace, type WorkspaceOptions } from './workspace.js';
import { openLedger } from './workspace-ledger.js';

export interface ApplyOptions extends WorkspaceOptions {
  readonly initLedger?: boolean;
  readonly autoApprove?: boolean;
  readonly reactivate?: readonly string[];
  /** Stack of the saved plan. */
  readonly stack?: string;
  /** Digest of the only plan that may be applied. */
  readonly expect?: string;
}

/** Runs `delinea-iac apply`: plans a stack and applies the plan after confirmation, of a saved plan only what it has. */
export function applyCommand(target: string, options: ApplyOptions, terminal: Terminal): Promise<ExitCode> {
  return runCommand(terminal, { quiet: false }, async (state) => {
    const saved = readPlanFile(target);
    if (!saved && options.stack !== undefined) {
      throw refusal(
        `--stack is for a saved plan, but "${target}" is not one`,
        'Pass the stack itself, without --stack.',
      );
    }
    const key = readPlanKey(terminal.env);
    const given = openStack(saved ? stackOfSaved(options) : target, options, terminal.env);
    if (saved) checkSaved(saved, given, options, key);
    // Without one of these, anybody may have written the plan: it allows nothing.
    const isProven = key !== undefined || options.expect !== undefined;
    const workspace = saved && isProven ? withAllowancesOf(saved, given) : given;
    requireLedger(workspace, options);
    const opened = await openLedger(workspace);
    const { ledger, findings, earlier } = opened;
    try {
      const tenant = await connectFor(workspace, state, terminal.env);
      const plan = await planStack(
        tenant,
        workspace,
        { ...ledger.content(), findings, earlier },
        { reactivate: options.reactivate ?? [], reviewed: saved },
        terminal,
      );
      printWhole(terminal.out, planText(plan, terminal.paint), state);
      if (!saved) checkDigest(plan, options);
      enforceSaved(() => enforceGuards(guardInputOf(plan), workspace.settings), isProven ? undefined : saved);
      if (pendingChanges(plan).length > 0 && !options.autoApprove && !(await confirm(terminal))) return EXIT.error;
      if (!ledger.found) await ledger.save();
      // A ledger that the log does not have yet is recorded there, also if nothing changes.
      if (!plan.applyable && ledger.found && opened.record) return exitOfApply(plan, { written: false, faults: [] });
      const result = await executePlan(
        { command: 'apply', tenant, plan, digest: planDigest(saved ?? plan), workspace, ledger, opened },
        state,
        terminal,
      );
      if (plan.applyable) terminal.out(resultText(plan, result, terminal));
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

/** Returns the path of the stack that explains a saved plan. */
function stackOfSaved({ stack }: ApplyOptions): string {
  if (stack !== undefined || hasStack('.')) return stack ?? '.';
  throw new DelineaError('stack_invalid', 'a saved plan is applied with its stack, and this folder has none', {
    hint: 'Pass the stack of the plan with --stack.',
  });
}

/** Refuses a saved plan that this run must not use at all, before any request. @throws DelineaError `stale_plan` */
function checkSaved(plan: Plan, { stack, settings }: Workspace, options: ApplyOptions, key: string | undefined): void {
  const { delinea } = plan;
  if (key !== undefined) checkSignature(plan, key);
  checkDigest(plan, options);
  if (delinea.stack !== stack.name)
    throw refusal(
      `the plan was made for stack "${delinea.stack}", not "${stack.name}"`,
      'Pass its stack with --stack.',
    );
  refuseOtherTenant(delinea.tenant, settings.url);
  if (!delinea.ledger)
    throw refusal(
      'the plan was made without a ledger, so it does not know which objects are managed',
      'Start a ledger with `apply --init-ledger` on the stack, then plan again.',
    );
  if (options.initLedger)
    throw refusal('--init-ledger has no effect on a saved plan', 'Leave it out, or plan again with it.');
}

/** Adds the allowances of a reviewed plan to those of the run, which count first. */
function withAllowancesOf({ delinea }: Plan, workspace: Workspace): Workspace {
  const reviewed = (delinea.allowances ?? []).map((allowance) => ({ ...allowance, source: 'the reviewed plan' }));
  const { settings } = workspace;
  return { ...workspace, settings: { ...settings, allowances: [...settings.allowances, ...reviewed] } };
}

/** Enforces the guards. A refusal explains why the allowances of an unproven plan do not count. */
function enforceSaved(enforce: () => void, unproven: Plan | undefined): void {
  try {
    enforce();
  } catch (error) {
    if (!(error instanceof DelineaError) || unproven?.delinea.allowances === undefined) throw error;
    throw new DelineaError(error.code, error.message, {
      remedy: error.remedy,
      hint: 'Allowances in a saved plan count only if it is proven to be the reviewed one: pass --expect with the digest that `delinea-iac plan` printed, or sign plans with DELINEA_PLAN_KEY.',
    });
  }
}

/** Refuses every plan but the expected one. @throws DelineaError `stale_plan` */
function checkDigest(plan: Plan, { expect }: ApplyOptions): void {
  const digest = planDigest(plan);
  if (expect === undefined || expect === digest) return;
  throw refusal(
    `this is not the expected plan: its digest is ${digest}, not ${expect}; nothing was written`,
    'Plan again with the same options and review the plan.',
  );
}

function refusal(message: string, hint: string): DelineaError {
  return new DelineaError('stale_plan', message, { hint });
}
