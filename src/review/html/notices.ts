import type { Review } from '../access/review-schema.js';
import { policyLines, violationLines } from '../access/review-text.js';
import type { Notice } from '../page/page-data.js';
import { count } from '../text/attributes.js';

/** Returns a notice; none without lines. */
export function notice(level: Notice['level'], title: string, lines: readonly string[]): Notice[] {
  return lines.length === 0 ? [] : [{ level, title, lines }];
}

/** Returns the violated assertions and the findings of policies. */
export function ruleNotices(found: Pick<Review, 'violations' | 'policies'>): Notice[] {
  const { violations, policies } = found;
  const level = policies.some((each) => each.level === 'error') ? 'error' : 'warning';
  return [
    ...notice('error', `Violated: ${count(violations.length, 'assertion')}`, violationLines(found)),
    ...notice(level, `Policies: ${count(policies.length, 'finding')}`, policyLines(found)),
  ];
}
