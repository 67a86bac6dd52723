import { DelineaError } from '../model/errors.js';
import type { Values } from '../model/values.js';
import type { RemoteObject } from '../model/wire.js';
import type { Http } from './http.js';
import type { Protocol, Target, WholeUpdates, Write } from './protocol.js';

/** Whether a service has no partial updates. A service that did not refuse one is not asked. */
const replacing = new WeakMap<Http, Promise<boolean>>();

/** One update, and the requests that it may need. */
export interface Update {
  readonly target: Target;
  readonly live: RemoteObject;
  readonly changes: Values;
  /** Reads the object by its id. */
  read(): Promise<RemoteObject | undefined>;
  /** Sends writes in order. */
  send(requests: readonly Write[]): Promise<unknown>;
}

/**
 * Changes attributes of one object: in a partial update, or, where the service refuses these and shows that it has none,
 * in an update of the whole object as it is now.
 */
export async function sendUpdate(http: Http, protocol: Protocol, update: Update): Promise<void> {
  const { target, live, changes, send } = update;
  const { wholeUpdates } = protocol;
  if (wholeUpdates && (await replacing.get(http))) return replace(wholeUpdates, update);
  try {
    await send(protocol.update(target, live, changes));
  } catch (error) {
    if (!wholeUpdates || !isUnsupported(error)) throw error;
    replacing.set(http, replacing.get(http) ?? readNeed(http, wholeUpdates));
    if (!(await replacing.get(http))) throw error;
    await replace(wholeUpdates, update);
  }
}

async function replace(wholeUpdates: WholeUpdates, { target, live, changes, read, send }: Update): Promise<void> {
  const now = await read();
  await send(wholeUpdates.update(target, live, changes, now ?? live));
}

/** Returns whether the service does not have the method: RFC 9110 §15.5.6 and §15.6.2. It then executed nothing. */
function isUnsupported(error: unknown): boolean {
  return error instanceof DelineaError && (error.status === 405 || error.status === 501);
}

/** Returns whether the service shows that it has no partial updates. One that shows nothing keeps its refusal. */
async function readNeed(http: Http, { configPath, isNeeded }: WholeUpdates): Promise<boolean> {
  const what = 'read service provider configuration';
  try {
    const config = await http.send({ method: 'GET', path: configPath, access: 'read', counted: 'gets', what });
    return config !== undefined && isNeeded(config);
  } catch (error) {
    if (!(error instanceof DelineaError)) throw error;
    return false;
  }
}
