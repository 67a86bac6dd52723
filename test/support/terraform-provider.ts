import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { openLog } from '../../src/terraform/plugin/log.js';
import { startServer } from '../../src/terraform/plugin/server.js';
import { makeSocketPlace } from '../../src/terraform/plugin/socket.js';
import { providerRpcs } from '../../src/terraform/rpc/provider-rpcs.js';
import { ROOT } from './cdktf.js';

/** How a Terraform finds this provider. */
export interface ProviderInstall {
  /** For the environment of a run. */
  readonly env: NodeJS.ProcessEnv;
  close(): Promise<void>;
}

const ADDRESS = 'registry.terraform.io/delinea-iac/delinea';

/** Serves the provider from this process, without TLS: runs are several times faster than with a start for each. */
export async function serveProvider(env: NodeJS.ProcessEnv): Promise<ProviderInstall> {
  const log = openLog({}, () => undefined);
  const server = await startServer({
    rpcs: providerRpcs(env, log),
    log,
    socket: makeSocketPlace({}),
    ended: () => undefined,
  });
  const reattach = {
    Protocol: 'grpc',
    ProtocolVersion: 6,
    Pid: process.pid,
    Test: true,
    Addr: { Network: server.network, String: server.address },
  };
  return { env: { TF_REATTACH_PROVIDERS: JSON.stringify({ [ADDRESS]: reattach }) }, close: () => server.close() };
}

/** The provider as the one file that Terraform starts, and a CLI configuration that names its folder. */
export function bundleProvider(): { readonly folder: string; readonly executable: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'provider-'));
  const executable = join(folder, 'terraform-provider-delinea');
  buildSync({
    entryPoints: [join(ROOT, 'src/terraform/main.ts')],
    outfile: executable,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    logLevel: 'warning',
  });
  chmodSync(executable, 0o755);
  return { folder, executable, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
