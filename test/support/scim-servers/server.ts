import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The bearer token that each server accepts. */
export const TOKEN = 'independent-server-token';

/** A SCIM server of another author on a real socket, with its data in memory. */
export interface ScimServer {
  /** Base URL of SCIM: `/Users` follows. */
  readonly baseUrl: string;
  /** Method and path below the base URL of each request so far, such as `PATCH /Users/7`. */
  readonly requests: string[];
  close(): Promise<void>;
}

/** Serves an application's SCIM, which is below a path of it, on a free port of this machine. */
export async function listen(
  path: string,
  application: (origin: string) => RequestListener | Promise<RequestListener>,
): Promise<ScimServer> {
  const requests: string[] = [];
  let handle: RequestListener | undefined;
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url?.slice(path.length)}`);
    handle?.(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  handle = await application(origin);
  return {
    baseUrl: origin + path,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
