import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow } from '@actions/workflow-parser';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { ROOT } from '../support/cdktf/synth-process.js';

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
}

interface Job {
  readonly permissions: Readonly<Record<string, string>>;
  readonly environment?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
  readonly 'timeout-minutes': number;
}

interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions: object;
  readonly concurrency: { readonly group: string; readonly 'cancel-in-progress': boolean };
  readonly jobs: Readonly<Record<string, Job>>;
}

const FOLDER = join(ROOT, 'examples/ci/github');
const names = readdirSync(FOLDER);
const textOf = (name: string) => readFileSync(join(FOLDER, name), 'utf8');
const workflowOf = (name: string) => parse(textOf(name)) as Workflow;
const jobs = names.flatMap((name) =>
  Object.entries(workflowOf(name).jobs).map(([id, job]) => ({ name: `${name} ${id}`, job })),
);
const errorsIn = async (content: string) => {
  const { context, value } = parseWorkflow({ name: 'x.yml', content }, new NoOperationTraceWriter());
  const template = value && (await convertWorkflowTemplate(context, value));
  return [...context.errors.getErrors().map(String), ...(template?.errors ?? []).map(({ Message }) => Message)];
};
const runsTool = ({ steps }: Job) => steps.some(({ run = '' }) => /delinea-(ci (review|plan|drift) |iac )/.test(run));
const writes = ({ permissions }: Job) => Object.keys(permissions).filter((name) => permissions[name] === 'write');

describe('workflows of GitHub', () => {
  test.each(names)("%s: is valid by GitHub's own parser", async (name) => {
    expect(await errorsIn(textOf(name))).toEqual([]);
  });

  test("GitHub's own parser: refuses a permission, a key and an expression that do not exist", async () => {
    const text = textOf('delinea-review.yml');
    for (const [from, to] of [
      ['statuses: write', 'status: write'],
      ['timeout-minutes', 'timeout'],
      ['github.token', 'githb.token'],
    ] as const)
      expect(await errorsIn(text.replace(from, to))).not.toEqual([]);
  });

  test.each(names)('%s: has no permission but that of its jobs, and runs one at a time', (name) => {
    const { permissions, concurrency } = workflowOf(name);
    expect(permissions).toEqual({});
    expect(concurrency['cancel-in-progress']).toBe(name === 'delinea-synth.yml');
  });

  test('only the workflow without secrets is read from the pull request', () => {
    expect(names.filter((name) => 'pull_request' in workflowOf(name).on)).toEqual(['delinea-synth.yml']);
    expect(names.map(textOf).join()).not.toContain('pull_request_target');
    expect(textOf('delinea-synth.yml')).not.toMatch(/secrets\.|vars\.|github\.token/);
  });

  test.each(jobs)('$name: has a timeout and minimal permissions', ({ job }) => {
    expect(job['timeout-minutes']).toBeLessThanOrEqual(60);
    expect(Object.keys(job)).toContain('permissions');
    expect(Object.values(job.permissions).every((level) => level === 'read' || level === 'write')).toBe(true);
  });

  test.each(jobs)('$name: runs no text of others in a shell, and pins every action', ({ job }) => {
    for (const { run = '', uses } of job.steps) {
      expect(run).not.toContain('${{');
      if (uses !== undefined) expect(uses).toMatch(/@[0-9a-f]{40}$/);
    }
  });

  test.each(jobs)(
    '$name: gives credentials of the tenant only to a job of an environment that cannot write',
    ({ job }) => {
      const secret = JSON.stringify(job).includes('secrets.');
      expect(secret).toBe(job.environment !== undefined);
      expect(secret).toBe(runsTool(job));
      if (secret) expect(writes(job)).toEqual([]);
      for (const { env = {}, run = '' } of job.steps) {
        // No step has both.
        expect(JSON.stringify(env).includes('secrets.') && 'GITHUB_TOKEN' in env).toBe(false);
        if (JSON.stringify(env).includes('secrets.')) {
          expect(env.DELINEA_LOCKED).toBe('1');
          expect(run).toMatch(/^delinea-/);
        }
      }
      expect(JSON.stringify(job.env ?? {})).not.toContain('secrets.');
    },
  );

  test('only the job that records ledger and log keeps the credentials of its checkout', () => {
    const keep = jobs.filter(({ job: { steps } }) =>
      steps.some(
        ({ uses = '', with: given }) =>
          uses.startsWith('actions/checkout@') && given?.['persist-credentials'] !== false,
      ),
    );
    expect(keep.map(({ name }) => name)).toEqual(['delinea-apply.yml record']);
    expect(jobs.filter(({ job }) => writes(job).includes('contents')).map(({ name }) => name)).toEqual([
      'delinea-apply.yml record',
    ]);
  });
});

describe('action', () => {
  test('installs the tool of its own checkout, without scripts of packages', () => {
    const { runs } = parse(readFileSync(join(ROOT, 'ci/action.yml'), 'utf8')) as { runs: { steps: Step[] } };
    const text = runs.steps.map(({ run = '' }) => run).join('');
    expect(text).toContain('npm ci --ignore-scripts');
    expect(text).not.toContain('${{');
    for (const { uses } of runs.steps) if (uses) expect(uses).toMatch(/@[0-9a-f]{40}$/);
  });
});

type GitLabJob = Readonly<Record<string, unknown>> & {
  readonly script?: readonly string[];
  readonly extends?: string | string[];
};

describe('pipeline of GitLab', () => {
  const {
    stages,
    workflow: _,
    default: __,
    variables,
    ...all
  } = parse(readFileSync(join(ROOT, 'examples/ci/gitlab/delinea.gitlab-ci.yml'), 'utf8')) as Record<
    string,
    GitLabJob
  > & { stages: unknown; variables: Record<string, string> };
  const whole = (job: GitLabJob): GitLabJob =>
    Object.assign({}, ...[job.extends ?? []].flat().map((name) => whole(all[name]!)), job) as GitLabJob;
  const own = Object.entries(all)
    .filter(([name]) => !name.startsWith('.'))
    .map(([name, job]) => ({ name, job: whole(job) }));

  test('has a stage, a timeout and an environment for each job, except that the synth has no environment', () => {
    expect(own.map(({ name }) => name)).toEqual([
      'synth',
      'review',
      'comment',
      'plan',
      'compare',
      'apply',
      'apply-approved',
      'drift',
      'drift-issue',
    ]);
    for (const { name, job } of own) {
      expect(stages).toContain(job.stage);
      expect(job.timeout).toBeDefined();
      expect([name, job.environment !== undefined]).toEqual([name, name !== 'synth']);
    }
    expect(variables.DELINEA_IAC_COMMIT).toMatch(/^[0-9a-f]{40}$/);
  });

  test('reviews and comments only merge requests of the same project, and applies one at a time', () => {
    for (const name of ['review', 'comment'])
      expect(JSON.stringify(whole(all[name]!).rules)).toContain(
        '$CI_MERGE_REQUEST_SOURCE_PROJECT_ID == $CI_PROJECT_ID',
      );
    for (const name of ['apply', 'apply-approved'])
      expect(whole(all[name]!)).toMatchObject({ resource_group: 'delinea-apply' });
    expect(JSON.stringify(all['apply-approved']!.rules)).toContain('manual');
    for (const { name, job } of own)
      if (/delinea-(iac|ci (review|plan|drift) )/.test(job.script!.join('\n')))
        expect([name, job.variables]).toMatchObject([name, { DELINEA_LOCKED: '1' }]);
  });
});
