import { createPublicKey, X509Certificate } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { makeCertificate } from './certificate.js';
import { der, oid, time } from './der.js';

describe('certificate', () => {
  const now = new Date('2026-03-01T12:00:00Z');
  const own = makeCertificate(now);
  const read = new X509Certificate(own.pem);

  test('content: OpenSSL reads it; self-signed, for localhost, with its own key', () => {
    expect(read.raw.equals(own.der)).toBe(true);
    expect(read.subject).toBe('CN=localhost');
    expect(read.checkHost('localhost')).toBe('localhost');
    expect(read.checkHost('example.com')).toBeUndefined();
    expect(read.verify(createPublicKey(own.key))).toBe(true);
    expect(read.checkIssued(read)).toBe(true);
    expect(read.ca).toBe(true);
    expect(read.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2']);
  });

  test('validity: one year, starting an hour ago because clocks differ', () => {
    expect(new Date(read.validFrom)).toEqual(new Date('2026-03-01T11:00:00Z'));
    expect(new Date(read.validTo)).toEqual(new Date('2027-03-01T12:00:00Z'));
  });

  test('each call: makes a new certificate', () => {
    const other = new X509Certificate(makeCertificate(now).pem);
    expect(other.serialNumber).not.toBe(read.serialNumber);
    expect(other.verify(createPublicKey(own.key))).toBe(false);
  });

  test('after 2049: stays readable with four-digit years', () => {
    const late = new X509Certificate(makeCertificate(new Date('2049-06-01T00:00:00Z')).pem);
    expect([new Date(late.validFrom).getUTCFullYear(), new Date(late.validTo).getUTCFullYear()]).toEqual([2049, 2050]);
  });
});

describe('DER', () => {
  const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

  test('lengths and object identifiers: are encoded as in X.690', () => {
    expect(hex(der('octetString', Buffer.alloc(0x7f)).subarray(0, 2))).toBe('047f');
    expect(hex(der('octetString', Buffer.alloc(0x80)).subarray(0, 3))).toBe('048180');
    expect(hex(der('octetString', Buffer.alloc(0x1234)).subarray(0, 4))).toBe('04821234');
    expect(hex(oid('1.2.840.113549'))).toBe('06062a864886f70d');
    expect(time(new Date('2026-03-01T12:00:00Z')).subarray(2).toString()).toBe('260301120000Z');
    expect(time(new Date('2050-03-01T12:00:00Z')).subarray(2).toString()).toBe('20500301120000Z');
  });
});
