import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { makeCertificate } from '../../src/terraform/plugin/certificate.js';
import type { Figure } from './figure.js';
import { median } from './median.js';

const PROVIDER = fileURLToPath(new URL('../../dist/terraform-provider-delinea.cjs', import.meta.url));
const ROUNDS = 31;

/**
 * Measures the time from the start of the built provider to its handshake, relative to a node that does nothing. Takes the
 * median of pairs, since both slow down together on a busy machine. Both have this process's environment, because
 * NODE_EXTRA_CA_CERTS alone doubles the start of a bare node.
 */
export async function timeColdStart(): Promise<Figure> {
  const env = {
    ...process.env,
    TF_PLUGIN_MAGIC_COOKIE: 'd602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2',
    PLUGIN_PROTOCOL_VERSIONS: '6',
    PLUGIN_CLIENT_CERT: makeCertificate().pem,
  };
  const pairs: { readonly bare: number; readonly provider: number }[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const bare = await timed(['-e', '0'], env, (child) => once(child, 'exit'));
    const provider = await timed([PROVIDER], env, handshake);
    pairs.push({ bare, provider });
  }
  const ms = (of: 'bare' | 'provider') => Math.round(median(pairs.map((pair) => pair[of])));
  return {
    name: 'cold start to handshake, against bare node',
    value: median(pairs.map(({ bare, provider }) => provider / bare)),
    limit: 1.6,
    detail: `${ms('provider')} ms against ${ms('bare')} ms, ${ROUNDS} pairs`,
  };
}

/** Returns the milliseconds until the awaited event, then ends the process. */
async function timed(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  event: (child: ChildProcess) => Promise<unknown>,
): Promise<number> {
  const started = performance.now();
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  await event(child);
  const took = performance.now() - started;
  child.kill();
  await ended;
  return took;
}

async function handshake(child: ChildProcess): Promise<void> {
  const [line] = await Promise.race([once(child.stdout!, 'data'), once(child, 'exit')]);
  if (!String(line).startsWith('1|6|')) throw new Error(`the provider did not start: ${line}`);
}
