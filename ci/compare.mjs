import { appendFileSync } from 'node:fs';
import { RESULT, REVIEW, resultOf, textOf } from './files.mjs';
import { output, print } from './review.mjs';

/** Exit code on GitLab, where the job that applies without a new approval stops. */
const WAITS = 10;

/**
 * Compares the plan of the main branch with the approved review of its pull request.
 * @param {Platform} platform @param {NodeJS.ProcessEnv} env
 */
export async function compare(platform, env) {
  const reason = await differs(platform);
  const line = reason ?? 'The effects are those of the approved review.';
  print(reason === undefined ? line : `Waits for an approval: ${reason}.`);
  if (env.GITHUB_STEP_SUMMARY)
    appendFileSync(env.GITHUB_STEP_SUMMARY, `${line}\n\n${textOf(`${REVIEW}/comment.md`) ?? ''}\n`);
  if (reason !== undefined) await platform.checkApproval?.();
  output(env, { same: String(reason === undefined) });
  return reason !== undefined && env.GITLAB_CI ? WAITS : 0;
}

/** Returns the reason why the plan needs a new approval, if it does. @param {Platform} platform */
async function differs(platform) {
  const fresh = resultOf(textOf(RESULT));
  if (fresh.code !== 0 || fresh.digest === undefined) return 'the plan or its review is not complete';
  const approved = await platform.approved();
  if ('reason' in approved) return approved.reason;
  const reviews = approved.reviews.map(resultOf);
  if (reviews.some(({ code }) => code !== 0)) return 'the approved review is not complete, or it has violations';
  const digests = [...new Set(reviews.map(({ digest }) => digest))];
  if (digests.length > 1) return 'the commit was reviewed more than once, with different effects';
  if (digests[0] !== fresh.digest)
    return `the effects are not those of the approved review: their digest is ${fresh.digest}, not ${digests[0]}`;
  return undefined;
}

/** @typedef {import('./platform.d.ts').Platform} Platform */
