import { visible } from '../../provider/index.js';
import type { Review } from '../access/review-schema.js';
import { violationLine } from '../access/review-text.js';
import type { ReportFinding } from './report.js';

/** The check that everything was read, which `unread` fails. */
export const READ_ALL = 'Everything in the tenant could be read';

/** Returns violated rules on access, and the parts that were not read for them, as findings. */
export function ruleFindings({
  violations,
  policies,
  unread,
}: Pick<Review, 'violations' | 'policies' | 'unread'>): ReportFinding[] {
  return [
    ...violations.map(
      (each): ReportFinding => ({
        rule: 'assertion',
        level: 'error',
        message: visible(violationLine(each)),
        key: `${each.assertion} ${each.key}`,
        check: each.assertion,
        address: each.address,
      }),
    ),
    ...policies.map(
      ({ policy, level, message, key, address }): ReportFinding => ({
        rule: 'policy',
        level,
        message: visible(`${policy}: ${message}`),
        key: `${policy} ${key}`,
        address,
      }),
    ),
    ...unread.map(
      (line): ReportFinding => ({ rule: 'unread', level: 'error', message: visible(line), key: line, check: READ_ALL }),
    ),
  ];
}
