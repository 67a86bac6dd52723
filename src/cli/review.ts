import { checkReplaceable, jsonTrick, replaceFile } from '../embedded/index.js';
import {
  DelineaError,
  declaredAccess,
  HEAVIEST_RUN,
  jsonExcess,
  measureJson,
  readRegularFile,
  type TenantAccess,
  visibleJson,
} from '../provider/index.js';
import {
  isReviewComment,
  type Review,
  readTerraformPlan,
  reviewedPlan,
  reviewMarkdown,
  reviewPlan,
  reviewText,
} from '../review/index.js';
import { printWhole, runCommand } from './command.js';
import { EXIT, type ExitCode } from './exit.js';
import { readPlanFile } from './plan-file.js';
import { readSnapshotFile } from './snapshot-file.js';
import type { Terminal } from './terminal.js';

export interface ReviewOptions {
  /** Snapshot of the tenant for which the plan was made. */
  readonly live?: string;
  readonly json?: boolean;
  readonly markdown?: boolean;
  /** File for the whole review if the comment cannot hold it. */
  readonly attach?: string;
}

/** Runs `delinea-iac review`: shows who gains and who loses which access by a plan. Sends no request. */
export function reviewCommand(path: string, options: ReviewOptions, terminal: Terminal): Promise<ExitCode> {
  const { live, json = false, markdown = false, attach } = options;
  return runCommand(terminal, { quiet: json || markdown }, async (state) => {
    if (attach !== undefined) checkReplaceable(attach, 'review', isReviewComment);
    const review = readReview(path, live === undefined ? undefined : readSnapshotFile(live));
    printWhole(terminal.out, await render(review, options, terminal), state);
    const isWhole = review.complete && review.unread.length === 0 && review.unknown.length === 0;
    return isWhole ? EXIT.ok : EXIT.unreadable;
  });
}

async function render(
  review: Review,
  { json = false, markdown = false, attach }: ReviewOptions,
  { paint }: Terminal,
): Promise<string> {
  if (json) return `${visibleJson(JSON.stringify({ command: 'review', ...review }, null, 2))}\n`;
  if (!markdown) return reviewText(review, paint);
  const comment = reviewMarkdown(review, { attached: attach });
  if (comment.leftOut > 0 && attach !== undefined)
    await replaceFile(attach, reviewMarkdown(review, { longest: Number.POSITIVE_INFINITY }).text, 'review');
  return comment.text;
}

function readReview(path: string, live: TenantAccess | undefined): Review {
  const json = readJson(path);
  const isOwn = typeof json === 'object' && json !== null && 'delinea' in json;
  const own = isOwn ? readPlanFile(path) : undefined;
  if (own) {
    const plan = reviewedPlan(own);
    refuseOtherTenant(live, plan.tenant, path);
    const declared = { tenant: plan.tenant, timestamp: own.timestamp };
    return reviewPlan(
      live ?? declaredAccess(declared, plan.steps, own.delinea.names),
      plan,
      live ? 'live' : 'declared',
    );
  }
  const plan = readTerraformPlan(json, live);
  return reviewPlan(live ?? declaredAccess(plan, plan.steps, plan.names), plan, live ? 'live' : 'declared');
}

function refuseOtherTenant(live: TenantAccess | undefined, tenant: string, path: string): void {
  if (live === undefined || live.tenant === tenant) return;
  throw new DelineaError('stale_plan', `the plan is for ${tenant}, and the snapshot of ${live.tenant}`, {
    path,
    hint: 'Pass a plan and a snapshot of one tenant.',
  });
}

function readJson(path: string): unknown {
  const text = read(path);
  const excess = jsonExcess(measureJson(text), HEAVIEST_RUN);
  const trick = excess ?? jsonTrick(text);
  if (trick !== undefined) throw refusal(path, `it ${trick}`);
  try {
    return JSON.parse(text);
  } catch {
    throw refusal(path, 'it is not JSON');
  }
}

function read(path: string): string {
  try {
    return readRegularFile(path, 'plan');
  } catch (error) {
    if (error instanceof DelineaError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    throw refusal(path, `it cannot be read (${code ?? message})`);
  }
}

function refusal(path: string, why: string): DelineaError {
  return new DelineaError('stale_plan', `the plan cannot be used: ${why}`, {
    path,
    hint: 'Pass a file of delinea-iac plan --out, or the output of terraform show -json.',
  });
}
