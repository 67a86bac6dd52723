export { effectsDigest } from './access/effects-digest.js';
export { type PlanStates, type ReviewRules, reviewPlan, statesOf } from './access/review.js';
export { isReviewComment, reviewMarkdown } from './access/review-markdown.js';
export { REVIEW_FORMAT, type Review, reviewJson } from './access/review-schema.js';
export { reviewText, violationLines } from './access/review-text.js';
export { type ReviewedPlan, reviewedPlan } from './access/reviewed-plan.js';
export {
  type AcceptedDrift,
  acceptDrift,
  dayFault,
  entryFor,
  ignoreFile,
  matching,
} from './drift/accepted-drift.js';
export { writeKey } from './drift/drift.js';
export type { DriftItem } from './drift/drift-item.js';
export { driftMarkdown } from './drift/drift-markdown.js';
export { type Drift, driftOf, hasOpenDrift } from './drift/drift-report.js';
export { driftText } from './drift/drift-text.js';
export { neverAccepted } from './drift/never-accepted.js';
export { isAccessPage } from './html/access-page.js';
export { driftPage } from './html/drift-page.js';
export { reviewPage } from './html/review-page.js';
export * as publicReview from './public.js';
export { type CodeFile, CodePlaces } from './report/code-places.js';
export type { Report } from './report/report.js';
export { driftReport } from './report/report-drift.js';
export { isJunit, reportJunit } from './report/report-junit.js';
export { isSarif, reportSarif, type SourcePlace } from './report/report-sarif.js';
export { reviewReport } from './report/review-report.js';
export { type Assertion, assertionsFile, checkAssertions, titleOf } from './rules/assertions.js';
export { type NamedPolicy, type Policy, reason, runPolicies } from './rules/policy.js';
export type { RuleCheck } from './rules/rules-text.js';
export { withShipped } from './rules/shipped-policies.js';
export { lookAlikeNotes } from './terraform/terraform-notes.js';
export { readTerraformPlan } from './terraform/terraform-plan.js';
export { accessCsv, accessText } from './text/access-text.js';
export { count } from './text/attributes.js';
export { costText } from './text/cost-text.js';
export { diagnosisText } from './text/diagnosis-text.js';
export { endedSessionsText } from './text/ended-sessions-text.js';
export { errorText } from './text/error-text.js';
export { findingsText } from './text/findings-text.js';
export { coloured, type Paint, plain } from './text/paint.js';
export { planText } from './text/plan-text.js';
export { remainingAccessText } from './text/remaining-access-text.js';
export { shellWord } from './text/shell-quoted.js';
