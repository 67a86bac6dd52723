import { DelineaError, declaredAccess, type TenantAccess, visibleJson } from '../provider/index.js';
import {
  isReviewComment,
  REVIEW_FORMAT,
  type Review,
  type ReviewRules,
  readTerraformPlan,
  reviewedPlan,
  reviewMarkdown,
  reviewPlan,
  reviewText,
  withShipped,
} from '../review/index.js';
import { type RuleOptions, readRules } from './access-rules.js';
import { printWhole, runCommand } from './command.js';
import { EXIT, type ExitCode, isRefused } from './exit.js';
import { readJsonInput } from './input-file.js';
import { readPlanToShow } from './plan-file.js';
import { checkReportFiles, writeReportFile } from './report-files.js';
import { withSafeConsole } from './script-file.js';
import { readSnapshotFile } from './snapshot-file.js';
import type { Terminal } from './terminal.js';

export interface ReviewOptions extends RuleOptions {
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
  const { live, json = false, markdown = false, assert, policies, label = [] } = options;
  return runCommand(terminal, { quiet: json || markdown }, async (state) => {
    checkReportFiles(Object.values(filesOf(options)));
    if (live === undefined && assert !== undefined) throw withoutSnapshot('--assert');
    if (live === undefined && policies !== undefined) throw withoutSnapshot('--policies');
    const tenant = live === undefined ? undefined : readSnapshotFile(live);
    const review = await withSafeConsole(terminal, async () => {
      const rules = await readRules({ assert, policies }, terminal.env);
      return readReview(path, tenant, { ...rules, policies: tenant ? withShipped(rules.policies) : [], labels: label });
    });
    printWhole(terminal.out, await render(review, options, terminal), state);
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
    await writeReportFile(filesOf(options).attach, reviewMarkdown(review, { longest: Number.POSITIVE_INFINITY }).text);
  return comment.text;
}

/** The files that the options of a review name. */
function filesOf({ attach }: ReviewOptions) {
  return { attach: { option: '--attach', path: attach, what: 'review', isOwn: isReviewComment } };
}

function withoutSnapshot(option: string): DelineaError {
  return new DelineaError('settings_invalid', `${option} needs --live: the objects of a plan do not show all access`, {
    hint: 'Pass the file of plan --live, or of snapshot --out.',
  });
}

function readReview(path: string, live: TenantAccess | undefined, rules: ReviewRules): Review {
  const json = readJsonInput(path, 'plan', refusal);
  const isOwn = typeof json === 'object' && json !== null && 'delinea' in json;
  const own = isOwn ? readPlanToShow(path) : undefined;
  if (own) {
    const plan = reviewedPlan(own);
    refuseOtherTenant(live, plan.tenant, path);
    const declared = { tenant: plan.tenant, timestamp: own.timestamp };
    return reviewPlan(
      live ?? declaredAccess(declared, plan.steps, own.delinea.names),
      plan,
      live ? 'live' : 'declared',
      rules,
    );
  }
  const plan = readTerraformPlan(json, live);
  return reviewPlan(live ?? declaredAccess(plan, plan.steps, plan.names), plan, live ? 'live' : 'declared', rules);
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
