import { execFile } from 'node:child_process';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The root folder of this repository. */
export const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** Environment that stops telemetry of cdktf-cli and Terraform and hides this machine's configuration from them. */
export const QUIET = {
  CI: '1',
  CHECKPOINT_DISABLE: '1',
  DISABLE_VERSION_CHECK: '1',
  TF_CLI_CONFIG_FILE: '',
  npm_config_offline: 'true',
};

type Blocks = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;

export interface Stack {
  readonly resource: Blocks;
  readonly data?: Blocks;
}

/** Synthesises a stack with the real `cdktf synth`. @param app command of the program; by default that of cdktf.json */
export async function cdktfSynth(stack: string, env: NodeJS.ProcessEnv = {}, app?: string): Promise<Stack> {
  const out = await mkdtemp(join(tmpdir(), 'cdktf-out-'));
  const cli = join(ROOT, 'node_modules/.bin/cdktf');
  await run(cli, ['synth', '--output', out, ...(app ? ['--app', app] : [])], {
    cwd: ROOT,
    env: { ...process.env, ...QUIET, ...env },
  });
  return JSON.parse(await readFile(join(out, 'stacks', stack, 'cdk.tf.json'), 'utf8')) as Stack;
}
