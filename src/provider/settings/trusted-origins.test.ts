import { describe, expect, test } from '@jest/globals';
import { TrustedOrigins } from './trusted-origins.js';

const trusting = (hosts: string, addresses: string[] = []) =>
  new TrustedOrigins(addresses, { DELINEA_ALLOWED_HOSTS: hosts });
const accepts = (origins: TrustedOrigins, url: string) => {
  try {
    origins.check(url, 'url');
    return true;
  } catch (error) {
    expect(error).toMatchObject({ code: 'untrusted_host', path: 'url' });
    return false;
  }
};

describe('TrustedOrigins', () => {
  test.each([
    'https://acme.delinea.app.evil.example',
    'https://evil.example/acme.delinea.app',
    'https://acme-delinea.app',
    'https://aсme.delinea.app', // a Cyrillic letter
    'https://acme.delinea.app:8443',
    'https://xacme.delinea.app',
    'http://acme.delinea.app',
    'https://acme.delinea.app.',
  ])('%s is not https://acme.delinea.app', (url) => {
    expect(accepts(trusting('acme.delinea.app'), url)).toBe(false);
    expect(accepts(trusting('', ['https://acme.delinea.app/x']), url)).toBe(false);
  });

  test('the same origin in another form is accepted', () => {
    const origins = trusting('ACME.delinea.app,https://vault.example:8443', ['https://idp.example/token']);
    const urls = ['https://acme.delinea.app/api', 'https://Acme.Delinea.App:443', 'https://vault.example:8443/x'];
    for (const url of [...urls, 'https://idp.example']) expect(accepts(origins, url)).toBe(true);
  });

  test('this machine may use plain http when it is named', () => {
    expect(accepts(trusting('127.0.0.1:8080'), 'http://127.0.0.1:8080/x')).toBe(true);
    expect(accepts(trusting('127.0.0.1:8080'), 'http://127.0.0.1:8081/x')).toBe(false);
    expect(accepts(trusting(''), 'http://localhost:1')).toBe(false);
  });

  test('the error names the host, and the hosts that the environment names', () => {
    expect(() => trusting('b.example,a.example').check('https://evil.example/x', 'surfaces.token_url')).toThrow(
      'provider setting "surfaces.token_url": nothing is sent to https://evil.example; the environment names https://a.example, https://b.example',
    );
    expect(() => trusting('').check('https://evil.example', 'url')).toThrow('the environment names no host');
  });

  test.each(['*.delinea.app', 'https://acme.example/path', 'user@acme.example', 'http://acme.example', 'a b', ':1'])(
    'an entry that is not a host is an error: %s',
    (entry) => {
      expect(() => trusting(entry)).toThrow('DELINEA_ALLOWED_HOSTS: an entry is not a host');
    },
  );
});
