import { principalKey, visible } from '../provider/index.js';
import { callOutRules } from './call-out-rules.js';
import type { Review, ReviewEntry } from './review.js';
import { DECLARED_ONLY, entryText, INCOMPLETE, violationLine } from './review-text.js';

export type Level = 'error' | 'warning' | 'note';

/** A rule by which a command finds something, as programs that read reports list them. */
export interface ReportRule {
  readonly id: string;
  /** The rules of one group are one test suite. */
  readonly group: 'assertions' | 'policies' | 'call-outs' | 'reads' | 'access' | 'drift';
  readonly level: Level;
  readonly title: string;
  /** The reason for the rule, and the next step. */
  readonly help: string;
}

/** One thing that a review or a comparison found. */
export interface ReportFinding {
  /** Id of its rule. */
  readonly rule: string;
  readonly level: Level;
  /** One line in which `visible` has escaped what is hidden or a command. */
  readonly message: string;
  /** Address of the object in code. */
  readonly address?: string | undefined;
  /** Equal for the same matter in another run, also if texts or the order change. */
  readonly key: string;
  /** Title of the check that it fails, as in `checked`. */
  readonly check?: string | undefined;
}

/** The result of a command, for programs that read reports of any tool. */
export interface Report {
  readonly command: 'review' | 'drift';
  readonly tenant: string;
  /** The rules that the findings have, and others that were examined. */
  readonly rules: readonly ReportRule[];
  readonly findings: readonly ReportFinding[];
  /** Checks that were made; one without a finding passed. */
  readonly checked: readonly { readonly rule: string; readonly title: string }[];
}

/** Rules of a review beside those of call-outs. */
const RULES: readonly ReportRule[] = [
  {
    id: 'assertion',
    group: 'assertions',
    level: 'error',
    title: 'Assertion on access',
    help: 'The access after the plan violates a rule of the file that --assert names. Change the code, or the rule on the base branch.',
  },
  {
    id: 'unread',
    group: 'reads',
    level: 'error',
    title: 'Could not be read',
    help: 'A part of the tenant could not be read, so it is not in the review. Give the account of the run the right to read it.',
  },
  {
    id: 'unknown',
    group: 'reads',
    level: 'error',
    title: 'Not resolved',
    help: 'A value is known only after the apply, so the access that depends on it is not in the review. Read it in the code.',
  },
  {
    id: 'incomplete',
    group: 'reads',
    level: 'error',
    title: 'The plan is not complete',
    help: 'Objects with errors are not in the plan, so they are not in the review. Correct them and plan again.',
  },
  {
    id: 'declared_only',
    group: 'reads',
    level: 'warning',
    title: 'Declared objects only',
    help: 'The review was made without a snapshot of the tenant, so it does not know other access. Pass one with --live.',
  },
  {
    id: 'plan_note',
    group: 'call-outs',
    level: 'warning',
    title: 'Warning of the plan',
    help: 'The plan has a warning for its reviewer. Read it before you approve the change.',
  },
  {
    id: 'gained',
    group: 'access',
    level: 'note',
    title: 'Access is gained',
    help: 'Somebody can do more after the plan. Check that these people need this access.',
  },
  {
    id: 'lost',
    group: 'access',
    level: 'note',
    title: 'Access is lost',
    help: 'Somebody can do less after the plan. Check that these people no longer need this access.',
  },
];

/** The check that each finding about reading fails. */
const READS: Readonly<Record<string, string>> = {
  unread: 'Everything in the tenant could be read',
  unknown: 'Every value is known',
  incomplete: 'The plan is complete',
};

/** Returns a review as findings of rules. */
export function reviewReport(review: Review): Report {
  const { tenant, violations, checked, callOuts, entries, notes, unknown, unread, complete, basis } = review;
  const rules = [...RULES, ...callOutRules];
  const level = new Map(rules.map((rule) => [rule.id, rule.level]));
  const found = (rule: string, message: string, key: string, more: Partial<ReportFinding> = {}): ReportFinding => ({
    rule,
    level: level.get(rule)!,
    message,
    key,
    ...more,
  });
  const reads = (rule: string, lines: readonly string[]) =>
    lines.map((line) => found(rule, visible(line), line, { check: READS[rule]! }));
  const listed = (rule: string, lines: readonly string[]) => lines.map((line) => found(rule, visible(line), line));
  return {
    command: 'review',
    tenant,
    rules,
    findings: [
      ...violations.map((each) =>
        found('assertion', visible(violationLine(each)), `${each.assertion} ${each.key}`, {
          check: each.assertion,
          address: each.address,
        }),
      ),
      ...callOuts.map(({ code, message, key, address }) => found(code, visible(message), key, { address })),
      ...listed('plan_note', notes),
      ...reads('unread', unread),
      ...reads('unknown', unknown),
      ...reads('incomplete', complete ? [] : [INCOMPLETE]),
      ...(basis === 'live' ? [] : listed('declared_only', [DECLARED_ONLY])),
      ...entries.map((entry) => found(entry.change, entryText(entry), keyOfEntry(entry), { address: entry.address })),
    ],
    checked: [
      ...checked.map((title) => ({ rule: 'assertion', title })),
      ...Object.entries(READS)
        // Without a snapshot, the tenant was not read.
        .filter(([rule]) => rule !== 'unread' || basis === 'live')
        .map(([rule, title]) => ({ rule, title })),
    ],
  };
}

/** Returns a key by the path and one of its ends: each container is in one entry of a path, and people may change. */
function keyOfEntry({ right, scopes, through, inheritedFrom }: ReviewEntry): string {
  const first = scopes.map(principalKey).sort()[0]!;
  return JSON.stringify([right, first, through.map(principalKey), inheritedFrom ? principalKey(inheritedFrom) : '']);
}
