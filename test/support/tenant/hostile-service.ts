import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Sends the response to every request but those for a token. */
export type Attack = (request: IncomingMessage, response: ServerResponse) => void;

export interface HostileService {
  readonly url: string;
  /** Environment with which a process uses this service as its tenant. */
  readonly env: Readonly<Record<string, string>>;
  /** Number of requests, without those for a token. */
  readonly requests: number;
  close(): Promise<void>;
}

/** Starts a tenant on a real socket that grants tokens and breaks every other promise of a service. */
export async function startHostileService(attack: Attack): Promise<HostileService> {
  let requests = 0;
  const server = createServer((request, response) => {
    request.resume();
    response.on('error', () => undefined);
    if (request.url?.startsWith('/identity/')) {
      sendJson(response, { access_token: 'granted-access-token', token_type: 'Bearer', expires_in: 3600 });
      return;
    }
    requests++;
    attack(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = { DELINEA_CLIENT_ID: 'client', DELINEA_CLIENT_SECRET: 'hostile-client-secret' };
  return {
    url,
    env: { DELINEA_URL: url, DELINEA_SCIM_TOKEN: 'hostile-scim-token', ...client },
    get requests() {
      return requests;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Sends a value, or a text as it is, as JSON. */
export function sendJson(
  response: ServerResponse,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(200, { 'content-type': 'application/json', ...headers });
  response.end(typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body));
}

/** Sends the same bytes until the connection closes. */
export function sendForEver(response: ServerResponse, bytes: Buffer, pauseMs = 0): void {
  const next = () => {
    if (response.destroyed) return;
    if (pauseMs > 0) {
      response.write(bytes);
      setTimeout(next, pauseMs);
    } else if (response.write(bytes)) setImmediate(next);
    else response.once('drain', next);
  };
  next();
}

/** Returns users of the Platform REST API, numbered from `first`. */
export function restUsers(first: number, count: number): object[] {
  return Array.from({ length: count }, (_, index) => {
    const name = `user${first + index}@example.com`;
    return { id: `id-${first + index}`, userName: name, displayName: name, active: true, roles: [] };
  });
}
