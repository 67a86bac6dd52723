import { ApplyLog, lossEvents } from '../embedded/index.js';
import {
  type ApplyIo,
  type ApplyResult,
  applyPlan,
  DelineaErrors,
  guardInputOf,
  type LogEvent,
  lossesToRemember,
  type Plan,
  type Tenant,
  visible,
} from '../provider/index.js';
import { count, errorText } from '../review/index.js';
import type { CommandState } from './command.js';
import { ProgressLine } from './progress.js';
import { stopOnSignal } from './stop.js';
import type { Terminal } from './terminal.js';
import { logPath, type Workspace } from './workspace.js';
import { ledgerOwner, type OpenLedger } from './workspace-ledger.js';

/** A plan to apply, and where to record what was done. */
export interface ApplyRequest {
  /** Name of the command in the log. */
  readonly command: string;
  readonly tenant: Tenant;
  readonly plan: Plan;
  /** Digest of the plan that was reviewed, for the log. */
  readonly digest: string;
  readonly workspace: Workspace;
  readonly ledger: Pick<ApplyIo, 'record' | 'forget' | 'recordSet' | 'forgetSet' | 'usedConsents'>;
  /** The ledger that the callbacks write, to be recorded in the log. */
  readonly opened: OpenLedger | undefined;
  /** Receives each log event of a step. */
  readonly onEvent?: (event: LogEvent) => void;
  /** Runs after the apply and may write further lines before the last line of the log. */
  readonly beforeEnd?: (result: ApplyResult, log: Pick<ApplyLog, 'write'>) => Promise<void>;
}

/** The result of an apply, and the digest of the last line that it wrote to the log. */
export interface ExecutedPlan extends ApplyResult {
  readonly logDigest: string;
}

/** Applies a plan, records every step in ledger and log, and stops gracefully on a signal. */
export async function executePlan(
  request: ApplyRequest,
  state: CommandState,
  terminal: Terminal,
): Promise<ExecutedPlan> {
  const { command, tenant, plan, digest, workspace, ledger, opened } = request;
  const head = { ...ledgerOwner(workspace), plan: digest, command };
  const log = await ApplyLog.open(logPath(workspace), head, workspace.settings.redact);
  const line = new ProgressLine(terminal);
  const stop = stopOnSignal(terminal);
  stop.signal.addEventListener('abort', () => tenant.stop());
  let result: ApplyResult | undefined;
  let logDigest = '';
  // Writes that cannot be recorded in ledger or log must not continue.
  const orStop = (recorded: Promise<void>) =>
    recorded.catch((error: unknown) => {
      stop.now();
      throw error;
    });
  try {
    await opened?.logTo(log);
    // Records the losses before they happen, because a killed run may have made any of them.
    for (const event of lossEvents(lossesToRemember(guardInputOf(plan), workspace.settings))) await log.write(event);
    const io: ApplyIo = {
      record: (entry) => orStop(ledger.record(entry)),
      forget: (entry) => orStop(ledger.forget(entry)),
      recordSet: (set) => orStop(ledger.recordSet?.(set) ?? Promise.resolve()),
      forgetSet: (set) => orStop(ledger.forgetSet?.(set) ?? Promise.resolve()),
      usedConsents: () => ledger.usedConsents?.() ?? [],
      log: (event) => {
        if (event.outcome === 'written') state.written = true;
        request.onEvent?.(event);
        return orStop(log.write({ event: 'step', ...event }));
      },
      progress: (event) => line.report(event),
      signal: stop.signal,
    };
    result = await applyPlan(tenant, plan, io);
    await request.beforeEnd?.(result, log);
  } finally {
    stop.end();
    line.end();
    const { done, failures, converged = false } = result ?? {};
    const end = { converged, done, failed: failures?.length, ledger: opened?.ledger.digest() };
    logDigest = await log.close({ ...end, cost: tenant.cost });
  }
  return { ...result, logDigest };
}

/** Returns the digest of the last line of the log, to be kept elsewhere. */
export function logDigestText({ logDigest }: ExecutedPlan, workspace: Workspace): string {
  return `Last line of ${visible(logPath(workspace))}: sha256 ${logDigest}\n  Keep this digest elsewhere: verify-log --expect then notices when the end of the log is cut off or replaced.\n`;
}

/** Returns the notes and errors of an apply, and a line that sums it up. */
export function resultText(plan: Plan, { done, failures, notes, written }: ApplyResult, { paint }: Terminal): string {
  const leftOut = plan.delinea.findings.filter(({ level }) => level === 'error').length;
  const lines = notes.map(({ level, message }) => `${level === 'warning' ? 'Warning' : 'Note'}: ${visible(message)}`);
  const errors = failures.length > 0 ? [errorText(new DelineaErrors(failures.map(({ error }) => error)), paint)] : [];
  const parts = [`${count(done, 'step')} done${written ? ' and read back' : ', nothing was written to the tenant'}`];
  if (failures.length > 0) parts.push(`${failures.length} not done`);
  if (leftOut > 0) parts.push(`${count(leftOut, 'object')} left out because of errors`);
  const verdict = failures.length + leftOut === 0 ? 'Applied' : written ? 'Partly applied' : 'Not applied';
  return `${[...lines, ...errors, paint('strong', `${verdict}: ${parts.join(', ')}.`)].join('\n')}\n`;
}
