import { principalKey, visible } from '../../provider/index.js';
import type { Review, ReviewEntry } from '../access/review-schema.js';
import { DECLARED_ONLY, entryText, INCOMPLETE } from '../access/review-text.js';
import type { Report, ReportFinding } from './report.js';
import { reviewRules } from './report-rules.js';
import { READ_ALL, ruleFindings } from './rule-findings.js';

/** The check that each finding about reading fails. */
const READS: Readonly<Record<string, string>> = {
  unread: READ_ALL,
  unknown: 'Every value is known',
  incomplete: 'The plan is complete',
};

/** Returns a review as findings of rules. */
export function reviewReport(review: Review): Report {
  const { tenant, checked, callOuts, entries, notes, unknown, complete, basis } = review;
  const level = new Map(reviewRules.map((rule) => [rule.id, rule.level]));
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
    rules: reviewRules,
    findings: [
      ...ruleFindings(review),
      ...callOuts.map(({ code, message, key, address }) => found(code, visible(message), key, { address })),
      ...listed('plan_note', notes),
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
