import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Simulator, type SimulatorOptions, startSimulator } from '../../../src/simulator/index.js';
import { secretsIn } from '../assert/secrets.js';
import { environmentOf } from '../tenant/environment.js';
import { type ProcessResult, type RunningProcess, startDelinea } from './process.js';

/** Blocks of a stack: type, name, attributes in snake_case. */
export type Blocks = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;

export interface ProjectOptions extends SimulatorOptions {
  /** Provider settings, which the runs get from the environment. */
  readonly provider?: Readonly<Record<string, unknown>>;
}

/** The result of one run, with its effect on tenant and ledger. */
export interface Attempt extends ProcessResult {
  readonly writes: number;
  readonly ledger: 'absent' | 'as before' | 'changed';
}

/** A folder with the stack `people` and a simulated tenant, on which the command line runs as a process. */
export interface Project {
  readonly sim: Simulator;
  readonly folder: string;
  path(name: string): string;
  /** Returns a file's text, or undefined when there is no such file. */
  read(name: string): string | undefined;
  write(name: string, text: string): void;
  /** Writes cdk.tf.json. */
  declare(resource: Blocks, more?: object): void;
  start(...args: string[]): RunningProcess;
  /** Runs `delinea-iac` in the folder. Its output shows `<folder>` and `<tenant>` instead of the folder and the URL. */
  run(...args: string[]): Promise<Attempt>;
  runWith(env: NodeJS.ProcessEnv, ...args: string[]): Promise<Attempt>;
  /** Returns the secrets found in the output and files of all runs. */
  leaks(): string[];
  /** Closes the tenant and removes the folder. @throws Error when output or files contain a secret */
  close(): Promise<void>;
}

export const LEDGER = 'delinea-iac.people.json';

/** Secrets that need every kind of escaping, so that the search for leaks covers all encodings. */
const credentials = {
  clientSecret: 'cl!ent/s3cret+"q&=\\',
  scimToken: 'scim.t0ken-_~value',
  servicePassword: 'p@ss w0rd%7B{ü}',
};

export async function openProject({ provider = {}, ...options }: ProjectOptions = {}): Promise<Project> {
  const sim = await startSimulator({ credentials, ...options });
  const trusted = { ...sim.env, ...environmentOf({ visibility_seconds: 1, retries: 1, ...provider }) };
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'project-')));
  const path = (name: string) => join(folder, name);
  const isFile = (name: string) => statSync(path(name), { throwIfNoEntry: false })?.isFile() === true;
  const read = (name: string) => (isFile(name) ? readFileSync(path(name), 'utf8') : undefined);
  let output = '';
  const runWith: Project['runWith'] = async (env, ...args) => {
    const before = { writes: sim.requests.writes, ledger: read(LEDGER) };
    const { code, out, err } = await startDelinea(args, folder, { ...trusted, ...env }).ended;
    output += out + err;
    const after = read(LEDGER);
    const ledger = after === undefined ? 'absent' : after === before.ledger ? 'as before' : 'changed';
    const masked = (text: string) => text.replaceAll(folder, '<folder>').replaceAll(sim.url, '<tenant>');
    return { code, out: masked(out), err: masked(err), writes: sim.requests.writes - before.writes, ledger };
  };
  const leaks = () => {
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => read(name) ?? '');
    return secretsIn([output, ...files].join('\n'), sim);
  };
  return {
    sim,
    folder,
    path,
    read,
    write: (name, text) => writeFileSync(path(name), text),
    declare: (resource, more = {}) => writeFileSync(path('cdk.tf.json'), stackText(resource, more)),
    start: (...args) => startDelinea(args, folder, trusted),
    run: (...args) => runWith({}, ...args),
    runWith,
    leaks,
    close: async () => {
      const found = leaks();
      await sim.close();
      rmSync(folder, { recursive: true, force: true });
      if (found.length > 0) throw new Error(`output or files contain secrets: ${found.join(', ')}`);
    },
  };
}

function stackText(resource: Blocks, more: object): string {
  return JSON.stringify({
    '//': { metadata: { stackName: 'people' } },
    provider: { delinea: [{}] },
    resource,
    ...more,
  });
}
