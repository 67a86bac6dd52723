import {
  CONTROL_STREAMS,
  controlMethods,
  type Method,
  type ProviderRpcs,
  providerMethods,
} from '../protocol/methods.js';
import { decode, encode } from '../protocol/protobuf.js';
import type { Door } from './door.js';
import { serveGrpc } from './grpc.js';
import type { Log } from './log.js';

/** How long a write that has begun may take to end, in milliseconds: a right that is given anew is taken away first. */
const WRITING_MS = 30_000;
const SERVING = 1;

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

type Call = (request: Uint8Array) => Promise<Uint8Array>;
type Rpc = (request: object) => object | Promise<object>;

/** Serves a provider, and go-plugin's own services beside it, to everybody who enters by the door. */
export function startServer({ rpcs, log, door, ended }: ServerOptions): RunningServer {
  const writing = new Set<Promise<unknown>>();
  const { check, shutdown } = controlMethods;
  const calls = new Map([
    [check.path, callOf(check, () => ({ status: SERVING }))],
    [
      shutdown.path,
      callOf(shutdown, () => {
        setImmediate(() => void close().then(ended));
        return {};
      }),
    ],
    ...providerCalls(rpcs, log, writing),
  ]);
  const server = serveGrpc({ calls, held: new Set(CONTROL_STREAMS) });
  door.open((connection) => server.enter(connection));
  let closing: Promise<void> | undefined;
  const shutDown = async () => {
    door.close();
    await Promise.all([server.close(), finished(writing)]);
  };
  const close = () => {
    closing ??= shutDown();
    return closing;
  };
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

/** Every call is logged with its time; what it carried is not. @param writing holds the calls that write, as long as they do */
function providerCalls(rpcs: ProviderRpcs, log: Log, writing: Set<Promise<unknown>>): [string, Call][] {
  return Object.entries(providerMethods).map(([name, method]) => {
    const rpc = callOf(method, rpcs[name as keyof ProviderRpcs] as Rpc);
    const call = async (request: Uint8Array) => {
      const began = performance.now();
      const tell = (outcome: string) =>
        log('trace', `${name} ${outcome}`, { rpc: name, ms: Math.round(performance.now() - began) });
      try {
        const response = await rpc(request);
        tell('answered');
        return response;
      } catch (error) {
        tell('failed');
        throw new Error(log.redact(`${name}: ${(error as Error).message}`));
      }
    };
    return [`/tfplugin6.Provider/${name}`, name === 'ApplyResourceChange' ? toldIn(writing, call) : call];
  });
}

/** Bytes in and out around what works on objects. */
function callOf({ request, response }: Method<object, object>, rpc: Rpc): Call {
  return async (bytes) => encode(response, await rpc(decode(request, bytes)));
}

/** The call stands in the set for as long as it works. */
function toldIn(writing: Set<Promise<unknown>>, call: Call): Call {
  return (request) => {
    const work = call(request);
    writing.add(work);
    const end = () => writing.delete(work);
    work.then(end, end);
    return work;
  };
}
