import { DelineaError, declaredAccess, type TenantAccess, visibleJson } from '../provider/index.js';
import {
  isAccessPage,
  isReviewComment,
  type Review,
  type ReviewedPlan,
  readTerraformPlan,
  reviewedPlan,
  reviewMarkdown,
  reviewPage,
  reviewPlan,
  reviewText,
} from '../review/index.js';
import { readAssertions } from './assertions-file.js';
import { printWhole, runCommand } from './command.js';
import { EXIT, type ExitCode } from './exit.js';
import { readJsonInput } from './input-file.js';
import { readPlanToShow } from './plan-file.js';
import { checkReportFiles, writeReportFile } from './report-files.js';
import { readSnapshotFile } from './snapshot-file.js';
import type { Terminal } from './terminal.js';

type Rules = Parameters<typeof reviewPlan>[3];

export interface ReviewOptions {
  /** Snapshot of the tenant for which the plan was made. */
  readonly live?: string;
  readonly json?: boolean;
  readonly markdown?: boolean;
  /** File for the whole review if the comment cannot hold it. */
  readonly attach?: string;
  /** File for the review as an HTML page. */
  readonly html?: string;
  /** File of assertions to check. */
  readonly assert?: string;
  /** Labels of the pull request. */
  readonly label?: readonly string[];
}

/** Runs `delinea-iac review`: shows who gains and who loses which access by a plan. Sends no request. */
export function reviewCommand(path: string, options: ReviewOptions, terminal: Terminal): Promise<ExitCode> {
  const { live, json = false, markdown = false, assert, label = [] } = options;
  return runCommand(terminal, { quiet: json || markdown }, async (state) => {
    checkReportFiles(Object.values(filesOf(options)));
    const assertions = assert === undefined ? [] : readAssertions(assert);
    if (assertions.length > 0 && live === undefined) throw withoutSnapshot();
    const tenant = live === undefined ? undefined : readSnapshotFile(live);
    const { review, access, plan } = readReview(path, tenant, { assertions, labels: label });
    if (options.html !== undefined) await writeReportFile(filesOf(options).html, reviewPage(review, access, plan));
    printWhole(terminal.out, await render(review, options, terminal), state);
    if (review.violations.length > 0) return EXIT.refused;
    const isWhole = review.complete && review.unread.length === 0 && review.unknown.length === 0;
    return isWhole ? EXIT.ok : EXIT.unreadable;
  });
}

async function render(review: Review, options: ReviewOptions, { paint }: Terminal): Promise<string> {
  const { json = false, markdown = false, attach } = options;
  if (json) return `${visibleJson(JSON.stringify({ command: 'review', ...review }, null, 2))}\n`;
  if (!markdown) return reviewText(review, paint);
  const comment = reviewMarkdown(review, { attached: attach });
  if (comment.leftOut > 0)
    await writeReportFile(filesOf(options).attach, reviewMarkdown(review, { longest: Number.POSITIVE_INFINITY }).text);
  return comment.text;
}

/** The files that the options of a review name. */
function filesOf({ attach, html }: ReviewOptions) {
  return {
    attach: { option: '--attach', path: attach, what: 'review', isOwn: isReviewComment },
    html: { option: '--html', path: html, what: 'page', isOwn: isAccessPage },
  };
}

function withoutSnapshot(): DelineaError {
  return new DelineaError('settings_invalid', '--assert needs --live: the objects of a plan do not show all access', {
    hint: 'Pass the file of plan --live, or of snapshot --out.',
  });
}

/** A review, and the access and the plan that it is about. */
interface Reading {
  readonly review: Review;
  readonly access: TenantAccess;
  readonly plan: ReviewedPlan;
}

function readReview(path: string, live: TenantAccess | undefined, rules: Rules): Reading {
  const json = readJsonInput(path, 'plan', refusal);
  const isOwn = typeof json === 'object' && json !== null && 'delinea' in json;
  const own = isOwn ? readPlanToShow(path) : undefined;
  const basis = live ? 'live' : 'declared';
  if (own) {
    const plan = reviewedPlan(own);
    refuseOtherTenant(live, plan.tenant, path);
    const declared = { tenant: plan.tenant, timestamp: own.timestamp };
    const access = live ?? declaredAccess(declared, plan.steps, own.delinea.names);
    return { review: reviewPlan(access, plan, basis, rules), access, plan };
  }
  const plan = readTerraformPlan(json, live);
  const access = live ?? declaredAccess(plan, plan.steps, plan.names);
  return { review: reviewPlan(access, plan, basis, rules), access, plan };
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
