import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Simulator, type SimulatorOptions, startSimulator } from '../../../src/simulator/index.js';
import { startDelinea } from '../cli/process.js';
import type { Blocks } from '../cli/project.js';
import { AUTHOR, FORK, GitHubServer, OWN, type Pull, REVIEWER, type Run } from './github-server.js';
import { type JobResult, type Repository, runWorkflow } from './workflow.js';

const WORKFLOWS = 'examples/ci/github';
export const LEDGER = 'delinea-iac.access.json';
const READ_SECRETS = ['CLIENT_ID', 'CLIENT_SECRET', 'SCIM_TOKEN', 'SCIM_CLIENT_ID', 'SCIM_CLIENT_SECRET'];

/** The files of a branch. */
export type Files = Readonly<Record<string, string>>;

/** Returns the JSON of a stack. */
export function stackJson(resource: Blocks, more: object = {}): string {
  return JSON.stringify({
    '//': { metadata: { stackName: 'access' } },
    provider: { delinea: [{}] },
    resource,
    ...more,
  });
}

/** Returns the code of a stack: a program that prints its environment, as the code of a stranger would. */
export function stackCode(resource: Blocks, more: object = {}): Files {
  return {
    'main.mjs': `import { writeFileSync } from 'node:fs';
console.log(JSON.stringify(process.env));
writeFileSync('cdktf.out/stacks/access/cdk.tf.json', ${JSON.stringify(stackJson(resource, more))});
`,
  };
}

/** A repository on a simulated GitHub, with a simulated tenant, to which its main branch was applied. */
export class TestRepository {
  private readonly home = mkdtempSync(join(tmpdir(), 'repository-'));
  readonly main = join(this.home, 'main');
  /** The bare repository to which the jobs push. */
  readonly origin = join(this.home, 'origin.git');
  readonly settings: Repository;
  private pushes = 0;

  private constructor(
    readonly sim: Simulator,
    readonly server: GitHubServer,
  ) {
    const all = Object.fromEntries(READ_SECRETS.map((name) => [`DELINEA_${name}`, sim.env[`DELINEA_${name}`]!]));
    const names = ['delinea-read', 'delinea-main', 'delinea-apply', 'delinea-approval'];
    for (const name of names) this.server.environments.set(name, []);
    this.server.environments.set('delinea-approval', [{ type: 'branch_policy' }, { type: 'required_reviewers' }]);
    this.settings = {
      server: this.server,
      vars: { DELINEA_ALLOWED_HOSTS: new URL(sim.url).host },
      machine: { DELINEA_URL: sim.url, DELINEA_VISIBILITY_SECONDS: '1', DELINEA_RETRIES: '1' },
      secrets: Object.fromEntries(names.map((name) => [name, all])),
      waiting: new Set(['delinea-approval']),
    };
  }

  /** Opens a repository whose main branch has these files. */
  static async open(data: SimulatorOptions['data'], files: Files): Promise<TestRepository> {
    const repository = new TestRepository(await startSimulator({ data: data ?? {} }), await GitHubServer.open());
    const { origin, main, sim, settings } = repository;
    mkdirSync(main);
    const git = (...args: string[]) => execFileSync('git', ['-C', main, ...args], { stdio: 'pipe' });
    execFileSync('git', ['init', '--quiet', '--bare', '-b', 'main', origin]);
    git('init', '--quiet', '-b', 'main');
    git('remote', 'add', 'origin', origin);
    write(main, { '.gitignore': 'cdktf.out\ndelinea-ci\n', ...files });
    mkdirSync(join(main, 'cdktf.out/stacks/access'), { recursive: true });
    execFileSync('node', ['main.mjs'], { cwd: main, stdio: 'pipe' });
    const first = ['apply', 'cdktf.out/stacks/access', '--ledger', LEDGER, '--init-ledger', '--auto-approve'];
    const { code, out, err } = await startDelinea(first, main, { ...settings.machine, ...sim.env }).ended;
    if (code !== 0) throw new Error(out + err);
    git('add', '-A');
    git('-c', 'user.name=t', '-c', 'user.email=t@example.com', 'commit', '--quiet', '-m', 'main');
    git('push', '--quiet', '--set-upstream', 'origin', 'main');
    return repository;
  }

