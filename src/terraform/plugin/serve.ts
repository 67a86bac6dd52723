import type { DelineaError } from '../../provider/index.js';
import type { ProviderRpcs } from '../protocol/methods.js';
import { makeCertificate } from './certificate.js';
import { openEarlyListener } from './early-listener.js';
import { handshakeLine, readHandshake } from './handshake.js';
import { type Log, openLog } from './log.js';
import { watchParent } from './parent-watchdog.js';
import { createPrivateSocket } from './private-socket.js';
import type { RunningServer } from './server.js';

/**
 * Serves the Terraform process that started this one, until it requests a shutdown or ends. When started by hand, prints
 * an explanation and exits with 1.
 * @param loadRpcs called after the handshake, so that the rest of the provider loads while Terraform connects
 */
export async function servePlugin(loadRpcs: (log: Log) => Promise<ProviderRpcs>): Promise<void> {
  // Terraform reads the first line on standard output as the handshake.
  console.log = console.info = console.debug = console.error;
  const log = openLog(process.env, (line) => void process.stderr.write(line));
  const crash = (error: unknown) => {
    process.stderr.write(`${log.redact(crashText(error))}\n`);
    process.exit(1);
  };
  process.on('uncaughtException', crash).on('unhandledRejection', crash);
  // Ctrl-C reaches the whole process group. Terraform then calls StopProvider and waits for writes in progress.
  process.on('SIGINT', () => log('info', 'interrupted; waiting until Terraform stops the provider'));
  try {
    const client = await readHandshake(process.env);
    const own = makeCertificate();
    const socket = process.platform === 'win32' ? undefined : createPrivateSocket(process.env);
    process.on('exit', () => socket?.remove());
    const listener = await openEarlyListener({ socket, tls: { own, client } });
    let server: RunningServer | undefined;
    let stop = () => {};
    const exit = (code: number) => {
      stop();
      void Promise.resolve(server?.close()).then(() => process.exit(code));
    };
    process.on('SIGTERM', () => exit(0));
    // Before the handshake is written: if Terraform has ended already, that write fails.
    watchParent(() => exit(1));
    process.stdout.write(handshakeLine(listener, own.der), async () => {
      const { startServer } = await import('./server.js');
      const rpcs = await loadRpcs(log);
      // New work is refused; started writes finish.
      stop = () => void rpcs.StopProvider({});
      server = startServer({ rpcs, log, listener, onShutdown: () => process.exit(0) });
    });
  } catch (error) {
    crash(error);
  }
}

/**
 * Returns the text of a crash without the error's own properties, which may hold a request with its headers. Everything
 * but ASCII is escaped here: the module that knows which characters are visible may not have been loaded.
 */
function crashText(error: unknown): string {
  if (!(error instanceof Error)) return 'terraform-provider-delinea: unexpected error';
  const { name, message, stack = '' } = error;
  if (name === 'DelineaError') return ascii(`${message}. ${(error as DelineaError).hint ?? ''}`.trim());
  const frames = stack.split('\n').filter((line) => line.startsWith('    at '));
  return [`terraform-provider-delinea: ${name}: ${message}`, ...frames].map(ascii).join('\n');
}

function ascii(text: string): string {
  return text.replace(
    /[^ -~]|#(?=#)|\\/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
