import { Server, ServerCredentials, type ServerUnaryCall, type sendUnaryData, status } from '@grpc/grpc-js';
import { type ProviderRpcs, providerMethods, serviceOf } from '../protocol/methods.js';
import { addControlServices } from './control-services.js';
import type { Door } from './door.js';
import type { Log } from './log.js';

/** What the other side accepts too. grpc-js alone stops at 4 MB, which a plan of a large group exceeds. */
const MESSAGE_BYTES = 256 * 1024 * 1024;
const CLOSING_MS = 1000;

/** How long a write that has begun may take to end, in milliseconds: a right that is given anew is taken away first. */
const WRITING_MS = 30_000;

export interface ServerOptions {
  readonly rpcs: ProviderRpcs;
  readonly log: Log;
  readonly door: Door;
  /** Called once Terraform has asked for the end and the server is closed. */
  readonly ended: () => void;
}

export interface RunningServer {
  /** Lets writes in flight finish and everything else for a second, then ends what is left. */
  close(): Promise<void>;
}

/** Serves a provider to everybody who enters by the door. */
export function startServer({ rpcs, log, door, ended }: ServerOptions): RunningServer {
  const server = new Server({
    'grpc.max_receive_message_length': MESSAGE_BYTES,
    'grpc.max_send_message_length': MESSAGE_BYTES,
    // Statistics of every call that nobody can ask for.
    'grpc.enable_channelz': 0,
  });
  const writing = new Set<Promise<unknown>>();
  const streams = addControlServices(server, () => void close().then(ended));
  server.addService(serviceOf('tfplugin6.Provider', providerMethods), implementation(rpcs, log, writing));

  const inside = server.createConnectionInjector(ServerCredentials.createInsecure());
  door.open((connection) => inside.injectConnection(connection));
  let closing: Promise<void> | undefined;
  const close = () => {
    closing ??= Promise.all([shutDown(), finished(writing)]).then(() => undefined);
    return closing;
  };
  const shutDown = () =>
    new Promise<void>((resolve) => {
      streams.end();
      door.close();
      const late = setTimeout(() => {
        server.forceShutdown();
        resolve();
      }, CLOSING_MS);
      server.tryShutdown(() => {
        clearTimeout(late);
        resolve();
      });
    });
  return { close };
}

/** Where Terraform is gone, its calls are over for the server, but not for what they do. */
async function finished(writing: ReadonlySet<Promise<unknown>>): Promise<void> {
  if (writing.size === 0) return;
  let late: NodeJS.Timeout | undefined;
  const bound = new Promise((resolve) => {
    late = setTimeout(resolve, WRITING_MS);
  });
  await Promise.race([Promise.allSettled(writing), bound]);
  clearTimeout(late);
}

type Handler = (call: ServerUnaryCall<object, object>, answer: sendUnaryData<object>) => void;

/** Every call is logged with its time; what it carried is not. @param writing holds the calls that write, as long as they do */
function implementation(rpcs: ProviderRpcs, log: Log, writing: Set<Promise<unknown>>): Record<string, Handler> {
  return Object.fromEntries(
    Object.entries(rpcs as Readonly<Record<string, (request: object) => object | Promise<object>>>).map(
      ([name, rpc]) => [
        name,
        (call, answer) => {
          const began = performance.now();
          const tell = (outcome: string) =>
            log('trace', `${name} ${outcome}`, { rpc: name, ms: Math.round(performance.now() - began) });
          const work = Promise.resolve(call.request).then(rpc);
          if (name === 'ApplyResourceChange') {
            writing.add(work);
            const end = () => writing.delete(work);
            work.then(end, end);
          }
          work.then(
            (response) => {
              tell('answered');
              answer(null, response);
            },
            (error: unknown) => {
              tell('failed');
              answer({ code: status.INTERNAL, details: log.redact(`${name}: ${(error as Error).message}`) });
            },
          );
        },
      ],
    ),
  );
}
