import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { unzipSync, zipSync } from 'fflate';
import { parse } from 'yaml';
import { ROOT } from '../cdktf/synth-process.js';
import { start } from '../cli/process.js';
import { filled, holds, type Status } from './expressions.js';
import type { GitHubServer, Permissions, Run } from './github-server.js';

interface Step {
  readonly id?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, unknown>>;
  readonly 'continue-on-error'?: boolean;
}

interface Job {
  readonly needs?: string | readonly string[];
  readonly if?: string;
  readonly env?: Readonly<Record<string, unknown>>;
  readonly environment?: string;
  readonly permissions?: Permissions;
  readonly outputs?: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
}

export interface Workflow {
  readonly permissions: Permissions;
  readonly jobs: Readonly<Record<string, Job>>;
}

export interface JobResult {
  readonly result: Status | 'waiting';
  readonly outputs: Record<string, string>;
  readonly log: string;
  readonly environment?: string | undefined;
  /** The SARIF file that was uploaded. */
  readonly sarif?: string | undefined;
}

/** A pull request, push or schedule that starts a workflow. */
export interface Trigger {
  readonly event: string;
  readonly sha: string;
  readonly payload?: object;
  /** Folder that actions/checkout copies. */
  readonly checkout: string;
  readonly run: Run;
}

/** The settings of the repository. */
export interface Repository {
  readonly server: GitHubServer;
  readonly vars: Readonly<Record<string, string>>;
  /** Environment of the machine, for every job. */
  readonly machine: Readonly<Record<string, string>>;
  /** Secrets of each environment. */
  readonly secrets: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Environments that wait for a reviewer, who has not approved yet. */
  readonly waiting: Set<string>;
}

function readWorkflow(file: string): Workflow {
  return parse(readFileSync(join(ROOT, file), 'utf8')) as Workflow;
}

/** Runs the jobs of a workflow as GitHub would: each step in a shell of its own, with the environment that it declares. */
export async function runWorkflow(
  file: string,
  trigger: Trigger,
  repository: Repository,
): Promise<Record<string, JobResult>> {
  const workflow = readWorkflow(file);
  const done: Record<string, JobResult> = {};
  for (const [name, job] of Object.entries(workflow.jobs)) {
    const needs = [job.needs ?? []].flat();
    const before = needs.map((each) => done[each]!.result);
    const status: Status = before.every((each) => each === 'success')
      ? 'success'
      : before.includes('failure')
        ? 'failure'
        : 'skipped';
    const contexts = {
      github: {
        token: `token-${name}-${repository.server.id()}`,
        ref: 'refs/heads/main',
        event_name: trigger.event,
        event: trigger.payload ?? {},
        action_path: join(ROOT, 'ci'),
      },
      needs: Object.fromEntries(
        needs.map((each) => [each, { result: done[each]!.result, outputs: done[each]!.outputs }]),
      ),
      vars: repository.vars,
    };
    if (!holds(job.if, contexts, status)) done[name] = { result: 'skipped', outputs: {}, log: '' };
    else done[name] = await runJob(job, contexts, trigger, repository);
  }
  return done;
}

