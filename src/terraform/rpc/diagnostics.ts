import { DelineaError, DelineaErrors, resources, settingAttributes, snakeCase } from '../../provider/index.js';
import { type Diagnostic, SEVERITY } from '../protocol/messages.js';
import { stepsTo } from '../values/path.js';
import type { Type } from '../values/type.js';
import { withRemedies } from './remedy-text.js';

/**
 * What went wrong, at the attribute it is about.
 * @param type of the block that paths lead into
 * @param path where the error itself names none
 */
export function diagnosticsOf(error: unknown, type: Type, path: readonly PropertyKey[] = []): Diagnostic[] {
  if (error instanceof DelineaErrors) return error.errors.flatMap((one) => diagnosticsOf(one, type, path));
  if (!(error instanceof DelineaError)) throw error;
  const steps = stepsTo(type, error.path === undefined ? path : withinBlock(error.path));
  return [
    diagnostic(
      error.message,
      withRemedies(hintOf(error), error.remedy),
      steps.length > 0 ? steps : stepsTo(type, path),
    ),
  ];
}

/** The engine speaks of an address, which Terraform says itself: `delinea_user.jane.emails[0]` is emails, 0. */
function withinBlock(path: string): string[] {
  const steps = path.replace(/\[(\d+)\]/g, '.$1').split('.');
  return steps[0]?.startsWith('delinea_') ? steps.slice(2) : steps;
}

/** An error. @param summary one line, what and where @param hint what to do */
export function diagnostic(
  summary: string,
  hint: string | undefined,
  steps: ReturnType<typeof stepsTo> = [],
): Diagnostic {
  return {
    severity: SEVERITY.error,
    summary: inHcl(summary),
    ...(hint === undefined ? {} : { detail: inHcl(hint) }),
    ...(steps.length > 0 ? { attribute: { steps } } : {}),
  };
}

const camel = [...settingAttributes, ...resources.flatMap(({ attributes }) => attributes)]
  .map(({ name }) => name)
  .filter((name) => /[A-Z]/.test(name));
const CAMEL = new RegExp(`\\b(?:${[...new Set(camel)].join('|')})\\b`, 'g');

/** What the command line and the constructs call otherwise. */
const WORDS: readonly (readonly [RegExp, string])[] = [
  [/\bthe ledger (?=knows|holds)/g, 'the state '],
  [/,? or --reactivate\b.*$/s, '.'],
  [/, say so: --allow-missing .*$/s, ', terraform state rm and import it again.'],
  [/\bbegin another ledger \(--ledger, --init-ledger\), which takes/, 'terraform state rm them: an apply takes'],
  [/\bDelineaUser\.fromUserName, /, ''],
];

/** The engine speaks to those who write TypeScript and run `delinea-iac`. */
function inHcl(text: string): string {
  return WORDS.reduce((said, [word, ours]) => said.replace(word, ours), text).replace(CAMEL, snakeCase);
}

/** Terraform plans a destroy as an apply first: whom an earlier destroy has disabled is then to be enabled. */
function hintOf({ code, hint }: DelineaError): string | undefined {
  if (hint === undefined || code !== 'consent_missing') return hint;
  return `${inHcl(hint)} For a destroy: terraform destroy -refresh=false.`;
}

/** Replaces what must not be shown. */
export function redacted(diagnostics: readonly Diagnostic[], redact: (text: string) => string): Diagnostic[] {
  return diagnostics.map((one) => ({
    ...one,
    summary: redact(one.summary ?? ''),
    ...(one.detail === undefined ? {} : { detail: redact(one.detail) }),
  }));
}

/** Something that whoever runs Terraform must read, and that stops nothing. */
export function warning(summary: string, hint: string | undefined): Diagnostic {
  return { ...diagnostic(summary, hint), severity: SEVERITY.warning };
}
