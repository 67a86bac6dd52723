import { X509Certificate } from 'node:crypto';
import type { Server, Socket } from 'node:net';
import { createServer } from 'node:tls';
import type { OwnCertificate } from './certificate.js';

/**
 * TLS in front of the server: lets in the one client whose certificate Terraform gave, byte for byte, and nobody else.
 * Checked here and not by a list of authorities, because such a list makes node load its 140 built-in ones first, which
 * takes longer than the rest of the start. What the comparison leaves out (dates, names) a certificate of one run does
 * not need; that the client has its key, TLS has proved.
 * @param client its certificate, PEM
 */
export function openDoor(own: OwnCertificate, client: string, enter: (connection: Socket) => void): Server {
  const expected = new X509Certificate(client).raw;
  const options = {
    key: own.key,
    cert: own.pem,
    ca: [],
    requestCert: true,
    rejectUnauthorized: false,
    ALPNProtocols: ['h2'],
  };
  return createServer(options, (connection) => {
    if (connection.getPeerX509Certificate()?.raw.equals(expected)) enter(connection);
    else connection.destroy();
  });
}
