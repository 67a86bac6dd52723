import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { CiError } from './errors.mjs';

const TOOL = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));

/** Variables of credentials. */
const CREDENTIAL = /^DELINEA_.*(SECRET|TOKEN|PASSWORD)(_FILE)?$/;

/** Returns the environment without credentials, for a command that sends no request. */
export function withoutCredentials() {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !CREDENTIAL.test(name)));
}

/**
 * Runs `delinea-iac`. No shell reads its arguments, so labels and names are only texts.
 * @param {readonly string[]} args @param {NodeJS.ProcessEnv} [env]
 * @returns {{ code: number, out: string }} out: its standard output
 */
export function runTool(args, env = process.env) {
  const { status, stdout, error } = spawnSync(process.execPath, [TOOL, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
    env,
    maxBuffer: 1024 * 1024 * 1024,
  });
  if (error) throw new CiError(`delinea-iac could not be run: ${error.message}`);
  return { code: status ?? 1, out: stdout };
}
