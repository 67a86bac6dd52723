export {
  type AcceptedDrift,
  acceptDrift,
  dayFault,
  entryFor,
  ignoreFile,
  matching,
} from './accepted-drift.js';
export { isAccessPage } from './access-page.js';
export { accessCsv, accessText } from './access-text.js';
export { type Assertion, assertionsFile, checkAssertions } from './assertions.js';
export { count } from './attributes.js';
export { type CodeFile, CodePlaces } from './code-places.js';
export { costText } from './cost-text.js';
export { diagnosisText } from './diagnosis-text.js';
export { writeKey } from './drift.js';
export type { DriftItem } from './drift-item.js';
export { driftMarkdown } from './drift-markdown.js';
export { driftPage } from './drift-page.js';
export { type Drift, driftOf, hasOpenDrift } from './drift-report.js';
export { driftText } from './drift-text.js';
export { effectsDigest } from './effects-digest.js';
export { endedSessionsText } from './ended-sessions-text.js';
export { errorText } from './error-text.js';
export { findingsText } from './findings-text.js';
export { neverAccepted } from './never-accepted.js';
export { coloured, type Paint, plain } from './paint.js';
export { planText } from './plan-text.js';
export { type NamedPolicy, type Policy, reason, runPolicies } from './policy.js';
export * as publicReview from './public.js';
export { remainingAccessText } from './remaining-access-text.js';
export { driftReport } from './report-drift.js';
export { isJunit, reportJunit } from './report-junit.js';
export { isSarif, reportSarif, type SourcePlace } from './report-sarif.js';
export { type ReviewRules, reviewPlan } from './review.js';
export { isReviewComment, reviewMarkdown } from './review-markdown.js';
export { reviewPage } from './review-page.js';
export { reviewReport } from './review-report.js';
export { REVIEW_FORMAT, type Review, reviewJson } from './review-schema.js';
export { reviewText, violationLines } from './review-text.js';
export { type ReviewedPlan, reviewedPlan } from './reviewed-plan.js';
export type { RuleCheck } from './rules-text.js';
export { shellWord } from './shell-quoted.js';
export { withShipped } from './shipped-policies.js';
export { lookAlikeNotes } from './terraform-notes.js';
export { readTerraformPlan } from './terraform-plan.js';
