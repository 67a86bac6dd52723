import type { DelineaError } from '../../provider/index.js';
import type { ProviderRpcs } from '../protocol/methods.js';
import { makeCertificate } from './certificate.js';
import { makeDoor } from './door.js';
import { handshakeLine, readHandshake } from './handshake.js';
import { type Log, openLog } from './log.js';
import { watchParent } from './parent.js';
import type { RunningServer } from './server.js';
import { makeSocketPlace } from './socket.js';

/**
 * Serves this process's Terraform until it asks for the end or is gone. Started by hand, it says what it is and exits with 1.
 * @param loadRpcs called after the handshake: until then only the door is there, and the rest loads while Terraform connects
 */
export async function servePlugin(loadRpcs: (log: Log) => Promise<ProviderRpcs>): Promise<void> {
  // Anything before the handshake on standard output is taken for it.
  console.log = console.info = console.debug = console.error;
  const log = openLog(process.env, (line) => void process.stderr.write(line));
  const crash = (error: unknown) => {
    process.stderr.write(`${log.redact(said(error))}\n`);
    process.exit(1);
  };
  process.on('uncaughtException', crash).on('unhandledRejection', crash);
  // Ctrl-C reaches the whole process group; Terraform says by call what it means, and waits for what is being written.
  process.on('SIGINT', () => log('info', 'interrupted; Terraform will say what to do'));
  try {
    const client = await readHandshake(process.env);
    const own = makeCertificate();
    const socket = process.platform === 'win32' ? undefined : makeSocketPlace(process.env);
    process.on('exit', () => socket?.remove());
    const door = await makeDoor({ socket, tls: { own, client } });
    let server: RunningServer | undefined;
    let stop = () => {};
    const leave = (code: number) => {
      stop();
      void Promise.resolve(server?.close()).then(() => process.exit(code));
    };
    process.on('SIGTERM', () => leave(0));
    // Before the line below: where Terraform is gone already, it is that write which fails.
    watchParent(() => leave(1));
    process.stdout.write(handshakeLine(door, own.der), async () => {
      const { startServer } = await import('./server.js');
      const rpcs = await loadRpcs(log);
      // Nothing begins any more, and what is being written is written to its end.
      stop = () => void rpcs.StopProvider({});
      server = startServer({ rpcs, log, door, ended: () => process.exit(0) });
    });
  } catch (error) {
    crash(error);
  }
}

/** Never the error's own properties, which may hold a request with its headers. */
function said(error: unknown): string {
  if (!(error instanceof Error)) return 'terraform-provider-delinea: stopped by a fault';
  if (error.name === 'DelineaError') return `${error.message}. ${(error as DelineaError).hint ?? ''}`.trim();
  return `terraform-provider-delinea: ${error.stack}`;
}
