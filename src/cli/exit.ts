import {
  type ApplyResult,
  DelineaError,
  DelineaErrors,
  type ErrorCode,
  hasRemainingAccess,
  type Plan,
  pendingChanges,
  type RemainingAccess,
  UNREADABLE,
} from '../provider/index.js';

/** Exit codes of every command; documented in docs/guides/exit-codes.md. */
export const EXIT = {
  /** plan, drift: nothing to do. apply: converged, and read back. offboard: nothing is left. */
  ok: 0,
  error: 1,
  /** plan, drift: changes or drift. offboard: something is left. */
  changes: 2,
  /** apply: refused before the first write, by a guard. */
  refused: 3,
  /** apply: some was written, not all of it as planned. */
  partly: 4,
  /** The tenant could not be read: nothing is known. */
  unreadable: 5,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export function exitOfError(error: unknown): ExitCode {
  if (error instanceof DelineaErrors) return exitOfCodes(error.errors.map(({ code }) => code));
  if (!(error instanceof DelineaError)) return EXIT.error;
  return error.code === 'refused_by_guard' ? EXIT.refused : exitOfCodes([error.code]);
}

/** What could not be read wins over errors, and errors over changes. */
export function exitOfPlan(plan: Plan): ExitCode {
  const faults = errorsIn(plan);
  if (faults.length > 0) return exitOfCodes(faults);
  return pendingChanges(plan).length > 0 ? EXIT.changes : EXIT.ok;
}

/** The same, where a change behind the code's back counts although apply would do nothing about it. */
export function exitOfDrift(plan: Plan): ExitCode {
  const code = exitOfPlan(plan);
  // What nobody looked at is not "no drift".
  if (code === EXIT.ok && plan.delinea.findings.some(({ code: found }) => found === 'not_checked'))
    return EXIT.unreadable;
  const drift = plan.delinea.findings.some(({ level }) => level === 'drift');
  return code === EXIT.ok && drift ? EXIT.changes : code;
}

/** What an apply came to; objects that the plan had to leave out have not converged either. */
export function exitOfApply(
  plan: Plan,
  result: { readonly written: boolean; readonly faults: readonly ErrorCode[] },
): ExitCode {
  const faults = [...errorsIn(plan), ...result.faults];
  if (faults.length === 0) return EXIT.ok;
  return result.written ? EXIT.partly : exitOfCodes(faults);
}

/** What an off-boarding came to. What could not be read wins over what is left: nobody knows how much that is. */
export function exitOfOffboard(plan: Plan, { written, failures }: ApplyResult, residue: RemainingAccess): ExitCode {
  const applied = exitOfApply(plan, { written, faults: failures.map(({ error }) => error.code) });
  if (applied === EXIT.partly) return applied;
  if (residue.unread.length > 0) return EXIT.unreadable;
  if (applied !== EXIT.ok) return applied;
  return hasRemainingAccess(residue) ? EXIT.changes : EXIT.ok;
}

function errorsIn(plan: Plan): ErrorCode[] {
  return plan.delinea.findings.flatMap(({ level, code }) => (level === 'error' ? [code as ErrorCode] : []));
}

function exitOfCodes(codes: readonly ErrorCode[]): ExitCode {
  return codes.some((code) => UNREADABLE.has(code)) ? EXIT.unreadable : EXIT.error;
}
