import { X509Certificate } from 'node:crypto';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { OwnCertificate } from './certificate.js';
import type { Address } from './handshake.js';
import type { SocketPlace } from './socket.js';

/** Where Terraform connects. It listens before there is anything behind it, so that a start need not wait for that. */
export interface Door extends Address {
  /** To be called once: with those who came before, and from then on with everybody who may enter. */
  open(enter: (connection: Socket) => void): void;
  /** Listens no longer and removes the socket. Whoever is in stays in. */
  close(): void;
}

export interface DoorOptions {
  /** Where to listen; absent: on a free TCP port of this machine, which Windows needs. */
  readonly socket?: SocketPlace | undefined;
  /** The server's certificate, and the PEM of the one client; absent only where a test serves itself in its own process. */
  readonly tls?: { readonly own: OwnCertificate; readonly client: string };
}

/** @throws {Error} where the address cannot be used */
export async function makeDoor({ socket, tls }: DoorOptions): Promise<Door> {
  let waiting: Socket[] | undefined = [];
  let enter = (connection: Socket): void => void waiting?.push(connection);
  const pass = (connection: Socket) => enter(connection);
  const server = tls ? tlsServer(tls.own, tls.client, pass) : createServer(pass);
  return {
    ...(await listen(server, socket)),
    open(inside) {
      enter = inside;
      for (const connection of waiting ?? []) inside(connection);
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
 * Lets in the one client whose certificate Terraform gave, byte for byte, and nobody else. Compared here and not by a
 * list of authorities, because for such a list node first loads its 140 built-in ones, which takes longer than the rest
 * of the start. What the comparison leaves out, dates and names, a certificate of one run does not need; that the client
 * has the key to it, TLS has proved.
 */
function tlsServer(own: OwnCertificate, client: string, enter: (connection: Socket) => void): Server {
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
    if (connection.getPeerX509Certificate()?.raw.equals(expected)) enter(connection);
    else connection.destroy();
  });
}

function listen(server: Server, socket: SocketPlace | undefined): Promise<Address> {
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
