import { type AddressInfo, createServer, type Server as Listener, type Socket } from 'node:net';
import { Server, ServerCredentials, type ServerUnaryCall, type sendUnaryData, status } from '@grpc/grpc-js';
import { type ProviderRpcs, providerMethods, serviceOf } from '../protocol/methods.js';
import type { OwnCertificate } from './certificate.js';
import { addControlServices } from './control-services.js';
import { openDoor } from './door.js';
import type { Address } from './handshake.js';
import type { Log } from './log.js';
import type { SocketPlace } from './socket.js';

/** What the other side accepts too. grpc-js alone stops at 4 MB, which a plan of a large group exceeds. */
const MESSAGE_BYTES = 256 * 1024 * 1024;
const CLOSING_MS = 1000;

export interface ServerOptions {
  /** May still be loading: the first call waits for it. */
  readonly rpcs: ProviderRpcs | Promise<ProviderRpcs>;
  readonly log: Log;
  /** Where to listen; absent: on a free TCP port of this machine, which Windows needs. */
  readonly socket?: SocketPlace | undefined;
  /** The server's certificate, and the PEM of the one client; absent only where a test serves itself in its own process. */
  readonly tls?: { readonly own: OwnCertificate; readonly client: string };
  /** Called once Terraform has asked for the end and the server is closed. */
  readonly ended: () => void;
}

export interface RunningServer extends Address {
  /** Lets calls in flight finish for a second, then ends them; removes the socket. */
  close(): Promise<void>;
}

/** Serves a provider. @throws {Error} where the address cannot be used */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { rpcs, log, socket, tls } = options;
  const server = new Server({
    'grpc.max_receive_message_length': MESSAGE_BYTES,
    'grpc.max_send_message_length': MESSAGE_BYTES,
    // Statistics of every call that nobody can ask for.
    'grpc.enable_channelz': 0,
  });
  const streams = addControlServices(server, () => void close().then(options.ended));
  server.addService(serviceOf('tfplugin6.Provider', providerMethods), implementation(rpcs, log));

  const inside = server.createConnectionInjector(ServerCredentials.createInsecure());
  const enter = (connection: Socket) => inside.injectConnection(connection);
  const listener = tls ? openDoor(tls.own, tls.client, enter) : createServer(enter);
  let closing: Promise<void> | undefined;
  const close = () => {
    closing ??= new Promise<void>((resolve) => {
      streams.end();
      listener.close();
      const late = setTimeout(() => {
        server.forceShutdown();
        resolve();
      }, CLOSING_MS);
      server.tryShutdown(() => {
        clearTimeout(late);
        resolve();
      });
    }).then(() => socket?.remove());
    return closing;
  };
  try {
    return { ...(await listen(listener, socket)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

function listen(listener: Listener, socket: SocketPlace | undefined): Promise<Address> {
  return new Promise((resolve, reject) => {
    listener.once('error', reject);
    if (socket) {
      listener.listen(socket.path, () => resolve({ network: 'unix', address: socket.path }));
    } else {
      listener.listen(0, '127.0.0.1', () => {
        const { port } = listener.address() as AddressInfo;
        resolve({ network: 'tcp', address: `127.0.0.1:${port}` });
      });
    }
  });
}

type Handler = (call: ServerUnaryCall<object, object>, answer: sendUnaryData<object>) => void;

/** Every call is logged with its time; what it carried is not. */
function implementation(rpcs: ServerOptions['rpcs'], log: Log): Record<string, Handler> {
  return Object.fromEntries(
    (Object.keys(providerMethods) as (keyof ProviderRpcs)[]).map((name) => [
      name,
      (call, answer) => {
        const began = performance.now();
        const tell = (outcome: string) =>
          log('trace', `${name} ${outcome}`, { rpc: name, ms: Math.round(performance.now() - began) });
        Promise.resolve(rpcs)
          .then((loaded) => (loaded[name] as (request: object) => object | Promise<object>)(call.request))
          .then(
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
    ]),
  );
}
