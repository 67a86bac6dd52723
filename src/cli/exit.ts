import {
  type ApplyResult,
  DelineaError,
  DelineaErrors,
  type Diagnosis,
  type EndedSessions,
  type ErrorCode,
  hasRemainingAccess,
  type Plan,
  pendingChanges,
  type RemainingAccess,
  UNREADABLE,
} from '../provider/index.js';
import { type Drift, hasOpenDrift, type Review, type RuleCheck } from '../review/index.js';

/** Exit codes of every command; documented in docs/guides/exit-codes.md. */
export const EXIT = {
  /** plan, drift: no differences. apply: every step was done and read back. offboard: no access is left. doctor: a profile fits. */
  ok: 0,
  error: 1,
  /** plan, drift: changes or drift. offboard: some access is left. */
  changes: 2,
  /** apply, offboard: refused by a guard before the first write. review, access check, drift: a rule on access is violated. */
  refused: 3,
  /** apply, offboard: some steps were done, not all. */
  partly: 4,
  /** The tenant could not be read. */
  unreadable: 5,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export function exitOfError(error: unknown): ExitCode {
  if (error instanceof DelineaErrors) return exitOfCodes(error.errors.map(({ code }) => code));
  if (!(error instanceof DelineaError)) return EXIT.error;
  return error.code === 'refused_by_guard' ? EXIT.refused : exitOfCodes([error.code]);
}

/** Returns the exit code of a plan: unreadable before error, error before changes. */
export function exitOfPlan(plan: Plan): ExitCode {
  const faults = errorsIn(plan);
  if (faults.length > 0) return exitOfCodes(faults);
  return pendingChanges(plan).length > 0 ? EXIT.changes : EXIT.ok;
}

/**
 * Returns the exit code of a drift report: unreadable before error, error before drift. Unlike `exitOfPlan`, it also counts
 * changes that an apply would leave alone, and leaves out accepted ones.
 */
export function exitOfDrift(drift: Drift): ExitCode {
  const { findings } = drift.plan.delinea;
  const faults = errorsIn(drift.plan);
  // Holders that were not read must not count as "no drift".
  const isUnread = findings.some(({ code }) => code === 'not_checked');
  if (faults.length > 0) return isUnread ? EXIT.unreadable : exitOfCodes(faults);
  if (isUnread) return EXIT.unreadable;
  return hasOpenDrift(drift) ? EXIT.changes : EXIT.ok;
}

/** Returns the exit code of an apply. Objects that the plan left out because of errors count as failed too. */
export function exitOfApply(
  plan: Plan,
  result: { readonly written: boolean; readonly faults: readonly ErrorCode[] },
): ExitCode {
  const faults = [...errorsIn(plan), ...result.faults];
  if (faults.length === 0) return EXIT.ok;
  return result.written ? EXIT.partly : exitOfCodes(faults);
}

/** Returns the exit code of a drift report with rules on access: unreadable, then error, then a violated rule, then drift. */
export function exitOfRules(code: ExitCode, check: RuleCheck | undefined): ExitCode {
  if (!check) return code;
  if (code === EXIT.unreadable || check.unread.length > 0) return EXIT.unreadable;
  return code !== EXIT.error && isRefused(check) ? EXIT.refused : code;
}

/** Returns whether rules refuse the access: an assertion is violated, or a policy reports an error. */
export function isRefused({ violations, policies }: Pick<Review, 'violations' | 'policies'>): boolean {
  return violations.length > 0 || policies.some(({ level }) => level === 'error');
}

/**
 * Returns the exit code of an off-boarding. Unreadable comes before "access is left": the list may be incomplete.
 * @param ended the sessions that were to be ended; empty if that was not asked for
 */
export function exitOfOffboard(
  plan: Plan,
  { written, failures }: ApplyResult,
  remaining: RemainingAccess,
  ended: readonly EndedSessions[] = [],
): ExitCode {
  const applied = exitOfApply(plan, { written, faults: failures.map(({ error }) => error.code) });
  if (applied === EXIT.partly || ended.some(({ refused }) => refused !== undefined)) return EXIT.partly;
  if (remaining.unread.length > 0 || ended.some(({ unread }) => unread !== undefined)) return EXIT.unreadable;
  if (applied !== EXIT.ok) return applied;
  return hasRemainingAccess(remaining) ? EXIT.changes : EXIT.ok;
}

/** Returns the exit code of a diagnosis: unreadable if a service failed, error if only credentials are unset. */
export function exitOfDiagnosis({ recommended, surfaces }: Diagnosis): ExitCode {
  if (recommended) return EXIT.ok;
  return exitOfCodes(surfaces.flatMap(({ problems }) => problems.flatMap(({ code }) => code ?? [])));
}

function errorsIn(plan: Plan): ErrorCode[] {
  return plan.delinea.findings.flatMap(({ level, code }) => (level === 'error' ? [code as ErrorCode] : []));
}

function exitOfCodes(codes: readonly ErrorCode[]): ExitCode {
  return codes.some((code) => UNREADABLE.has(code)) ? EXIT.unreadable : EXIT.error;
}
