import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Simulator } from '../../../src/simulator/index.js';
import { DELINEA, type ProcessResult, start } from '../cli/process.js';
import { QUIET, ROOT } from './synth-process.js';

/** A CDKTF project around a program of this repository, with the commands of a new user and its own home folder. */
export interface CdktfProject {
  readonly folder: string;
  /** The folder of the synthesised stack. */
  readonly stack: string;
  /** Runs a command whose arguments have no spaces. @throws Error with its output when the exit code is not 0 */
  run(command: string, env?: NodeJS.ProcessEnv): Promise<ProcessResult>;
  remove(): void;
}

/** Environment without access to a registry. */
const NOWHERE = { HTTPS_PROXY: 'http://127.0.0.1:9', NO_PROXY: '127.0.0.1,localhost', TF_CLI_CONFIG_FILE: undefined };

/** @param main path of the program from the root @param name name of the stack */
export function openCdktfProject(sim: Simulator, main: string, name: string): CdktfProject {
  const home = realpathSync(mkdtempSync(join(tmpdir(), 'cdktf-home-')));
  const folder = join(home, 'project');
  mkdirSync(join(folder, 'node_modules/.bin'), { recursive: true });
  for (const command of ['cdktf', 'tsx']) {
    symlinkSync(join(ROOT, 'node_modules/.bin', command), join(folder, 'node_modules/.bin', command));
  }
  symlinkSync(DELINEA, join(folder, 'node_modules/.bin/delinea-iac'));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module", "private": true }');
  const app = `npx tsx ${join(ROOT, main)}`;
  writeFileSync(join(folder, 'cdktf.json'), JSON.stringify({ language: 'typescript', app, projectId: name }));
  return {
    folder,
    stack: join(folder, 'cdktf.out/stacks', name),
    async run(command, env = {}) {
      const more = { ...QUIET, ...NOWHERE, ...sim.env, HOME: home, NO_COLOR: '1', FORCE_COLOR: '0', ...env };
      const [file, ...args] = command.split(' ');
      const ended = await start(file!, args, folder, more).ended;
      if (ended.code !== 0) throw new Error(`${command} ended with ${ended.code}:\n${ended.out}${ended.err}`);
      return ended;
    },
    remove: () => rmSync(home, { recursive: true, force: true }),
  };
}
