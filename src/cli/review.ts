import { DelineaError, declaredAccess, readPlanKey, type TenantAccess, visibleJson } from '../provider/index.js';
import {
  effectsDigest,
  isReviewComment,
  lookAlikeNotes,
  type PlanStates,
  REVIEW_FORMAT,
  type Review,
  type ReviewedPlan,
  type ReviewRules,
  readTerraformPlan,
  reviewedPlan,
  reviewMarkdown,
  reviewPage,
  reviewPlan,
  reviewReport,
  reviewText,
  statesOf,
  withShipped,
} from '../review/index.js';
import { type RuleOptions, readRules } from './access-rules.js';
import { printWhole, runCommand } from './command.js';
import { EXIT, type ExitCode, isRefused } from './exit.js';
import { readJsonInput } from './input-file.js';
import { checkSignature, readPlanToShow } from './plan-file.js';
import { checkReportFiles, openReportForms, type ReportOptions, writeReportFile } from './report-files.js';
import { withSafeConsole } from './script-file.js';
import { readSnapshotFile } from './snapshot-file.js';
import type { Terminal } from './terminal.js';

export interface ReviewOptions extends RuleOptions, ReportOptions {
  /** Snapshot of the tenant for which the plan was made. */
  readonly live?: string;
  readonly json?: boolean;
  readonly markdown?: boolean;
  /** File for the whole review if the comment cannot hold it. */
  readonly attach?: string;
  /** Labels of the pull request. */
  readonly label?: readonly string[];
}

/** Runs `delinea-iac review`: shows who gains and who loses which access by a plan. Sends no request. */
export function reviewCommand(path: string, options: ReviewOptions, terminal: Terminal): Promise<ExitCode> {
  const { live, assert, policies, label = [] } = options;
  return runCommand(terminal, { quiet: true }, async (state) => {
    checkReportFiles([attachmentOf(options)]);
    const forms = openReportForms(options, path);
    if (live === undefined && assert !== undefined) throw withoutSnapshot('--assert');
    if (live === undefined && policies !== undefined) throw withoutSnapshot('--policies');
    const tenant = live === undefined ? undefined : readSnapshotFile(live);
    const { review, states } = await withSafeConsole(terminal, async () => {
      const given = await readRules({ assert, policies }, terminal.env);
      const rules = { ...given, policies: tenant ? withShipped(given.policies) : [], labels: label };
      return readReview(path, tenant, rules, readPlanKey(terminal.env));
    });
    printWhole(terminal.out, await render(review, options, terminal), state);
    const page = async () => reviewPage(review, states);
    await forms.write(page, () => reviewReport(review));
    if (isRefused(review)) return EXIT.refused;
    const isWhole = review.complete && review.unread.length === 0 && review.unknown.length === 0;
    return isWhole ? EXIT.ok : EXIT.unreadable;
  });
}

async function render(review: Review, options: ReviewOptions, { paint }: Terminal): Promise<string> {
  const { json = false, markdown = false, attach } = options;
  if (json) return `${visibleJson(JSON.stringify({ format: REVIEW_FORMAT, command: 'review', ...review }, null, 2))}\n`;
  if (!markdown) return reviewText(review, paint);
  const comment = reviewMarkdown(review, { attached: attach });
  if (comment.leftOut > 0)
    await writeReportFile(attachmentOf(options), reviewMarkdown(review, { longest: Number.POSITIVE_INFINITY }).text);
  return comment.text;
}

/** The file that holds the whole review if a comment cannot. */
function attachmentOf({ attach }: ReviewOptions) {
  return { option: '--attach', path: attach, what: 'review', isOwn: isReviewComment };
}

function withoutSnapshot(option: string): DelineaError {
  return new DelineaError('settings_invalid', `${option} needs --live: the objects of a plan do not show all access`, {
    hint: 'Pass the file of plan --live, or of snapshot --out.',
  });
}

/** Reads a plan of either engine. @returns its review, with the digest of its effects, and the access before and after */
async function readReview(
  path: string,
  live: TenantAccess | undefined,
  rules: ReviewRules,
  key: string | undefined,
): Promise<{ review: Review & { readonly digest: string }; states: PlanStates }> {
  const { plan, access } = await readPlan(path, live, key);
  const states = statesOf(access, plan);
  const review = reviewPlan(states, plan, live ? 'live' : 'declared', rules);
  return { review: { ...review, digest: effectsDigest(plan, review) }, states };
}

/** Reads a plan, with the access before it: that of the snapshot or, without one, of the objects in the plan. */
async function readPlan(
  path: string,
  live: TenantAccess | undefined,
  key: string | undefined,
): Promise<{ plan: ReviewedPlan; access: TenantAccess }> {
  const json = readJsonInput(path, 'plan', refusal);
  const isOwn = typeof json === 'object' && json !== null && 'delinea' in json;
  const own = isOwn ? readPlanToShow(path) : undefined;
  if (own) {
    if (key !== undefined) checkSignature(own, key);
    const plan = { ...reviewedPlan(own), verified: key !== undefined };
    refuseOtherTenant(live, plan.tenant, path);
    const declared = { tenant: plan.tenant, timestamp: own.timestamp };
    return { plan, access: live ?? declaredAccess(declared, plan.steps, own.delinea.names) };
  }
  const terraform = readTerraformPlan(json, live);
  const notes = [...terraform.notes, ...(await lookAlikeNotes(terraform.steps, live))];
  const plan = { ...terraform, notes };
  return { plan, access: live ?? declaredAccess(plan, plan.steps, plan.names) };
}

function refuseOtherTenant(live: TenantAccess | undefined, tenant: string, path: string): void {
  if (live === undefined || live.tenant === tenant) return;
  throw new DelineaError('stale_plan', `the plan is for ${tenant}, and the snapshot of ${live.tenant}`, {
    path,
    hint: 'Pass a plan and a snapshot of one tenant.',
  });
}

function refusal(path: string, why: string): DelineaError {
  return new DelineaError('stale_plan', `the plan cannot be used: ${why}`, {
    path,
    hint: 'Pass a file of delinea-iac plan --out, or the output of terraform show -json.',
  });
}
