import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { parse } from 'yaml';
import { secretsIn } from '../support/assert/secrets.js';
import { ROOT } from '../support/cdktf/synth-process.js';
import { GitLabServer, REVIEWER, TOKEN } from '../support/ci/gitlab-server.js';
import { stackCode, stackJson, TestRepository } from '../support/ci/repository.js';
import { start } from '../support/cli/process.js';

jest.setTimeout(240_000);

interface Job {
  readonly script: readonly string[];
  readonly after_script?: readonly string[];
  readonly artifacts?: { readonly paths?: readonly string[]; readonly reports?: { readonly dotenv: string } };
  readonly variables?: Readonly<Record<string, string>>;
}

const jobs = parse(readFileSync(join(ROOT, 'examples/ci/gitlab/delinea.gitlab-ci.yml'), 'utf8')) as Record<string, Job>;
const jane = { user_name: 'jane@example.com' };
const changed = stackJson({ delinea_user: { jane: { ...jane, title: 'Lead' } } });

let repository: TestRepository;
let server: GitLabServer;
let artifacts: string;
beforeAll(async () => {
  server = await GitLabServer.open();
  repository = await TestRepository.open({}, stackCode({ delinea_user: { jane } }));
  artifacts = mkdtempSync(join(tmpdir(), 'artifacts-'));
});
afterAll(async () => {
  await repository.close();
  await server.close();
  rmSync(artifacts, { recursive: true });
});

/** Runs the script of a job in a folder of its own, to which the artifacts of the jobs before were copied. */
async function runJob(name: string, secrets: Record<string, string>, more: Record<string, string>) {
  const job = jobs[name]!;
  const folder = mkdtempSync(join(tmpdir(), 'job-'));
  const isEmpty = job.variables?.GIT_STRATEGY === 'empty';
  if (!isEmpty) cpSync(repository.main, folder, { recursive: true });
  cpSync(artifacts, folder, { recursive: true });
  const env = {
    ...repository.settings.machine,
    PATH: `${join(ROOT, 'ci/bin')}:${process.env.PATH}`,
    GITLAB_CI: 'true',
    CI_API_V4_URL: server.url,
    CI_PROJECT_ID: '12',
    CI_MERGE_REQUEST_IID: '5',
    CI_COMMIT_SHA: server.merge.sha,
    CI_DEFAULT_BRANCH: 'main',
    CI_REPOSITORY_URL: `file://${repository.origin}`,
    CI_JOB_URL: 'https://gitlab.example/job/1',
    ...job.variables,
    ...secrets,
    ...more,
  };
  const bash = (lines: readonly string[]) =>
    start('bash', ['-eo', 'pipefail', '-c', lines.join('\n')], folder, env).ended;
  const { code, out, err } = await bash(job.script);
  if (job.after_script) await bash(job.after_script);
  const { paths = [], reports } = job.artifacts ?? {};
  for (const path of paths) {
    if (existsSync(join(folder, path))) cpSync(join(folder, path), join(artifacts, path), { recursive: true });
  }
  const dotenv =
    reports && existsSync(join(folder, reports.dotenv)) ? readFileSync(join(folder, reports.dotenv), 'utf8') : '';
  rmSync(folder, { recursive: true });
  const variables = dotenv
    .split('\n')
    .filter(Boolean)
    .map((line) => line.split('=') as [string, string]);
  return { code, log: out + err, variables: Object.fromEntries(variables) };
}

test('merge request: is reviewed with the files of the base, commented, and applied after the merge', async () => {
  const { sim, settings } = repository;
  const client = settings.secrets['delinea-read']!;
  const locked = { ...settings.vars };
  const token = { GITLAB_TOKEN: TOKEN.value };
  mkdirSync(join(artifacts, 'stack'));
  writeFileSync(join(artifacts, 'stack/cdk.tf.json'), changed);

  const review = await runJob('review', { ...client, ...token }, locked);
  expect([review.code, review.log]).toEqual([0, expect.stringContaining('Plan: 0 to add, 1 to change')]);
  expect((await runJob('comment', token, {})).code).toBe(0);
  expect(server.notes).toMatchObject([{ body: expect.stringContaining('## Access after this plan') }]);

  const result = readFileSync(join(artifacts, 'delinea-ci/review/result.json'), 'utf8');
  server.pipelines.push({ id: 1, sha: server.merge.sha, source: 'merge_request_event' });
  server.jobs.push({ id: 2, pipeline: 1, name: 'review', finished_at: '2026-11-29T10:00:00Z', result });
  server.approved_by = [{ user: REVIEWER, approved_at: '2026-11-29T11:00:00Z' }];
  Object.assign(server.merge, {
    state: 'merged',
    merge_commit_sha: server.merge.sha,
    merged_at: '2026-11-29T12:00:00Z',
  });
  rmSync(join(artifacts, 'delinea-ci'), { recursive: true });

  const plan = await runJob('plan', client, locked);
  expect([plan.code, plan.variables.DELINEA_CHANGES]).toEqual([0, 'true']);
  const waiting = await runJob('apply', client, { ...locked, ...plan.variables });
  expect(waiting.code).toBe(10);
  const compare = await runJob('compare', token, plan.variables);
  expect([compare.code, compare.variables]).toEqual([0, { DELINEA_SAME: 'true' }]);
  const apply = await runJob('apply', client, { ...locked, ...plan.variables, ...compare.variables });
  expect([apply.code, apply.log]).toEqual([0, expect.stringContaining('Last line of')]);
  expect(sim.state().users).toContainEqual(expect.objectContaining({ userName: 'jane@example.com', title: 'Lead' }));
  expect(secretsIn([review, plan, compare, apply].map(({ log }) => log).join('\n'), sim)).toEqual([]);
});
