import { checkReplaceable, replaceFile, unwritable } from '../embedded/index.js';
import {
  type Plan,
  planDigest,
  readPlanKey,
  readTenantAccess,
  signPlan,
  terraformParts,
  visibleJson,
} from '../provider/index.js';
import { planText, shellWord } from '../review/index.js';
import { printWhole, runCommand } from './command.js';
import { type ExitCode, exitOfPlan } from './exit.js';
import { checkSnapshotPlace, writeSnapshotFile } from './snapshot-file.js';
import type { Terminal } from './terminal.js';
import { connectFor, openStack, planStack, type WorkspaceOptions } from './workspace.js';
import { readWorkspaceLedger } from './workspace-ledger.js';

export interface PlanOptions extends WorkspaceOptions {
  readonly json?: boolean;
  readonly out?: string;
  /** File for a snapshot of the access in the tenant, for `review`. */
  readonly live?: string;
  readonly unmanaged?: boolean;
  readonly reactivate?: readonly string[];
}

/** Runs `delinea-iac plan`: shows what an apply would do. Writes nothing to the tenant. */
export function planCommand(path: string, options: PlanOptions, terminal: Terminal): Promise<ExitCode> {
  const { json = false, out, live, reactivate = [], unmanaged = false } = options;
  return runCommand(terminal, { quiet: json }, async (state) => {
    const workspace = openStack(path, options, terminal.env);
    const ledger = await readWorkspaceLedger(workspace);
    if (out !== undefined) checkPlace(out);
    if (live !== undefined) checkSnapshotPlace(live);
    const tenant = await connectFor(workspace, state, terminal.env);
    const planned = await planStack(tenant, workspace, ledger, { reactivate, unmanaged }, terminal);
    const plan = signPlan(planned, readPlanKey(terminal.env));
    const digest = planDigest(plan);
    printWhole(terminal.out, json ? planJson(plan) : planText(plan, terminal.paint), state);
    if (out !== undefined) await savePlan(out, plan);
    if (live !== undefined) await writeSnapshotFile(live, await readTenantAccess(tenant), state, terminal);
    // With --json, standard output holds only the plan.
    const print = json ? terminal.err : terminal.out;
    print(`Plan digest: ${digest}\n`);
    if (out !== undefined) print(`Plan saved. To apply it: ${applyCommandLine(out, path, options, digest)}\n`);
    return exitOfPlan(plan);
  });
}

/** Returns the command line that applies a saved plan. It names the same stack and ledger, and allows the same. */
function applyCommandLine(file: string, stack: string, options: PlanOptions, digest: string): string {
  const { ledger, reactivate = [], allowRemovals, allowMissing, allowPrincipal = [], allowOrphan = [] } = options;
  const given: readonly (readonly [option: string, value: string | number | undefined])[] = [
    ['--stack', stack === '.' ? undefined : stack],
    ['--ledger', ledger],
    ['--allow-removals', allowRemovals],
    ['--allow-missing', allowMissing],
    ...[...reactivate].map((name) => ['--reactivate', name] as const),
    ...[...allowPrincipal].map((name) => ['--allow-principal', name] as const),
    ...[...allowOrphan].map((name) => ['--allow-orphan', name] as const),
    ['--expect', digest],
  ];
  const words = given.flatMap(([option, value]) => (value === undefined ? [] : [option, String(value)]));
  return ['delinea-iac apply', ...[file, ...words].map(shellWord)].join(' ');
}

/** Returns the plan in Terraform's plan JSON format, for programs and for `apply <plan>`. */
export function planJson(plan: Plan): string {
  return `${visibleJson(JSON.stringify({ ...plan, ...terraformParts(plan) }, null, 2))}\n`;
}

/** Refuses to replace a file that is not a plan, before the tenant is read. @throws DelineaError */
function checkPlace(path: string): void {
  try {
    checkReplaceable(path, 'plan', isPlan);
  } catch (error) {
    throw unwritable(path, 'plan', error);
  }
}

async function savePlan(path: string, plan: Plan): Promise<void> {
  checkPlace(path);
  await replaceFile(path, planJson(plan), 'plan').catch((error: unknown) => {
    throw unwritable(path, 'plan', error);
  });
}

function isPlan(text: string): boolean {
  try {
    const json: unknown = JSON.parse(text);
    return typeof json === 'object' && json !== null && 'format_version' in json && 'delinea' in json;
  } catch {
    return false;
  }
}
