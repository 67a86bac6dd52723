import { expect } from '@jest/globals';
import type { TenantAccess } from '../../../src/provider/index.js';
import { readTerraformPlan, reviewedPlan, reviewPlan, statesOf } from '../../../src/review/index.js';
import { liveAccess } from '../assert/effective-access.js';
import { expectedReview, reviewedLines } from '../assert/expected-access.js';
import { ADMIN_ROLES, OWN, type Stack, tenantOf } from '../generate/guarded-stack.js';
import { commitsBetween, type DatedStack } from '../generate/months.js';
import { snapshotOf, terraformPlanOf } from '../plan/terraform-plan.js';
import { openAdopted } from './guards.js';

/**
 * Plans the change of an organisation on a tenant, as a pull request, and expects the review to equal {@link expectedReview}.
 * @returns the number of rights of people that are gained or lost
 */
export async function checkPlanned(before: DatedStack, after: DatedStack): Promise<number> {
  const { users, ...rest } = tenantOf(before);
  const adopted = await openAdopted(
    {
      ...rest,
      users: [...users, { userName: OWN, active: true }],
      containers: [...new Set([...before.containers, ...after.containers])],
      roles: ADMIN_ROLES,
    },
    before,
  );
  try {
    const plan = reviewedPlan(await adopted.planOf(after));
    return expectReview(await liveAccess(adopted.bench), plan, before, after);
  } finally {
    await adopted.close();
  }
}

/** Reviews every commit between two months as a plan of Terraform. @returns as {@link checkPlanned} */
export function checkCommits(before: DatedStack, after: DatedStack): number {
  const states = commitsBetween(before, after);
  const containers = [...before.containers, ...after.containers];
  let changes = 0;
  for (const [index, next] of states.slice(1).entries()) {
    const last = states[index]!;
    const live = snapshotOf(last, containers);
    changes += expectReview(live, readTerraformPlan(terraformPlanOf(last, next), live), last, next);
  }
  return changes;
}

function expectReview(live: TenantAccess, plan: ReturnType<typeof reviewedPlan>, before: Stack, after: Stack): number {
  const review = reviewPlan(statesOf(live, plan), plan, 'live', { assertions: [], labels: [] });
  const expected = expectedReview(before, after);
  expect(reviewedLines(review, before, after)).toEqual({ wrong: [], review: expected });
  return expected.lines.length;
}
