import type { IncomingMessage } from 'node:http';
import { Refusal } from './refusal.js';

/** Names of this machine, one of which a request must use. */
const NAMES = ['127.0.0.1', 'localhost', '[::1]'];

/**
 * Returns why a request is refused that a page in a browser on this machine may have sent: to another name that resolves to
 * this machine (DNS rebinding), or from a page of another origin. Programs send no Origin.
 */
export function refusalOfForeign({ headers, socket }: IncomingMessage): Refusal | undefined {
  const scheme = 'encrypted' in socket ? 'https' : 'http';
  const own = NAMES.map((name) => new URL(`${scheme}://${name}:${socket.localPort}`));
  const host = headers.host?.toLowerCase();
  if (!own.some((url) => url.host === host)) {
    return new Refusal(421, `Use the address ${own[0]!.origin}.`, 'MisdirectedRequest');
  }
  const { origin } = headers;
  if (origin === undefined || own.some((url) => url.origin === origin)) return undefined;
  return new Refusal(403, 'A page of another origin may not use the simulator.', 'ForeignOrigin');
}
