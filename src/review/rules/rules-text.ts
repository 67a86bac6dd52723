import { visible } from '../../provider/index.js';
import type { Review } from '../access/review-schema.js';
import { policySection, violationLines } from '../access/review-text.js';
import { count } from '../text/attributes.js';
import type { Paint } from '../text/paint.js';

/** The result of rules on the live access. */
export interface RuleCheck extends Pick<Review, 'violations' | 'policies' | 'unread'> {
  /** Number of assertions and policies that were checked. */
  readonly checked: number;
  /** The assertions among them, as text. */
  readonly assertions: readonly string[];
  /** Number of assertions that need a plan, so that only a review can check them. */
  readonly skipped: number;
}

/** Returns the violated rules on the live access as text that follows a report. */
export function rulesText(check: RuleCheck, paint: Paint): string {
  const { violations, policies, unread, checked, skipped } = check;
  const section = (head: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : [head, ...lines.map((line) => paint('error', `  ! ${visible(line)}`))];
  const found = violations.length + policies.length;
  const lines = [
    ...section('Violated assertions:', violationLines(check)),
    ...policySection(check, paint),
    ...section('Could not be read, so not checked by the rules:', unread),
    ...(skipped > 0 ? [`${skipped} with noNew not checked: run review --assert.`] : []),
    paint(
      'strong',
      `Rules on access: ${count(checked, 'rule')} checked, ${found === 0 ? 'nothing found' : `${found} found`}.`,
    ),
  ];
  return `\n${lines.join('\n')}\n`;
}
