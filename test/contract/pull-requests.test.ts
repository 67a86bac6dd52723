import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { parse } from 'yaml';
import { type Simulator, startSimulator } from '../../src/simulator/index.js';
import { QUIET, ROOT } from '../support/cdktf/synth-process.js';
import { blocksIn } from '../support/cli/page-commands.js';
import { DELINEA, start, startDelinea } from '../support/cli/process.js';
import { terraformTest } from '../support/terraform/terraform-test.js';

jest.setTimeout(120_000);

const PAGE = 'docs/guides/pull-requests.md';
const blocks = blocksIn(PAGE, 'sh');
const script = blocks.filter((block) => !block.includes('terraform plan')).join('');

/** Commands of the page that are run by another file. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  'npm ci --ignore-scripts': '.ci/run',
  'npx cdktf synth': 'test/contract/readme.test.ts',
};

interface Job {
  readonly environment?: unknown;
  readonly env?: object;
  readonly variables?: object;
  readonly steps?: readonly { readonly uses?: string; readonly run?: string; readonly with?: object }[];
  readonly script?: readonly string[];
}

interface Pipeline {
  readonly on?: unknown;
  readonly jobs: Readonly<Record<string, Job>>;
  readonly concurrency?: object;
}

const [synth, plan, apply, gitlab] = blocksIn(PAGE, 'yaml').map(
  (text) => parse(text) as Pipeline & Record<string, Job>,
);
const jobs = [synth, plan, apply]
  .flatMap((workflow) => Object.values(workflow!.jobs))
  .concat(Object.values(gitlab!).filter((job) => job.script));

const linesOf = ({ steps = [], script: lines = [] }: Job) =>
  [...steps.flatMap(({ run = '' }) => run.split('\n')), ...lines].map((line) => line.trim());
const runsStack = (job: Job) => linesOf(job).some((line) => line.startsWith('npx cdktf'));
const runsTool = (job: Job) => linesOf(job).some((line) => line.startsWith('npx delinea-iac'));

describe('guide for pull requests: pipelines', () => {
  test('have the jobs that the page describes', () => {
    expect([synth, plan, apply].map((workflow) => Object.keys(workflow!.jobs))).toEqual([
      ['synth'],
      ['plan'],
      ['synth', 'plan', 'apply'],
    ]);
    expect(jobs).toHaveLength(9);
    expect(jobs.every((job) => runsStack(job) !== runsTool(job))).toBe(true);
  });

  test('run code of the stack only in jobs without credentials', () => {
    for (const job of jobs.filter(runsStack)) {
      expect(job.environment ?? job.env ?? job.variables).toBeUndefined();
      expect(JSON.stringify(job)).not.toMatch(/secrets\.|DELINEA_/);
    }
  });

  test('lock the provider block and use an environment in every job with credentials', () => {
    for (const job of jobs.filter(runsTool)) {
      expect(job.environment).toBeDefined();
      expect({ ...job.env, ...job.variables }).toMatchObject({ DELINEA_LOCKED: '1' });
    }
  });

  test('give no secret to a workflow that is read from the pull request', () => {
    expect(synth!.on).toBe('pull_request');
    expect(JSON.stringify(synth)).not.toContain('secrets');
    expect(plan!.on).toMatchObject({ workflow_run: { workflows: ['synth'] } });
    expect(JSON.stringify([synth, plan, apply, gitlab])).not.toContain('pull_request_target');
  });

  test('run one apply at a time, and only the expected plan', () => {
    expect(apply!.concurrency).toMatchObject({ 'cancel-in-progress': false });
    expect(gitlab!.apply).toMatchObject({ resource_group: 'delinea-apply' });
    const applies = jobs.flatMap(linesOf).filter((line) => line.includes('delinea-iac apply'));
    expect(applies).toHaveLength(2);
    for (const line of applies) expect(line).toContain('--expect "$PLAN_DIGEST"');
  });

  test('run only commands that the page shows', () => {
    const shown = script.split('\n');
    const own = jobs.flatMap(linesOf).filter((line) => /^np[mx] /.test(line));
    expect(own.length).toBeGreaterThan(10);
    for (const line of own) expect(shown.some((command) => command.startsWith(line))).toBe(true);
  });
});

describe('guide for pull requests: commands', () => {
  let simulator: Simulator;
  let folder: string;

  beforeAll(async () => {
    simulator = await startSimulator({
      data: { roles: ['Platform Admin'] },
    });
    folder = mkdtempSync(join(tmpdir(), 'pull-request-'));
    mkdirSync(join(folder, 'node_modules/.bin'), { recursive: true });
    mkdirSync(join(folder, 'stack'));
    symlinkSync(DELINEA, join(folder, 'node_modules/.bin/delinea-iac'));
    declare('Audit');
  });

  afterAll(async () => {
    await simulator.close();
    rmSync(folder, { recursive: true });
  });

  function declare(displayName: string): void {
    const stack = {
      '//': { metadata: { stackName: 'access' } },
      terraform: { required_providers: { delinea: { source: 'delinea-iac/delinea' } } },
      provider: { delinea: [{}] },
      resource: { delinea_user: { audit: { user_name: 'audit@example.com', display_name: displayName } } },
    };
    writeFileSync(join(folder, 'stack/cdk.tf.json'), JSON.stringify(stack));
  }

  /** Returns the environment of the page, with the tenant of this test. */
  function environment(): Record<string, string> {
    const text = blocksIn(PAGE, 'text')[0]!;
    const page = Object.fromEntries(
      text
        .trim()
        .split('\n')
        .map((line) => line.split(/=(.*)/).slice(0, 2)),
    );
    const { DELINEA_TENANT: _, ...rest } = page as Record<string, string>;
    const { host } = new URL(simulator.url);
    return {
      ...rest,
      ...simulator.env,
      DELINEA_ALLOWED_HOSTS: host,
      DELINEA_PROTECTED_PRINCIPALS: 'audit@example.com',
      DELINEA_PLAN_KEY: 'k'.repeat(64),
    };
  }

  test('every command that is not run here is run by the listed file', () => {
    for (const [command, file] of Object.entries(ELSEWHERE)) {
      expect(script).toContain(`${command}\n`);
      expect(readFileSync(join(ROOT, file), 'utf8')).toContain(command.replace(' --ignore-scripts', ''));
    }
  });

  test('plan the pull request and apply exactly the plan that was reviewed', async () => {
    const env = environment();
    const first = ['apply', 'stack', '--ledger', 'delinea-iac.access.json', '--init-ledger', '--auto-approve'];
    expect(await startDelinea(first, folder, env).ended).toMatchObject({ code: 0, err: '' });
    declare('Internal audit');
    const here = script
      .split('\n')
      .filter((line) => !(line in ELSEWHERE))
      .join('\n');
    const { code, out, err } = await start('bash', ['-euo', 'pipefail', '-c', here], folder, { ...QUIET, ...env })
      .ended;
    expect([code, code === 0 ? '' : out + err]).toEqual([0, '']);
    expect(simulator.state().users).toMatchObject([{ userName: 'audit@example.com', displayName: 'Internal audit' }]);
    expect(readFileSync(join(folder, 'plan.txt'), 'utf8')).toContain(new URL(simulator.url).host);
  });

  terraformTest('stop the commands of the runner while terraform prints its plan', async () => {
    const [block, ...others] = blocks.filter((each) => each.includes('terraform plan'));
    expect(others).toEqual([]);
    const configuration = join(folder, 'terraform');
    mkdirSync(configuration);
    writeFileSync(join(configuration, 'main.tf'), 'output "name" { value = "##[add-mask]x" }');
    const { code, out } = await start('bash', ['-euo', 'pipefail', '-c', block!], configuration, QUIET).ended;
    expect(code).toBe(0);
    expect(out).toMatch(/^::stop-commands::([0-9a-f]{32})\n.*##\[add-mask\]x.*\n::\1::\n$/s);
    writeFileSync(join(configuration, 'main.tf'), 'output "name" { value = file("missing") }');
    expect((await start('bash', ['-euo', 'pipefail', '-c', block!], configuration, QUIET).ended).code).toBe(1);
  });
});
