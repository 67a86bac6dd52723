import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../cdktf/synth-process.js';

export interface ProcessResult {
  /** The exit code; null when a signal ended the process. */
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface RunningProcess {
  readonly child: ChildProcess;
  readonly ended: Promise<ProcessResult>;
  /** Resolves when standard error contains the text; rejects when the process ends before. */
  waitForErr(text: string): Promise<void>;
}

/** The built command line. */
export const DELINEA = join(ROOT, 'dist/cli/main.js');

/** The environment of a shell without settings for a tenant. */
const BARE: NodeJS.ProcessEnv = { PATH: process.env.PATH, HOME: process.env.HOME, CI: '1' };

/** Starts a process without standard input, so that it cannot prompt. */
export function start(command: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv): RunningProcess {
  const child = spawn(command, args, { cwd, env: { ...BARE, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  const ended = new Promise<ProcessResult>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, out, err }));
  });
  const waitForErr = (text: string) =>
    new Promise<void>((resolve, reject) => {
      const look = () => void (err.includes(text) && resolve());
      look();
      child.stderr.on('data', look);
      ended.then(() => reject(new Error(`ended without "${text}" on standard error: ${err}`)), reject);
    });
  return { child, ended, waitForErr };
}

/** Starts `delinea-iac` as built. @throws Error when nothing has been built */
export function startDelinea(args: readonly string[], cwd: string, env: NodeJS.ProcessEnv): RunningProcess {
  if (!existsSync(DELINEA)) throw new Error(`${DELINEA} is missing: run \`npm run build\` first`);
  return start(process.execPath, [DELINEA, ...args], cwd, env);
}
