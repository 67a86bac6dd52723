import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { bitString, der, oid, time, utf8 } from './der.js';

/** A key and its self-signed certificate. They exist in memory only, as long as the process. */
export interface OwnCertificate {
  readonly key: string;
  readonly pem: string;
  readonly der: Buffer;
}

const HOUR_MS = 3_600_000;
const LIFETIME_MS = 365 * 24 * HOUR_MS;
const ECDSA_SHA256 = der('sequence', oid('1.2.840.10045.4.3.2'));

/**
 * Creates a self-signed P-256 certificate for `localhost`: X.509 v3 (RFC 5280 §4.1). Uses node:crypto only, because the
 * libraries for it take 110 to 400 ms to load at every start of the provider.
 */
export function makeCertificate(now = new Date()): OwnCertificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const name = der('sequence', der('set', der('sequence', oid('2.5.4.3'), utf8('localhost'))));
  const serial = randomBytes(16);
  serial[0] = 0x40 | (serial[0]! & 0x3f); // Positive, and no leading zero.
  const body = der(
    'sequence',
    der(0xa0, der('integer', Buffer.of(2))),
    der('integer', serial),
    ECDSA_SHA256,
    name,
    der('sequence', time(new Date(now.getTime() - HOUR_MS)), time(new Date(now.getTime() + LIFETIME_MS))),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, der('sequence', ...extensions())),
  );
  const signature = sign('sha256', body, privateKey);
  const certificate = der('sequence', body, ECDSA_SHA256, bitString(signature));
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    pem: pemOf(certificate),
    der: certificate,
  };
}

function extensions(): Buffer[] {
  const yes = der('boolean', Buffer.of(0xff));
  const localhost = der('sequence', der(0x82, Buffer.from('localhost', 'ascii')));
  // digitalSignature, keyEncipherment, keyAgreement and keyCertSign (the certificate is its own authority).
  const usage = der('bitString', Buffer.of(2, 0b1010_1100));
  const serverAndClient = der('sequence', oid('1.3.6.1.5.5.7.3.1'), oid('1.3.6.1.5.5.7.3.2'));
  return [
    der('sequence', oid('2.5.29.19'), yes, der('octetString', der('sequence', yes))),
    der('sequence', oid('2.5.29.15'), yes, der('octetString', usage)),
    der('sequence', oid('2.5.29.37'), der('octetString', serverAndClient)),
    der('sequence', oid('2.5.29.17'), der('octetString', localhost)),
  ];
}

function pemOf(certificate: Buffer): string {
  const lines = certificate.toString('base64').match(/.{1,64}/g)!;
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}
