import { appendFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { visible } from '#visible';
import { CiError } from './errors.mjs';
import { FOLDER, PLAN, parsed, REQUEST, RESULT, REVIEW, STACK, textOf } from './files.mjs';
import { runTool, withoutCredentials } from './run-tool.mjs';

const LIVE = `${FOLDER}/plan/live.json`;
/** Rules of the checkout, which is that of the base branch. */
const RULES = [
  { option: '--assert', paths: ['access.yaml', 'access.ts'] },
  { option: '--policies', paths: ['policies'] },
];

/** Gets the stack of a pull request, and its labels. Needs no credential of the tenant. @param {Platform} platform */
export async function fetchRequest(platform) {
  rmSync(FOLDER, { recursive: true, force: true });
  const request = await platform.pullRequest();
  if (!request) return print('There is nothing to review: no open pull request has this commit.');
  put(STACK, await platform.stack());
  for (const { name } of request.labels.filter(({ counts }) => !counts))
    print(`The label ${visible(name)} does not count: its author, or no person, has set it.`);
  const labels = request.labels.filter(({ counts }) => counts).map(({ name }) => name);
  put(REQUEST, JSON.stringify({ ...request, labels }));
}

/** Plans and reviews a pull request. Needs a credential that can read. @param {string} ledger */
export function reviewRequest(ledger) {
  const request = textOf(REQUEST);
  if (request === undefined) {
    print('There is nothing to review.');
    return 0;
  }
  const { labels } = parsed(request, REQUEST);
  return planAndReview(ledger, [...rulesHere(), ...labels.map((/** @type {string} */ name) => `--label=${name}`)]).code;
}

/** Returns the options of the review for the rules that exist. */
function rulesHere() {
  return RULES.flatMap(({ option, paths }) => {
    const found = paths.filter((path) => existsSync(path));
    if (found.length > 1) throw new CiError(`${found.join(' and ')} both exist`, `Keep one: ${option} takes one file.`);
    if (found[0] !== undefined) return [option, found[0]];
    print(`There is no ${paths.join(' or ')}: review runs without ${option}.`);
    return [];
  });
}

/** Plans the main branch, for the account that applies. @param {string} ledger @param {NodeJS.ProcessEnv} env */
export function planMain(ledger, env) {
  for (const folder of [PLAN, LIVE].map(dirname)) rmSync(folder, { recursive: true, force: true });
  // The assertions were checked by the review; its labels are not known here.
  const { plan } = planAndReview(ledger, []);
  const digest = /^Plan digest: ([0-9a-f]{64})$/m.exec(plan.out)?.[1];
  if (!isWhole(plan) || digest === undefined) return plan.code || 1;
  output(env, { digest, changes: String(plan.code === 2) });
  // A review that is not whole does not end the job: it makes the apply wait for an approval.
  return 0;
}

/** @param {string} ledger @param {string[]} options of the review */
function planAndReview(ledger, options) {
  for (const path of [PLAN, RESULT]) mkdirSync(dirname(path), { recursive: true });
  const plan = runTool(['plan', STACK, '--ledger', ledger, '--out', PLAN, '--live', LIVE]);
  process.stdout.write(plan.out);
  /** @param {number} code @param {string} [digest] */
  const result = (code, digest) => {
    put(RESULT, JSON.stringify({ code, digest }));
    return { plan, code };
  };
  if (!existsSync(PLAN) || !existsSync(LIVE)) return result(plan.code || 1);
  const args = ['review', PLAN, '--live', LIVE, ...options];
  const forms = [
    '--attach',
    `${REVIEW}/review.md`,
    '--sarif',
    `${REVIEW}/review.sarif`,
    '--junit',
    `${REVIEW}/junit.xml`,
  ];
  const comment = runTool([...args, '--markdown', ...forms], withoutCredentials());
  const json = runTool([...args, '--json'], withoutCredentials());
  if (comment.out === '' || json.out === '') return result(comment.code || json.code || 1);
  put(`${REVIEW}/comment.md`, comment.out);
  put(`${REVIEW}/review.json`, json.out);
  return result(isWhole(plan) ? comment.code : plan.code, parsed(json.out, 'the review').digest);
}

/** @param {{ code: number }} plan */
function isWhole({ code }) {
  return code === 0 || code === 2;
}

/** Sets outputs of a step, or variables of a later job. @param {NodeJS.ProcessEnv} env @param {Record<string, string>} values */
export function output(env, values) {
  const lines = Object.entries(values).map(
    ([name, value]) => `${env.GITLAB_CI ? `DELINEA_${name.toUpperCase()}` : name}=${value}\n`,
  );
  if (env.GITHUB_OUTPUT) appendFileSync(env.GITHUB_OUTPUT, lines.join(''));
  else if (env.GITLAB_CI) appendFileSync(`${FOLDER}/outputs.env`, lines.join(''));
  else throw new CiError('this is not a job of GitHub or GitLab', 'Run it in a pipeline.');
}

/** @param {string} path @param {string | Uint8Array} content */
export function put(path, content) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content, { mode: 0o600 });
}

/** @param {string} line */
export function print(line) {
  process.stdout.write(`${line}\n`);
}

/** @typedef {import('./platform.d.ts').Platform} Platform */
