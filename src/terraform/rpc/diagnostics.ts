import { DelineaError, DelineaErrors, visible, type Warning } from '../../provider/index.js';
import { type Diagnostic, SEVERITY } from '../protocol/messages.js';
import { stepsTo } from '../values/path.js';
import type { Type } from '../values/type.js';
import { withRemedies } from './remedy-text.js';

/**
 * Returns one diagnostic per error, at the attribute that the error names.
 * @param type of the block that error paths refer to
 * @param path used for errors without a path of their own
 * @throws everything that is not a DelineaError
 */
export function errorDiagnostics(error: unknown, type: Type, path: readonly PropertyKey[] = []): Diagnostic[] {
  if (error instanceof DelineaErrors) return error.errors.flatMap((single) => errorDiagnostics(single, type, path));
  if (!(error instanceof DelineaError)) throw error;
  const own = error.path === undefined ? [] : stepsTo(type, withinBlock(error.path));
  const steps = own.length > 0 ? own : stepsTo(type, path);
  return [errorDiagnostic(error.message, withRemedies(error.hint, error.remedy), steps)];
}

/** Drops the address, which Terraform adds itself: `delinea_user.jane.emails[0]` becomes emails, 0. */
function withinBlock(path: string): string[] {
  const steps = path.replace(/\[(\d+)\]/g, '.$1').split('.');
  return steps[0]?.startsWith('delinea_') ? steps.slice(2) : steps;
}

/** Returns an error. @param summary what happened, to which object @param hint what to do, as `withRemedies` returns it */
export function errorDiagnostic(
  summary: string,
  hint: string | undefined,
  steps: ReturnType<typeof stepsTo> = [],
): Diagnostic {
  return {
    severity: SEVERITY.error,
    summary: visible(summary),
    ...(hint === undefined ? {} : { detail: hint }),
    ...(steps.length > 0 ? { attribute: { steps } } : {}),
  };
}

/** Returns warnings, which do not stop Terraform. */
export function warningDiagnostics(warnings: readonly Warning[]): Diagnostic[] {
  return warnings.map(({ message, hint, remedy }) => ({
    ...errorDiagnostic(message, withRemedies(hint, remedy)),
    severity: SEVERITY.warning,
  }));
}

/** Applies `redact` to every text of the diagnostics. */
export function redacted(diagnostics: readonly Diagnostic[], redact: (text: string) => string): Diagnostic[] {
  return diagnostics.map((diagnostic) => ({
    ...diagnostic,
    summary: redact(diagnostic.summary ?? ''),
    ...(diagnostic.detail === undefined ? {} : { detail: redact(diagnostic.detail) }),
  }));
}
