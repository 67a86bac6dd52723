import { type Attribution, type Plan, readAttributions } from '../provider/index.js';
import { driftText, type RuleCheck, rulesText } from '../review/index.js';
import { checkLiveAccess, type RuleOptions, readRules } from './access-rules.js';
import { printWhole, runCommand } from './command.js';
import { type ExitCode, exitOfDrift, exitOfRules } from './exit.js';
import { planJson } from './plan.js';
import { withReadingProgress } from './progress.js';
import { withSafeConsole } from './script-file.js';
import type { Terminal } from './terminal.js';
import { connectFor, openStack, planStack, type WorkspaceOptions } from './workspace.js';
import { readWorkspaceLedger } from './workspace-ledger.js';

export interface DriftOptions extends WorkspaceOptions, RuleOptions {
  readonly json?: boolean;
  /** Whether to read from the audit who made the changes. */
  readonly who?: boolean;
}

/**
 * Runs `delinea-iac drift`: shows where the tenant differs from the code. It compares as `plan` does, but also reads
 * everyone who holds a right, role or membership on the declared objects; `plan` reads as little as possible.
 */
export function driftCommand(path: string, options: DriftOptions, terminal: Terminal): Promise<ExitCode> {
  const { json = false, who = false } = options;
  return runCommand(terminal, { quiet: json }, async (state) => {
    const workspace = openStack(path, options, terminal.env);
    const ledger = await readWorkspaceLedger(workspace);
    const rules = await withSafeConsole(terminal, () => readRules(options, terminal.env));
    const tenant = await connectFor(workspace, state, terminal.env);
    const plan = await planStack(tenant, workspace, ledger, { thorough: true }, terminal);
    const read = () => readAttributions(tenant, plan, ledger?.objects);
    const audit = who ? await withReadingProgress(terminal, tenant.cost, read) : undefined;
    const { adminRoles } = workspace.settings;
    const check = await checkLiveAccess({ ...rules, adminRoles }, tenant, terminal);
    const text = json
      ? planJson(withCheck(withAudit(plan, audit), check))
      : driftText(plan, terminal.paint, audit) + (check ? rulesText(check, terminal.paint) : '');
    printWhole(terminal.out, text, state);
    return exitOfRules(exitOfDrift(plan), check);
  });
}

/** Adds the changes of the audit to the plan that is printed, by address. */
function withAudit(plan: Plan, audit: Readonly<Record<string, readonly Attribution[]>> | undefined): Plan {
  const delinea = { ...plan.delinea, audit };
  return audit ? { ...plan, delinea } : plan;
}

/** Adds the findings of rules on access to the plan that is printed. */
function withCheck(plan: Plan, check: RuleCheck | undefined): Plan {
  if (!check) return plan;
  const { violations, policies, unread } = check;
  const delinea = { ...plan.delinea, violations, policies, unread };
  return { ...plan, delinea };
}
