// The steps of the pipelines in examples/ci, which docs/guides/ci.md explains.
import { visible } from '#visible';
import { compare } from './compare.mjs';
import { findDrift } from './drift.mjs';
import { CiError } from './errors.mjs';
import { github } from './github.mjs';
import { gitlab } from './gitlab.mjs';
import { commentReview, reportDrift } from './post.mjs';
import { fetchRequest, planMain, reviewRequest } from './review.mjs';

const { argv, env } = process;
const platform = () => (env.GITLAB_CI ? gitlab(env) : github(env));

/** @type {Record<string, (ledger: string) => number | void | Promise<number | void>>} */
const COMMANDS = {
  fetch: () => fetchRequest(platform()),
  review: (ledger) => reviewRequest(ledger),
  comment: () => commentReview(platform()),
  plan: (ledger) => planMain(ledger, env),
  compare: () => compare(platform(), env),
  drift: (ledger) => findDrift(ledger),
  'drift-issue': () => reportDrift(platform()),
};
const WITH_LEDGER = ['review', 'plan', 'drift'];

try {
  const [name = '', ledger = ''] = argv.slice(2);
  const command = COMMANDS[name];
  if (!command || (WITH_LEDGER.includes(name) && ledger === '')) {
    const all = Object.keys(COMMANDS).map((each) => (WITH_LEDGER.includes(each) ? `${each} <ledger>` : each));
    throw new CiError(`"${visible(name)}" is not a complete command`, `Use one of: ${all.join(', ')}.`);
  }
  process.exitCode = (await command(ledger)) ?? 0;
} catch (error) {
  if (!(error instanceof CiError)) throw error;
  process.stderr.write(`Error: ${error.message}\n${error.hint ? `  do: ${error.hint}\n` : ''}`);
  process.exitCode = 1;
}