  /** Opens a pull request of a fork. */
  openPull(): Pull {
    const pull: Pull = {
      number: this.server.id(),
      user: AUTHOR,
      head: { ref: 'patch$(touch pwned)', sha: '', repo: FORK },
      base: { ref: 'main' },
      state: 'open',
      labels: [],
      merged_at: null,
      merge_commit_sha: null,
    };
    this.server.pulls.push(pull);
    return pull;
  }

  /** Pushes a commit to a pull request, and runs the workflows that follow. @param files over those of the main branch */
  async push(pull: Pull, files: Files): Promise<{ synth: JobResult; review: JobResult; comment: JobResult }> {
    this.pushes += 1;
    pull.head.sha = String(this.pushes).padStart(40, 'a');
    const branch = join(this.home, `branch-${this.pushes}`);
    cpSync(this.main, branch, { recursive: true });
    write(branch, files);
    const run = this.run('delinea-synth', 'pull_request', pull);
    const { synth } = await this.start('delinea-synth', run, branch, pull.head.sha, { pull_request: pull });
    return { synth: synth!, ...(await this.review(run, synth!)) };
  }

  /** Runs the review of a synth. */
  async review(run: Run, synth: Pick<JobResult, 'result'>): Promise<{ review: JobResult; comment: JobResult }> {
    const own = this.run('delinea-review', 'workflow_run');
    const workflow_run = { ...run, conclusion: synth.result };
    const jobs = await this.start('delinea-review', own, this.main, 'main', { workflow_run });
    return { review: jobs.review!, comment: jobs.comment! };
  }

  /** Approves the last commit of a pull request. */
  approve(pull: Pull, user = REVIEWER): void {
    const review = { pull: pull.number, user, state: 'APPROVED', commit_id: pull.head.sha };
    this.server.reviews.push({ ...review, submitted_at: this.server.now() });
  }

  /** Merges a pull request, and runs the apply. */
  async merge(pull: Pull, files: Files): Promise<Record<string, JobResult>> {
    pull.state = 'closed';
    pull.merged_at = this.server.now();
    pull.merge_commit_sha = pull.head.sha.replaceAll('a', 'b');
    write(this.main, files);
    return this.start('delinea-apply', this.run('delinea-apply', 'push'), this.main, pull.merge_commit_sha);
  }

  /** Runs the check of the night. */
  drift(): Promise<Record<string, JobResult>> {
    return this.start('delinea-drift', this.run('delinea-drift', 'schedule'), this.main, 'main');
  }

  /** Adds a run of a workflow. */
  run(workflow: string, event: string, pull?: Pull): Run {
    const run = {
      id: this.server.id(),
      path: `.github/workflows/${workflow}.yml`,
      event,
      head_branch: pull?.head.ref ?? 'main',
      head_sha: pull?.head.sha ?? 'main',
      head_repository: pull?.head.repo ?? OWN,
    };
    this.server.runs.push(run);
    return run;
  }

  /** Returns a file of the origin's main branch. */
  pushed(name: string): string {
    return execFileSync('git', ['-C', this.origin, 'show', `main:${name}`], { encoding: 'utf8' });
  }

  read(name: string): string {
    return readFileSync(join(this.main, name), 'utf8');
  }

  async close(): Promise<void> {
    await this.sim.close();
    await this.server.close();
    rmSync(this.home, { recursive: true, force: true });
  }

  private start(workflow: string, run: Run, checkout: string, sha: string, payload: object = {}) {
    const repository = { ...OWN, default_branch: 'main' };
    const trigger = { event: run.event, sha, checkout, run, payload: { repository, ...payload } };
    return runWorkflow(`${WORKFLOWS}/${workflow}.yml`, trigger, this.settings);
  }
}

function write(folder: string, files: Files): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}
