import { describe, expect, test } from '@jest/globals';
import { makeCertificate } from './certificate.js';
import { handshakeLine, readHandshake } from './handshake.js';

const own = makeCertificate();
const started = {
  TF_PLUGIN_MAGIC_COOKIE: 'd602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2',
  PLUGIN_PROTOCOL_VERSIONS: '5,6',
  PLUGIN_CLIENT_CERT: own.pem,
};
const refused = (env: NodeJS.ProcessEnv, what: string) =>
  expect(readHandshake(env)).rejects.toMatchObject({ code: 'unsupported', message: expect.stringContaining(what) });

describe('start', () => {
  test('by Terraform: returns the certificate of the client', async () => {
    expect(await readHandshake(started)).toBe(own.pem);
  });

  test('by hand, with another protocol or without a certificate: is refused', async () => {
    await refused({}, 'cannot be run by hand');
    await refused({ ...started, TF_PLUGIN_MAGIC_COOKIE: 'else' }, 'cannot be run by hand');
    await refused({ ...started, PLUGIN_PROTOCOL_VERSIONS: '4,5' }, 'protocol 4, 5');
    await refused({ ...started, PLUGIN_PROTOCOL_VERSIONS: '16' }, 'protocol 16');
    await refused({ ...started, PLUGIN_CLIENT_CERT: '' }, 'no client certificate');
    await refused({ ...started, PLUGIN_CLIENT_CERT: 'not PEM' }, 'no client certificate');
  });
});

test('handshake line: has six fields, the certificate without padding', () => {
  const line = handshakeLine({ network: 'unix', address: '/tmp/s' }, own.der);
  const fields = line.trimEnd().split('|');
  expect(line.endsWith('\n')).toBe(true);
  expect(fields.slice(0, 5)).toEqual(['1', '6', 'unix', '/tmp/s', 'grpc']);
  expect(fields).toHaveLength(6);
  expect(fields[5]).not.toContain('=');
  expect(Buffer.from(fields[5]!, 'base64').equals(own.der)).toBe(true);
});