async function runJob(
  job: Job,
  before: { readonly github: { readonly token: string } },
  trigger: Trigger,
  { server, machine, secrets, waiting }: Repository,
): Promise<JobResult> {
  const environment = job.environment === undefined ? undefined : filled(job.environment, before);
  if (environment !== undefined && waiting.has(environment))
    return { result: 'waiting', outputs: {}, log: '', environment };
  server.tokens.set(before.github.token, job.permissions ?? {});
  const home = mkdtempSync(join(tmpdir(), 'job-'));
  const workspace = join(home, 'work');
  mkdirSync(workspace);
  const stubs = writeStubs(join(home, 'bin'));
  const files = { path: join(home, 'path'), event: join(home, 'event.json'), summary: join(home, 'summary.md') };
  for (const each of Object.values(files)) writeFileSync(each, '');
  writeFileSync(files.event, JSON.stringify(trigger.payload ?? {}));
  const contexts = { ...before, steps: {} as Record<string, object>, secrets: secrets[environment ?? ''] ?? {} };
  let status: Status = 'success';
  let log = '';
  let sarif: string | undefined;

  const shell = async (step: Step, number: number): Promise<boolean> => {
    const output = join(home, `output-${number}`);
    writeFileSync(output, '');
    const script = join(home, `step-${number}.sh`);
    writeFileSync(script, filled(step.run, contexts));
    const added = readFileSync(files.path, 'utf8').split('\n').filter(Boolean).reverse();
    const declared = Object.entries({ ...job.env, ...step.env }).map(([key, value]) => [key, filled(value, contexts)]);
    const env = {
      ...machine,
      PATH: [...added, stubs, process.env.PATH].join(':'),
      GITHUB_ACTIONS: 'true',
      GITHUB_API_URL: server.url,
      GITHUB_SERVER_URL: 'https://github.example',
      GITHUB_REPOSITORY: 'acme/access',
      GITHUB_RUN_ID: String(trigger.run.id),
      GITHUB_SHA: trigger.sha,
      GITHUB_EVENT_PATH: files.event,
      GITHUB_OUTPUT: output,
      GITHUB_PATH: files.path,
      GITHUB_STEP_SUMMARY: files.summary,
      GITHUB_ACTION_PATH: join(ROOT, 'ci'),
      ...Object.fromEntries(declared),
    };
    const { code, out, err } = await start('bash', ['-eo', 'pipefail', script], workspace, env).ended;
    log += out + err;
    const lines = readFileSync(output, 'utf8').split('\n').filter(Boolean);
    const outputs = Object.fromEntries(lines.map((line) => line.split(/=(.*)/s).slice(0, 2)));
    if (step.id !== undefined) contexts.steps[step.id] = { outputs };
    return code === 0;
  };

  const act = async (step: Step, number: number): Promise<boolean> => {
    const action = step.uses?.split('@')[0];
    const given = Object.fromEntries(
      Object.entries(step.with ?? {}).map(([key, value]) => [key, filled(value, contexts)]),
    );
    const path = join(workspace, given.path ?? '');
    if (step.run !== undefined) return shell(step, number);
    if (action === 'actions/checkout') cpSync(trigger.checkout, workspace, { recursive: true });
    else if (action === 'actions/upload-artifact') return upload(given, workspace, trigger.run.id, server);
    else if (action === 'actions/download-artifact') {
      const found = server.artifacts.find(({ run, name }) => run === trigger.run.id && name === given.name);
      if (!found) return false;
      for (const [name, content] of Object.entries(unzipSync(found.zip))) {
        mkdirSync(dirname(join(path, name)), { recursive: true });
        writeFileSync(join(path, name), content);
      }
    } else if (action === 'github/codeql-action/upload-sarif')
      sarif = readFileSync(join(workspace, given.sarif_file!), 'utf8');
    else if (action === 'acme/delinea-iac/ci') {
      const { runs } = parse(readFileSync(join(ROOT, 'ci/action.yml'), 'utf8')) as { runs: { steps: Step[] } };
      for (const [index, each] of runs.steps.entries()) if (!(await act(each, number * 100 + index))) return false;
    } else if (action !== 'actions/setup-node') throw new Error(`${step.uses} has no stand-in`);
    return true;
  };

  try {
    for (const [index, step] of job.steps.entries()) {
      if (!holds(step.if, contexts, status)) continue;
      const good = (await act(step, index + 1)) || step['continue-on-error'] === true;
      if (!good) status = 'failure';
    }
    const outputs = Object.fromEntries(
      Object.entries(job.outputs ?? {}).map(([key, value]) => [key, filled(value, contexts)]),
    );
    log += readFileSync(files.summary, 'utf8');
    return { result: status, outputs, log, environment, sarif };
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

function upload(given: Record<string, string>, workspace: string, run: number, server: GitHubServer): boolean {
  const found = given
    .path!.trim()
    .split('\n')
    .map((each) => join(workspace, each.trim()))
    .filter((each) => existsSync(each));
  const files = found.flatMap((each) =>
    statSync(each).isFile()
      ? [[relative(dirname(each), each), each] as const]
      : readdirSync(each, { recursive: true, encoding: 'utf8' })
          .filter((name) => statSync(join(each, name)).isFile())
          .map((name) => [name, join(each, name)] as const),
  );
  if (files.length === 0) return given['if-no-files-found'] !== 'error';
  server.upload(run, given.name!, zipSync(Object.fromEntries(files.map(([name, path]) => [name, readFileSync(path)]))));
  return true;
}

/** `npm` and `npx` of a runner without a network: the packages are there, and a synth runs the code of its checkout. */
function writeStubs(folder: string): string {
  mkdirSync(folder);
  const write = (name: string, text: string) => {
    writeFileSync(join(folder, name), `#!/usr/bin/env bash\n${text}\n`);
    chmodSync(join(folder, name), 0o755);
  };
  write('npm', 'exit 0');
  write('npx', '[ "$*" = "cdktf synth" ] || exit 9\nmkdir -p cdktf.out/stacks/access && node main.mjs');
  return folder;
}
