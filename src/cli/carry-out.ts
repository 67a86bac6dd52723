import { dirname, join } from 'node:path';
import { ApplyLog } from '../embedded/index.js';
import {
  type Allowance,
  type ApplyIo,
  type ApplyResult,
  applyPlan,
  DelineaErrors,
  type LogEvent,
  type Plan,
  planDigest,
  type Tenant,
} from '../provider/index.js';
import { count, errorText, visible } from '../review/index.js';
import { ProgressLine } from './progress.js';
import type { Run } from './run.js';
import { stopOnSignal } from './stop.js';
import type { Terminal } from './terminal.js';
import type { Workplace } from './workplace.js';

/** A plan on its way into the tenant. */
export interface Errand {
  /** As the log calls it. */
  readonly command: string;
  readonly tenant: Tenant;
  readonly plan: Plan;
  readonly place: Workplace;
  readonly allowance: Allowance;
  /** Who notes what is ours. */
  readonly books: Pick<ApplyIo, 'record' | 'forget' | 'usedConsents'>;
  /** Told of each line about a step. */
  readonly hear?: (event: LogEvent) => void;
  /** Writes what else belongs into the log, before its last line. */
  readonly conclude?: (result: ApplyResult, log: Pick<ApplyLog, 'write'>) => Promise<void>;
}

/** The log of all applies stands beside the ledger. */
export function logOf({ ledger }: Workplace): string {
  return join(dirname(ledger), 'apply.jsonl');
}

/** Carries out a plan, with a trace of everything in ledger and log, and in good order on a signal. */
export async function carryOut(errand: Errand, state: Run, terminal: Terminal): Promise<ApplyResult> {
  const { command, tenant, plan, place, allowance, books } = errand;
  const { settings, stack } = place;
  const head = {
    stack: stack.name,
    tenant: settings.url,
    plan: planDigest(plan),
    command,
    accounts: settings.ownAccounts,
  };
  const log = await ApplyLog.open(logOf(place), head, settings.redact);
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
      record: (entry) => traced(books.record(entry)),
      forget: (entry) => traced(books.forget(entry)),
      usedConsents: () => books.usedConsents?.() ?? [],
      log: (event) => {
        if (event.outcome === 'written') state.written = true;
        errand.hear?.(event);
        return traced(log.write({ event: 'step', ...event }));
      },
      progress: (event) => line.report(event),
      signal: stop.signal,
    };
    result = await applyPlan(tenant, plan, io, allowance);
    await errand.conclude?.(result, log);
  } finally {
    stop.end();
    line.end();
    const { done, failures, converged = false } = result ?? {};
    await log.close({ converged, done, failed: failures?.length, cost: tenant.cost });
  }
  return result;
}

/** What came of it, in one line, after what went wrong. */
export function resultText(plan: Plan, { done, failures, notes, written }: ApplyResult, { paint }: Terminal): string {
  const left = plan.delinea.findings.filter(({ level }) => level === 'error').length;
  const lines = notes.map(({ message }) => `${visible(message)}`);
  const errors = failures.length > 0 ? [errorText(new DelineaErrors(failures.map(({ error }) => error)), paint)] : [];
  const parts = [`${count(done, 'step')} done${written ? ' and read back' : ', the tenant is as it was'}`];
  if (failures.length > 0) parts.push(`${failures.length} not done`);
  if (left > 0) parts.push(`${count(left, 'object')} left out because of errors`);
  const verdict = failures.length + left === 0 ? 'Applied' : written ? 'Partly applied' : 'Not applied';
  return `${[...lines, ...errors, paint('strong', `${verdict}: ${parts.join(', ')}.`)].join('\n')}\n`;
}
