import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Simulator } from '../../../src/simulator/index.js';
import { DELINEA, type Ended, start } from '../cli/process.js';
import { QUIET, ROOT } from './synth-process.js';

/** A CDKTF project of one of this tree's programs, with the commands that a newcomer has and a home of its own. */
export interface CdktfProject {
  readonly folder: string;
  /** Where the stack is synthesised to. */
  readonly stack: string;
  /** Runs a command of words without spaces. @throws Error with what it said, unless it ends with 0 */
  run(command: string, env?: NodeJS.ProcessEnv): Promise<Ended>;
  remove(): void;
}

/** No registry answers: whoever asks one fails. */
const NOWHERE = { HTTPS_PROXY: 'http://127.0.0.1:9', NO_PROXY: '127.0.0.1,localhost', TF_CLI_CONFIG_FILE: undefined };

/** @param main the program, below the root @param name the stack's */
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
