import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { strToU8, zipSync } from 'fflate';
import { ROOT } from '../support/cdktf/synth-process.js';
import {
  AUTHOR,
  BOT,
  FORK,
  GitHubServer,
  OWN,
  type Permissions,
  type Pull,
  REVIEWER,
  type Run,
} from '../support/ci/github-server.js';
import {
  AUTHOR as GITLAB_AUTHOR,
  REVIEWER as GITLAB_REVIEWER,
  GitLabServer,
  TOKEN,
} from '../support/ci/gitlab-server.js';
import { start } from '../support/cli/process.js';

jest.setTimeout(60_000);

const REVIEW = '<!-- delinea-iac review -->';
const DRIFT = '<!-- delinea-iac drift -->';
const DIGEST = '1'.repeat(64);

let folder: string;
let env: Record<string, string>;
let close: () => Promise<void>;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ci-'));
});
afterEach(async () => {
  await close();
  rmSync(folder, { recursive: true });
});

function give(files: Record<string, string>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}

const review = (comment: string, code = 0) =>
  give({
    'delinea-ci/review/comment.md': comment,
    'delinea-ci/review/result.json': JSON.stringify({ code, digest: DIGEST }),
  });
const drift = (code: number, text: string) =>
  give({ 'delinea-ci/drift/drift.md': text, 'delinea-ci/drift/exit': String(code) });
const run = (...args: string[]) => start(join(ROOT, 'ci/bin/delinea-ci'), args, folder, env).ended;

function openPull(server: GitHubServer): Pull {
  const head = { ref: 'patch', sha: 'a'.repeat(40), repo: FORK };
  const pull: Pull = {
    number: 3,
    user: AUTHOR,
    head,
    base: { ref: 'main' },
    state: 'open',
    labels: [],
    merged_at: null,
    merge_commit_sha: null,
  };
  server.pulls.push(pull);
  return pull;
}

const environmentOf = (server: GitHubServer) => ({
  GITHUB_API_URL: server.url,
  GITHUB_SERVER_URL: 'https://github.example',
  GITHUB_REPOSITORY: 'acme/access',
  GITHUB_RUN_ID: '9',
  GITHUB_EVENT_PATH: join(folder, 'event.json'),
  GITHUB_OUTPUT: join(folder, 'output'),
  GITHUB_TOKEN: 'token',
});

