import { AsyncLocalStorage } from 'node:async_hooks';
import { Socket } from 'node:net';

const recorded = new AsyncLocalStorage<Set<string>>();
const recording = new Set<Set<string>>();

/**
 * Runs work; every address (host:port) to which it opens a connection is added to the set. A served provider works outside
 * of the caller's context: its connections are added to the set of each work that runs, unless a decoy of this machine
 * sees them.
 */
export async function recordConnections<T>(into: Set<string>, work: () => Promise<T>): Promise<T> {
  recording.add(into);
  try {
    return await recorded.run(into, work);
  } finally {
    recording.delete(into);
  }
}

/** Watches every socket of this process. Returns a function that ends it. */
export function watchSockets(): () => void {
  const { connect } = Socket.prototype;
  Socket.prototype.connect = function (this: Socket, ...args: unknown[]) {
    const address = addressIn(args);
    const own = recorded.getStore();
    if (own) own.add(address);
    else if (!/^(127\.0\.0\.1:|\/)/.test(address)) for (const each of recording) each.add(address);
    return Reflect.apply(connect, this, args);
  } as typeof connect;
  return () => {
    Socket.prototype.connect = connect;
  };
}

/** Node passes the options, the options in a list, or port and host. */
function addressIn([first, second]: readonly unknown[]): string {
  const options: unknown = Array.isArray(first) ? first[0] : first;
  if (typeof options !== 'object' || options === null) return `${String(second ?? 'localhost')}:${String(options)}`;
  const { host = 'localhost', port, path } = options as Readonly<Record<string, unknown>>;
  return port === undefined ? String(path) : `${String(host)}:${String(port)}`;
}
