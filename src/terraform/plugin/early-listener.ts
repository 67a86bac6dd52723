import { X509Certificate } from 'node:crypto';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { OwnCertificate } from './certificate.js';
import type { Address } from './handshake.js';
import type { PrivateSocket } from './private-socket.js';

/** A listener that accepts connections before the server is loaded, so that Terraform connects while the rest loads. */
export interface EarlyListener extends Address {
  /** Passes the connections that are waiting, and all later ones, to the server. To be called once. */
  accept(serve: (connection: Socket) => void): void;
  /** Stops listening and removes the socket. Connections that the server already has stay open. */
  close(): void;
}

export interface EarlyListenerOptions {
  /** Unix socket to listen on. Unset: a free TCP port on the loopback address, which Windows needs. */
  readonly socket?: PrivateSocket | undefined;
  /** The server's certificate, and the client's as PEM. Unset only in tests that serve within their own process. */
  readonly tls?: { readonly own: OwnCertificate; readonly client: string };
}

/** Starts to listen. @throws {Error} when the address cannot be used */
export async function openEarlyListener({ socket, tls }: EarlyListenerOptions): Promise<EarlyListener> {
  let waiting: Socket[] | undefined = [];
  let serve = (connection: Socket): void => void waiting?.push(connection);
  const onConnection = (connection: Socket) => serve(connection);
  const server = tls ? tlsServer(tls.own, tls.client, onConnection) : createServer(onConnection);
  return {
    ...(await listen(server, socket)),
    accept(serveWith) {
      serve = serveWith;
      for (const connection of waiting ?? []) serveWith(connection);
      waiting = undefined;
    },
    close() {
      server.close();
      for (const connection of waiting ?? []) connection.destroy();
      waiting = undefined;
      socket?.remove();
    },
  };
}

/**
 * Accepts only the client whose certificate Terraform passed, compared byte for byte. A list of trusted authorities would
 * make node load its 140 built-in ones first, which takes longer than the rest of the start. The comparison ignores dates
 * and names, which a certificate for one run does not need. TLS has proved that the client holds the key.
 */
function tlsServer(own: OwnCertificate, client: string, accept: (connection: Socket) => void): Server {
  const expected = new X509Certificate(client).raw;
  const options = {
    key: own.key,
    cert: own.pem,
    ca: [],
    requestCert: true,
    rejectUnauthorized: false,
    ALPNProtocols: ['h2'],
  };
  return createTlsServer(options, (connection) => {
    if (connection.getPeerX509Certificate()?.raw.equals(expected)) accept(connection);
    else connection.destroy();
  });
}

function listen(server: Server, socket: PrivateSocket | undefined): Promise<Address> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    if (socket) {
      server.listen(socket.path, () => resolve({ network: 'unix', address: socket.path }));
    } else {
      server.listen(0, '127.0.0.1', () => {
        const { port } = server.address() as AddressInfo;
        resolve({ network: 'tcp', address: `127.0.0.1:${port}` });
      });
    }
  });
}