describe('GitHub', () => {
  let server: GitHubServer;
  beforeEach(async () => {
    server = await GitHubServer.open();
    close = () => server.close();
    const { head } = openPull(server);
    const workflow_run = { id: 1, head_branch: head.ref, head_sha: head.sha, head_repository: FORK };
    give({ 'event.json': JSON.stringify({ workflow_run, repository: { ...OWN, default_branch: 'main' } }) });
    env = environmentOf(server);
    permit({ 'pull-requests': 'write', issues: 'write', statuses: 'write' });
  });
  const permit = (permissions: Permissions) => server.tokens.set('token', permissions);

  test('fetch: an artifact is data of one name and a limited size', async () => {
    permit({ actions: 'read', 'pull-requests': 'read', issues: 'read' });
    const attempt = async (zip: Uint8Array) => {
      server.upload(1, 'stack', zip);
      const { code, err } = await run('fetch');
      return [code, err.split('\n')[0]];
    };
    const stack = strToU8('{}');
    const refused = (why: string) => [1, `Error: cdk.tf.json is not used: the artifact ${why}`];
    expect(await attempt(zipSync({ '../../cdk.tf.json': stack, '/etc/x': stack }))).toEqual(
      refused('does not have it'),
    );
    const long = zipSync({ 'cdk.tf.json': new Uint8Array(21 * 1024 * 1024) });
    expect(await attempt(long)).toEqual(refused('has more than 20971520 bytes of it'));
    expect(await attempt(strToU8('PK'))).toEqual([1, 'Error: the artifact is not a zip archive']);
    const twice = Buffer.from(zipSync({ 'cdk.tf.json': stack, 'cdk.tf.jsoX': stack })).toString('latin1');
    const renamed = Uint8Array.from(Buffer.from(twice.replaceAll('jsoX', 'json'), 'latin1'));
    expect(await attempt(renamed)).toEqual(refused('has it twice'));
    expect(await attempt(zipSync({ 'cdk.tf.json': stack, 'access.yaml': stack, '../x': stack }))).toEqual([0, '']);
    const files = ['', '/request.json', '/stack', '/stack/cdk.tf.json'].map((name) => `delinea-ci${name}`);
    expect(readdirSync(folder, { recursive: true }).sort()).toEqual([...files, 'event.json']);
    server.artifacts.splice(0);
    expect((await run('fetch')).err).toContain('the artifact "stack" is not used');
  });

  test('review: takes access.yaml or access.ts of the checkout, and refuses to choose', async () => {
    give({ 'delinea-ci/request.json': '{"labels":[]}', 'access.ts': 'export default [];' });
    expect((await run('review', 'ledger.json')).out).toMatch(
      /^There is no policies: review runs without --policies\.\n(?!There)/,
    );
    give({ 'access.yaml': 'assertions: []' });
    expect(await run('review', 'ledger.json')).toMatchObject({
      code: 1,
      err: 'Error: access.yaml and access.ts both exist\n  do: Keep one: --assert takes one file.\n',
    });
  });

  test('drift: an ignore file of the artifact is not used', async () => {
    give({ 'delinea-ci/stack/cdk.tf.json': '{}', 'delinea-ci/stack/.delineaignore': 'accepted: []' });
    await run('drift', 'ledger.json');
    expect(readdirSync(join(folder, 'delinea-ci/stack'))).toEqual(['cdk.tf.json']);
  });

  test('comment: finds its own on a later page, also if the service is busy at first', async () => {
    for (let count = 0; count < 5; count++)
      server.comments.push({ id: server.id(), issue: 3, user: AUTHOR, body: `${REVIEW} fake` });
    server.comments.push({ id: server.id(), issue: 3, user: BOT, body: `${REVIEW}\nold` });
    review(`${REVIEW}\n\nnew`);
    server.failures = 1;
    expect(await run('comment')).toMatchObject({ code: 0, out: 'The comment was updated.\n', err: '' });
    expect(server.comments).toHaveLength(6);
    expect(server.comments.at(-1)!.body).toMatch(/^<!-- delinea-iac review -->\n\nCommit a{40}, \[run\].*\n\nnew$/);
    expect(server.comments.filter(({ body }) => body.endsWith('fake'))).toHaveLength(5);
  });

  test('comment: an error is one line with the permission to give, and a write is not repeated', async () => {
    review(`${REVIEW}\n\nnew`);
    permit({ 'pull-requests': 'read', issues: 'read', statuses: 'write' });
    const { code, out, err } = await run('comment');
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(
      /^Error: POST \/repos\/acme\/access\/issues\/3\/comments was refused with 403: .*\n {2}do: Give/,
    );
    expect(server.statuses).toEqual([]);
    server.tokens.clear();
    expect((await run('comment')).err).toContain('was refused with 401');
    expect((await run('nothing')).err).toMatch(
      /^Error: "nothing" is not a complete command\n {2}do: Use one of: fetch, /,
    );
  });

  test('comment: one of the greatest length is written whole, a longer one is refused', async () => {
    const longest = REVIEW + 'x'.repeat(65_536 - REVIEW.length - 2);
    review(longest);
    expect((await run('comment')).code).toBe(0);
    expect(server.comments[0]!.body).toHaveLength(65_536);
    review(`${longest}xxx`);
    expect((await run('comment')).err).toContain('was refused with 422');
  });

  test.each([
    [0, 'success', 'Reviewed: see the comment'],
    [3, 'failure', 'An assertion or a policy is violated'],
    [5, 'failure', 'Something could not be read or resolved'],
    [1, 'failure', 'The review failed: see the run'],
  ])('comment: the status of a review that ended with %i is %s', async (code, state, description) => {
    review(`${REVIEW}\n`, code);
    await run('comment');
    expect(server.statuses).toEqual([{ sha: 'a'.repeat(40), state, description }]);
  });

  test('drift-issue: one is opened, updated and closed, and stays as it is if the tenant was not read', async () => {
    server.issues.push({ number: 50, user: AUTHOR, title: '', body: `${DRIFT} fake`, state: 'open' });
    server.issues.push({ number: 51, user: BOT, title: '', body: 'other', state: 'open' });
    drift(2, `${DRIFT}\n\njane`);
    expect((await run('drift-issue')).out).toBe('An issue was opened.\n');
    drift(2, `${DRIFT}\n\nomar`);
    expect((await run('drift-issue')).out).toBe('The issue was updated.\n');
    const [fake, other, own, ...more] = server.issues;
    expect([fake!.body, other!.body, more]).toEqual([`${DRIFT} fake`, 'other', []]);
    expect(own).toMatchObject({ title: 'Drift: the tenant differs from the code', state: 'open' });
    expect(own!.body).toMatch(/^<!-- delinea-iac drift -->\n\n\[Run\]\(https:.*\n\nomar$/);
    drift(5, '');
    expect(await run('drift-issue')).toMatchObject({ code: 1, out: expect.stringContaining('The drift is not known') });
    rmSync(join(folder, 'delinea-ci'), { recursive: true });
    expect((await run('drift-issue')).code).toBe(1);
    expect(own).toMatchObject({ state: 'open', body: expect.stringContaining('omar') });
    drift(0, `${DRIFT}\n\nNo drift.`);
    expect((await run('drift-issue')).out).toBe('The issue was closed.\n');
    expect(server.issues.map(({ state }) => state)).toEqual(['open', 'open', 'closed']);
    expect((await run('drift-issue')).out).toBe('There is no drift.\n');
  });
});

describe('GitHub, after a merge', () => {
  let server: GitHubServer;
  const merge = 'c'.repeat(40);
  const name = `delinea-review-${'a'.repeat(40)}`;
  beforeEach(async () => {
    server = await GitHubServer.open();
    close = () => server.close();
    const pull = openPull(server);
    Object.assign(pull, { state: 'closed', merge_commit_sha: merge, merged_at: '2026-11-29T12:00:00Z' });
    give({ 'event.json': JSON.stringify({ repository: { ...OWN, default_branch: 'main' } }) });
    env = { ...environmentOf(server), GITHUB_SHA: merge };
    server.tokens.set('token', { actions: 'read', contents: 'read', 'pull-requests': 'read' });
    server.environments.set('delinea-approval', [{ type: 'required_reviewers' }]);
    review(REVIEW);
  });
  const upload = (run: Partial<Run> = {}, result: object = { code: 0, digest: DIGEST }) => {
    const id = server.id();
    const real = { path: '.github/workflows/delinea-review.yml', event: 'workflow_run', head_branch: 'main' };
    server.runs.push({ id, head_sha: merge, head_repository: OWN, ...real, ...run });
    server.upload(id, name, zipSync({ 'result.json': strToU8(JSON.stringify(result)), '../x': strToU8('x') }));
  };
  const approve = (more: Partial<(typeof server.reviews)[number]> = {}) =>
    server.reviews.push({
      pull: 3,
      user: REVIEWER,
      state: 'APPROVED',
      commit_id: 'a'.repeat(40),
      submitted_at: '2026-11-29T11:00:00Z',
      ...more,
    });
  const outcome = async () => {
    rmSync(join(folder, 'output'), { force: true });
    const { code, out, err } = await run('compare');
    expect([code, err]).toEqual([0, '']);
    const same = readFileSync(join(folder, 'output'), 'utf8');
    expect(same).toBe(out.startsWith('Waits') ? 'same=false\n' : 'same=true\n');
    return out.trim().replace('Waits for an approval: ', '');
  };

  test('compare: counts only reviews of the workflow on the default branch', async () => {
    upload({ path: '.github/workflows/evil.yml' });
    upload({ event: 'push' });
    upload({ head_branch: 'patch' });
    upload({ head_repository: FORK });
    approve();
    expect(await outcome()).toBe('pull request 3 has no review of its last commit.');
    upload();
    expect(await outcome()).toBe('The effects are those of the approved review.');
    upload({}, { code: 0, digest: '2'.repeat(64) });
    expect(await outcome()).toBe('the commit was reviewed more than once, with different effects.');
  });

  test('compare: counts only approvals of the review by people who may write', async () => {
    upload();
    approve({ user: AUTHOR });
    approve({ user: { id: 9, login: 'reader', type: 'User' } });
    approve({ state: 'DISMISSED' });
    approve({ commit_id: 'b'.repeat(40) });
    approve({ submitted_at: '2026-11-28T00:00:00Z' });
    approve({ submitted_at: '2026-11-30T00:00:00Z' });
    expect(await outcome()).toBe('nobody but the author has approved the review of pull request 3.');
    approve();
    expect(await outcome()).toBe('The effects are those of the approved review.');
    approve({ state: 'COMMENTED', submitted_at: '2026-11-29T11:10:00Z' });
    expect(await outcome()).toBe('The effects are those of the approved review.');
    approve({ state: 'CHANGES_REQUESTED', submitted_at: '2026-11-29T11:20:00Z' });
    expect(await outcome()).toBe('nobody but the author has approved the review of pull request 3.');
    env.GITHUB_SHA = 'd'.repeat(40);
    expect(await outcome()).toBe('the commit is not the merge of a pull request.');
  });

  test('compare: waits for other effects, a violation and a plan that is not complete', async () => {
    upload({}, { code: 3, digest: DIGEST });
    approve();
    expect(await outcome()).toBe('the approved review is not complete, or it has violations.');
    review(REVIEW, 5);
    expect(await outcome()).toBe('the plan or its review is not complete.');
  });

  test.each([undefined, [{ type: 'branch_policy' }]])(
    'compare: fails if nobody would have to approve: %j',
    async (rules) => {
      if (rules) server.environments.set('delinea-approval', rules);
      else server.environments.clear();
      const { code, err } = await run('compare');
      expect([code, err]).toEqual([1, expect.stringContaining('has no required reviewers')]);
    },
  );
});

describe('GitLab', () => {
  let server: GitLabServer;
  beforeEach(async () => {
    server = await GitLabServer.open();
    close = () => server.close();
    env = {
      GITLAB_CI: 'true',
      CI_API_V4_URL: server.url,
      CI_PROJECT_ID: '12',
      CI_MERGE_REQUEST_IID: '5',
      CI_COMMIT_SHA: server.merge.sha,
      CI_DEFAULT_BRANCH: 'main',
      CI_JOB_URL: 'https://gitlab.example/job/1',
      GITLAB_TOKEN: TOKEN.value,
    };
  });

  test('fetch: takes the stack if it is a file, and the labels that another person than the author has set', async () => {
    server.merge.labels.push('mine', 'theirs', '--live=x');
    for (const [name, id] of [
      ['mine', 7],
      ['theirs', 8],
      ['--live=x', 8],
    ] as const)
      server.labelEvents.push({ action: 'add', label: { name }, user: { id } });
    give({ 'stack/cdk.tf.json': '{}' });
    const { code, out } = await run('fetch');
    expect([code, out]).toEqual([0, expect.stringContaining('The label mine does not count')]);
    const request = JSON.parse(readFileSync(join(folder, 'delinea-ci/request.json'), 'utf8'));
    expect(request.labels).toEqual(['theirs', '--live=x']);
    rmSync(join(folder, 'stack'), { recursive: true });
    give({ 'stack/cdk.tf.json/x': '' });
    expect((await run('fetch')).err).toContain('stack/cdk.tf.json is not used: it is not a file');
  });

  test('comment: one is created and updated, and an older commit changes nothing', async () => {
    server.notes.push({ id: 1, author: GITLAB_AUTHOR, body: `${REVIEW} fake` });
    for (const text of ['first', 'second']) {
      review(`${REVIEW}\n\n${text}`);
      expect((await run('comment')).code).toBe(0);
    }
    expect(server.notes.map(({ body }) => body.split('\n').at(-1))).toEqual([`${REVIEW} fake`, 'second']);
    server.merge.sha = 'b'.repeat(40);
    expect((await run('comment')).out).toContain('no open pull request has this commit');
  });

  test('drift-issue: one confidential issue is opened and closed', async () => {
    drift(2, `${DRIFT}\n\njane`);
    await run('drift-issue');
    await run('drift-issue');
    expect(server.issues).toMatchObject([{ confidential: true, state: 'opened' }]);
    drift(0, `${DRIFT}\n\nNo drift.`);
    await run('drift-issue');
    expect(server.issues).toMatchObject([{ state: 'closed' }]);
  });

  test('compare: ends with 0 only for the effects of an approved review', async () => {
    const merge = 'c'.repeat(40);
    Object.assign(server.merge, { state: 'merged', merge_commit_sha: merge, merged_at: '2026-11-29T12:00:00Z' });
    env.CI_COMMIT_SHA = merge;
    review(REVIEW);
    const outcome = async () => {
      rmSync(join(folder, 'delinea-ci/outputs.env'), { force: true });
      const { code, out } = await run('compare');
      return [code, out.trim(), readFileSync(join(folder, 'delinea-ci/outputs.env'), 'utf8').trim()];
    };
    const waits = (reason: string) => [10, `Waits for an approval: ${reason}`, 'DELINEA_SAME=false'];
    expect(await outcome()).toEqual(waits('merge request 5 has no review of its last commit.'));
    const job = {
      name: 'review',
      finished_at: '2026-11-29T10:00:00Z',
      result: JSON.stringify({ code: 0, digest: DIGEST }),
    };
    server.pipelines.push(
      { id: 1, sha: server.merge.sha, source: 'push' },
      { id: 2, sha: 'd'.repeat(40), source: 'merge_request_event' },
      { id: 3, sha: server.merge.sha, source: 'merge_request_event' },
    );
    for (const pipeline of [1, 2]) server.jobs.push({ ...job, id: server.id(), pipeline });
    server.jobs.push({ ...job, id: server.id(), pipeline: 3, name: 'synth' });
    expect(await outcome()).toEqual(waits('merge request 5 has no review of its last commit.'));
    server.jobs.push({ ...job, id: server.id(), pipeline: 3 });
    const nobody = waits('nobody but the author has approved the review of merge request 5.');
    expect(await outcome()).toEqual(nobody);
    server.approved_by = [
      { user: GITLAB_AUTHOR, approved_at: '2026-11-29T11:00:00Z' },
      { user: GITLAB_REVIEWER },
      { user: GITLAB_REVIEWER, approved_at: '2026-11-29T09:00:00Z' },
    ];
    expect(await outcome()).toEqual(nobody);
    server.approved_by = [{ user: GITLAB_REVIEWER, approved_at: '2026-11-29T11:00:00Z' }];
    expect(await outcome()).toEqual([0, 'The effects are those of the approved review.', 'DELINEA_SAME=true']);
    server.jobs.push({ ...job, id: server.id(), pipeline: 3, result: JSON.stringify({ code: 0, digest: '2' }) });
    expect(await outcome()).toEqual(waits('the commit was reviewed more than once, with different effects.'));
    server.jobs.at(-1)!.result = JSON.stringify({ code: 3, digest: DIGEST });
    expect(await outcome()).toEqual(waits('the approved review is not complete, or it has violations.'));
  });
});
