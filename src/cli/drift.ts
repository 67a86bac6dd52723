import { readAttributions, readTenantAccess, visible } from '../provider/index.js';
import { type Drift, driftMarkdown, driftOf, driftPage, driftReport, driftText, writeKey } from '../review/index.js';
import { type Acceptance, type AcceptOptions, applyIgnoreFile, checkAcceptOptions } from './accept-drift.js';
import { checkRules, type RuleOptions, readRules } from './access-rules.js';
import { printWhole, runCommand } from './command.js';
import { EXIT, type ExitCode, exitOfDrift, exitOfRules } from './exit.js';
import { readIgnoreFile } from './ignore-file.js';
import { planJson } from './plan.js';
import { withReadingProgress } from './progress.js';
import { openReportForms, type ReportOptions } from './report-files.js';
import { withSafeConsole } from './script-file.js';
import type { Terminal } from './terminal.js';
import { connectFor, openStack, planStack, type WorkspaceOptions } from './workspace.js';
import { readWorkspaceLedger } from './workspace-ledger.js';

export interface DriftOptions extends WorkspaceOptions, RuleOptions, AcceptOptions, ReportOptions {
  readonly json?: boolean;
  readonly markdown?: boolean;
  /** Whether to read from the audit who made the changes. */
  readonly who?: boolean;
  /** File of accepted drift. */
  readonly ignore?: string;
}

/**
 * Runs `delinea-iac drift`: shows where the tenant differs from the code. It compares as `plan` does, but also reads
 * everyone who holds a right, role or membership on the declared objects; `plan` reads as little as possible.
 */
export function driftCommand(path: string, options: DriftOptions, terminal: Terminal): Promise<ExitCode> {
  const { json = false, markdown = false, who = false } = options;
  const now = Date.now();
  return runCommand(terminal, { quiet: json || markdown }, async (state) => {
    checkAcceptOptions(options, now);
    const workspace = openStack(path, options, terminal.env);
    const forms = openReportForms(options, workspace.stack.file);
    const isNeeded = options.ignore !== undefined && options.accept === undefined;
    const file = readIgnoreFile(options.ignore, isNeeded, workspace, now);
    const ledger = await readWorkspaceLedger(workspace);
    const rules = await withSafeConsole(terminal, () => readRules(options, terminal.env));
    const tenant = await connectFor(workspace, state, terminal.env);
    const plan = await planStack(tenant, workspace, ledger, { thorough: true }, terminal);
    const unverified = new Set(ledger?.unverified.map(({ address, label }) => writeKey(address, label)));
    const found = driftOf(plan, { owned: ledger?.objects ?? [], unverified });
    const readAccess = once(() => withReadingProgress(terminal, tenant.cost, () => readTenantAccess(tenant)));
    const { drift, acceptance } = await applyIgnoreFile(tenant, readAccess, found, file, options, now);
    const read = () => readAttributions(tenant, plan, ledger?.objects);
    const audit = who ? await withReadingProgress(terminal, tenant.cost, read) : undefined;
    const { adminRoles } = workspace.settings;
    const check = await checkRules({ ...rules, adminRoles }, readAccess, terminal);
    const result: Drift = { ...drift, ...(audit && { audit }), ...(check && { check }) };
    printWhole(terminal.out, render(result, options, terminal), state);
    await forms.write(
      async () => driftPage(result, await readAccess()),
      () => driftReport(result),
    );
    if (acceptance) printAcceptance(acceptance, file.path, json || markdown ? terminal.err : terminal.out);
    const code = exitOfRules(exitOfDrift(drift), check);
    const unread = options.html === undefined ? [] : (await readAccess()).unread;
    if (unread.length === 0) return code;
    const lines = unread.map((line) => `  - ${visible(line)}\n`);
    terminal.err(`Could not be read, so not on the page:\n${lines.join('')}`);
    return EXIT.unreadable;
  });
}

/** Returns a function that reads on its first call: all access of a tenant is many requests. */
function once<T>(read: () => Promise<T>): () => Promise<T> {
  let reading: Promise<T> | undefined;
  return () => {
    reading ??= read();
    return reading;
  };
}

function render(drift: Drift, { json = false, markdown = false }: DriftOptions, { paint }: Terminal): string {
  if (json) return driftJson(drift);
  return markdown ? driftMarkdown(drift).text : driftText(drift, paint);
}

/** Returns the plan in Terraform's plan JSON format, with the drift beside its other fields under `delinea`. */
function driftJson({ plan, items, problems, audit, check }: Drift): string {
  const { violations, policies, unread } = check ?? {};
  const delinea = { ...plan.delinea, drift: items, ignore: problems, audit, violations, policies, unread };
  return planJson({ ...plan, delinea });
}

function printAcceptance({ added, refused }: Acceptance, path: string, print: (text: string) => void): void {
  print(`Accepted: ${added === 1 ? '1 entry was' : `${added} entries were`} added to ${visible(path)}.\n`);
  for (const each of refused) print(`Not accepted: ${visible(each)}\n`);
}
