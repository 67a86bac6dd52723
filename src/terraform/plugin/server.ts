import { visible } from '../../provider/index.js';
import {
  CONTROL_STREAMS,
  controlMethods,
  type Method,
  type ProviderRpcs,
  providerMethods,
} from '../protocol/methods.js';
import { decode, encode } from '../protocol/protobuf.js';
import type { EarlyListener } from './early-listener.js';
import { serveGrpc } from './grpc.js';
import type { Log } from './log.js';

/** Time (ms) that a started write gets to finish: a replaced right is revoked before the new one is granted. */
const PENDING_WRITE_MS = 30_000;
const HEALTH_SERVING = 1;

export interface ServerOptions {
  readonly rpcs: ProviderRpcs;
  readonly log: Log;
  readonly listener: EarlyListener;
  /** Runs when the server has closed on Terraform's request. */
  readonly onShutdown: () => void;
}

export interface RunningServer {
  /** Lets started writes finish, gives other calls a second, then closes all connections. */
  close(): Promise<void>;
}

type Call = (request: Uint8Array) => Promise<Uint8Array>;
type Rpc = (request: object) => object | Promise<object>;

/** Serves a provider and go-plugin's own services on the connections of the listener. */
export function startServer({ rpcs, log, listener, onShutdown }: ServerOptions): RunningServer {
  const writing = new Set<Promise<unknown>>();
  const { check, shutdown } = controlMethods;
  const calls = new Map([
    [check.path, toCall(check, () => ({ status: HEALTH_SERVING }))],
    [
      shutdown.path,
      toCall(shutdown, () => {
        setImmediate(() => void close().then(onShutdown));
        return {};
      }),
    ],
    ...providerCalls(rpcs, log, writing),
  ]);
  const server = serveGrpc({ calls, idleStreams: new Set(CONTROL_STREAMS) });
  listener.accept((connection) => server.accept(connection));
  let closing: Promise<void> | undefined;
  const shutDown = async () => {
    listener.close();
    await Promise.all([server.close(), settled(writing)]);
  };
  const close = () => {
    closing ??= shutDown();
    return closing;
  };
  return { close };
}

/** Waits for started writes: when Terraform has gone, their streams are closed but the work continues. */
async function settled(writing: ReadonlySet<Promise<unknown>>): Promise<void> {
  if (writing.size === 0) return;
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise((resolve) => {
    timer = setTimeout(resolve, PENDING_WRITE_MS);
  });
  await Promise.race([Promise.allSettled(writing), timeout]);
  clearTimeout(timer);
}

/** Logs every call and its duration, never its content. @param writing receives the calls that write, while they run */
function providerCalls(rpcs: ProviderRpcs, log: Log, writing: Set<Promise<unknown>>): [string, Call][] {
  return Object.entries(providerMethods).map(([name, method]) => {
    const rpc = toCall(method, rpcs[name as keyof ProviderRpcs] as Rpc);
    const call = async (request: Uint8Array) => {
      const began = performance.now();
      const logOutcome = (outcome: string) =>
        log('trace', `${name} ${outcome}`, { rpc: name, ms: Math.round(performance.now() - began) });
      try {
        const response = await rpc(request);
        logOutcome('answered');
        return response;
      } catch (error) {
        logOutcome('failed');
        throw new Error(visible(log.redact(`${name}: ${(error as Error).message}`)));
      }
    };
    return [`/tfplugin6.Provider/${name}`, name === 'ApplyResourceChange' ? trackedIn(writing, call) : call];
  });
}

/** Wraps an RPC that works on objects in decoding and encoding. */
function toCall({ request, response }: Method<object, object>, rpc: Rpc): Call {
  return async (bytes) => encode(response, await rpc(decode(request, bytes)));
}

/** Keeps the call in the set until it has finished. */
function trackedIn(writing: Set<Promise<unknown>>, call: Call): Call {
  return (request) => {
    const work = call(request);
    writing.add(work);
    const end = () => writing.delete(work);
    work.then(end, end);
    return work;
  };
}
