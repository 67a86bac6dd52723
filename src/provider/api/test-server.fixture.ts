import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { readSettings } from '../settings/settings.js';
import { connect, type Tenant } from './tenant.js';

/** One request that the server received. */
export interface Seen {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** A response that a test chooses. */
export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | object;
  /** Replaces the response: the connection closes, nothing is sent, or it closes in the middle of the body. */
  readonly instead?: 'reset' | 'hang' | 'break';
}

export interface TestServer {
  readonly url: string;
  readonly port: number;
  readonly seen: Seen[];
  close(): Promise<void>;
}

const GRANT = { body: { access_token: 'granted-access-token', token_type: 'Bearer', expires_in: 3600 } };

/** Starts a server on a real socket whose responses the test chooses. */
export async function serve(reply: (seen: Seen) => Reply, tls?: { key: string; cert: string }): Promise<TestServer> {
  const seen: Seen[] = [];
  const listener: RequestListener = async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method = '', url = '', headers } = request;
    const entry = { method, url, headers, body: Buffer.concat(chunks).toString() };
    seen.push(entry);
    send(response, reply(entry));
  };
  const server: Server = tls ? createTlsServer(tls, listener) : createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`, port, seen, close: () => closeServer(server) };
}

/** Starts a server that grants tokens; the test chooses all other responses. */
export function serveApi(reply: (seen: Seen) => Reply): Promise<TestServer> {
  return serve((seen) => (seen.url.startsWith('/identity/') ? GRANT : reply(seen)));
}

/** Connects to a tenant at this URL, without the environment. */
export async function open(url: string, block: Readonly<Record<string, unknown>> = {}): Promise<Tenant> {
  const tenant = await connect(
    readSettings({ url, clientId: 'client', clientSecret: 'client-secret', scimToken: 'scim-token', ...block }, {}),
    {},
  );
  return tenant.permitWrites();
}

/** An empty REST list. */
export const NOBODY: Reply = { body: { data: [], total: 0, skip: 0, take: 100 } };

function send(response: ServerResponse, { status = 200, headers = {}, body = '', instead }: Reply): void {
  if (instead === 'hang') return;
  if (instead === 'reset') {
    response.socket?.destroy();
    return;
  }
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const type = typeof body === 'string' ? {} : { 'content-type': 'application/json' };
  response.writeHead(status, { ...type, 'content-length': Buffer.byteLength(text), ...headers });
  if (instead === 'break') {
    response.write(text.slice(0, text.length / 2), () => response.socket?.destroy());
    return;
  }
  response.end(text);
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
