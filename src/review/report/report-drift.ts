import { visible } from '../../provider/index.js';
import type { DriftItem, DriftKind } from '../drift/drift-item.js';
import { type Drift, sidesText } from '../drift/drift-report.js';
import type { Level, Report, ReportFinding, ReportRule } from './report.js';
import { reviewRules } from './report-rules.js';
import { READ_ALL, ruleFindings } from './rule-findings.js';

/** Each kind of drift as a rule, and the check that a finding of it fails. */
const KINDS: Readonly<Record<DriftKind, { readonly level: Level; readonly help: string }>> = {
  changed: {
    level: 'error',
    help: 'An attribute was changed outside of code. Apply to restore it, or adopt the value in code.',
  },
  added: {
    level: 'error',
    help: 'Access was added outside of code after the last apply. Apply to remove it, or adopt it in code.',
  },
  removed: {
    level: 'error',
    help: 'Something was removed outside of code. Apply to restore it, or remove its declaration.',
  },
  'not in code': {
    level: 'warning',
    help: 'Access is not in code, and may have been there before. Declare it, or revoke it in the tenant.',
  },
  'not applied': { level: 'warning', help: 'The code has a change that was not applied. Apply it.' },
  propagating: { level: 'note', help: 'An apply wrote it and did not read it back yet. Run drift again in a minute.' },
  'not visible': {
    level: 'error',
    help: 'It could not be read, so nothing is concluded. Give the account of the run the right to read it.',
  },
};

const OTHERS: readonly ReportRule[] = [
  {
    id: 'drift_ignore_file',
    group: 'drift',
    level: 'error',
    title: 'Entry of the ignore file without effect',
    help: 'An entry has expired, matches no drift, or can never be accepted. Correct it or remove it.',
  },
  {
    id: 'drift_error',
    group: 'reads',
    level: 'error',
    title: 'Left out because of an error',
    help: 'An object was left out because of an error, so it was not compared.',
  },
];

/** Returns the id of the rule of a kind. */
function ruleOf(kind: DriftKind): string {
  return `drift_${kind.replaceAll(' ', '_')}`;
}

/** Rules of a review that drift also checks. */
const CHECKED: ReadonlySet<string> = new Set(['assertion', 'policy', 'unread']);

/** Returns drift as findings of rules. Accepted drift is a note. */
export function driftReport({ plan, items, problems, check }: Drift): Report {
  const kinds = Object.entries(KINDS).map(([kind, { level, help }]) => ({
    id: ruleOf(kind as DriftKind),
    group: 'drift' as const,
    level,
    title: `Drift: ${kind}`,
    help,
  }));
  const shown = new Set(items.map(({ object }) => object.name));
  const errors = plan.delinea.findings.filter(({ level, message }) => level === 'error' && !shown.has(message));
  return {
    command: 'drift',
    tenant: plan.delinea.tenant,
    rules: [...kinds, ...OTHERS, ...(check ? reviewRules.filter(({ id }) => CHECKED.has(id)) : [])],
    findings: [
      ...(check ? ruleFindings(check) : []),
      ...items.map(findingOf),
      ...problems.map(
        ({ message, problem }): ReportFinding => ({
          rule: 'drift_ignore_file',
          level: 'error',
          message: visible(message),
          key: `${problem} ${message}`,
          check: OTHERS[0]!.title,
        }),
      ),
      ...errors.map(
        ({ code, address, message }): ReportFinding => ({
          rule: 'drift_error',
          level: 'error',
          message: visible(message),
          address,
          key: `${code} ${address ?? message}`,
          check: OTHERS[1]!.title,
        }),
      ),
    ],
    checked: [
      ...[...kinds, ...OTHERS].map(({ id, title }) => ({ rule: id, title })),
      ...(check
        ? [...check.assertions.map((title) => ({ rule: 'assertion', title })), { rule: 'unread', title: READ_ALL }]
        : []),
    ],
  };
}

function findingOf(item: DriftItem): ReportFinding {
  const { kind, address, object, attribute, message, accepted } = item;
  const sides = sidesText(item);
  const text = `${message}${sides === undefined ? '' : `: ${sides}`}`;
  return {
    rule: ruleOf(kind),
    level: accepted ? 'note' : KINDS[kind].level,
    message: visible(accepted ? `${text}; accepted until ${accepted.until}: ${accepted.reason}` : text),
    address,
    key: JSON.stringify([kind, address, object.kind, object.name, attribute?.name]),
    ...(accepted ? {} : { check: `Drift: ${kind}` }),
  };
}
