import { expect, test } from '@jest/globals';
import { readTerraformPlan, reviewMarkdown, reviewPlan, statesOf } from '../../src/review/index.js';
import { edgeMap, type Stack } from '../support/generate/guarded-stack.js';
import { snapshotOf, terraformPlanOf } from '../support/plan/terraform-plan.js';

const EFFECTS = 5_000;
const HOSTILE = ['```', '</details>', '| a | b |', '<!--', '\n\n- x', '@team'];

/** Returns a stack of people who each have a right on a folder of their own. @param right unset: none has */
function stackOf(right?: string): Stack {
  const names = Array.from(
    { length: EFFECTS },
    (_, index) => `p${index}${HOSTILE[index % HOSTILE.length]}@example.com`,
  );
  const rights = names.map((holder, index) => ({ scope: `folder ${index}`, holder, right: right! }));
  return {
    users: new Map(names.map((name) => [name, 'unset'])),
    groups: new Map(),
    rights: edgeMap(right === undefined ? [] : rights),
    roles: new Map(),
    retired: new Set(),
  };
}

/** Returns the lines of a comment that are one part of the review each. */
function partsIn(text: string): string[] {
  return text.split('\n').filter((line) => /^(- |<details>)/.test(line));
}

test.each([
  ['View', EFFECTS, 0],
  // Each new Owner is called out, and there is no room for the graph after that.
  ['Owner', 2 * EFFECTS, 1],
])('review: a comment of 5,000 new %s is whole Markdown, and the attached file has the rest', (right, total, more) => {
  const [before, after] = [stackOf(), stackOf(right)];
  const live = snapshotOf(
    before,
    [...after.rights.values()].map(({ scope }) => scope),
  );
  const plan = readTerraformPlan(terraformPlanOf(before, after), live);
  const review = reviewPlan(statesOf(live, plan), plan, 'live', { assertions: [], labels: [] });
  const whole = reviewMarkdown(review, { longest: Number.POSITIVE_INFINITY });
  const comment = reviewMarkdown(review, { attached: 'review.md' });

  const attached = new Set(partsIn(whole.text));
  expect([whole.leftOut, attached.size]).toEqual([0, total]);
  const shown = partsIn(comment.text);
  expect(shown.every((line) => attached.has(line))).toBe(true);
  expect(comment.leftOut).toBe(total - shown.length + more);
  expect(comment.text).toContain(`**${comment.leftOut} parts of this review did not fit whole.** All are in `);
  expect(comment.text).toContain(`\n${EFFECTS} people gain access&#44; 0 people lose access`);

  for (const text of [comment.text, whole.text]) {
    expect((text.match(/^```/gm)?.length ?? 0) % 2).toBe(0);
    expect(text.match(/<details>/g)?.length).toBe(text.match(/<\/details>/g)?.length);
    expect(text.match(/<code>/g)?.length).toBe(text.match(/<\/code>/g)?.length);
    expect(text).not.toMatch(/@team|<!--(?! delinea-iac review -->)/);
  }
  expect(comment.text.length).toBeLessThanOrEqual(65_536);
  expect(comment.text.length).toBeGreaterThan(60_000);
});
