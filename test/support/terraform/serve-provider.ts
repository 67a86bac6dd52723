import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeProviderBundle } from '../../../scripts/bundle.js';
import { openEarlyListener } from '../../../src/terraform/plugin/early-listener.js';
import { openLog } from '../../../src/terraform/plugin/log.js';
import { createPrivateSocket } from '../../../src/terraform/plugin/private-socket.js';
import { startServer } from '../../../src/terraform/plugin/server.js';
import { providerRpcs } from '../../../src/terraform/rpc/provider-rpcs.js';

/** A served provider. */
export interface ProviderInstall {
  /** Environment through which Terraform finds the provider. */
  readonly env: NodeJS.ProcessEnv;
  close(): Promise<void>;
}

const ADDRESS = 'registry.terraform.io/delinea-iac/delinea';

/** Lets the provider blocks of tests set what otherwise only the environment may. */
export const PERMISSIONS = {
  DELINEA_ALLOW_DELETE: 'true',
  DELINEA_ALLOW_IN_CODE: 'allow_removals,allow_missing,allow_principals,allow_orphans',
};

/** Serves the provider from this process without TLS, which is several times faster than one process per run. */
export async function serveProvider(env: NodeJS.ProcessEnv): Promise<ProviderInstall> {
  const log = openLog({}, () => undefined);
  const listener = await openEarlyListener({ socket: createPrivateSocket({}) });
  const server = startServer({ rpcs: providerRpcs(env, log), log, listener, onShutdown: () => undefined });
  const reattach = {
    Protocol: 'grpc',
    ProtocolVersion: 6,
    Pid: process.pid,
    Test: true,
    Addr: { Network: listener.network, String: listener.address },
  };
  return { env: { TF_REATTACH_PROVIDERS: JSON.stringify({ [ADDRESS]: reattach }) }, close: () => server.close() };
}

/** The provider as the one file that Terraform starts. */
export interface ProviderBundle {
  readonly folder: string;
  readonly executable: string;
  remove(): void;
}

/** Bundles the provider into a new folder, as `npm run build` does. */
export async function bundleProvider(): Promise<ProviderBundle> {
  const folder = mkdtempSync(join(tmpdir(), 'provider-'));
  const executable = join(folder, 'terraform-provider-delinea');
  await writeProviderBundle(executable);
  return { folder, executable, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
