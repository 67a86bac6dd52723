import { describe, expect, test } from '@jest/globals';
import { checkUrl, tenantUrl } from './url.js';

describe('tenantUrl', () => {
  test.each([
    ['the tenant', undefined, 'acme', 'https://acme.delinea.app'],
    ['the URL when both are given', 'https://acme.example/', 'other', 'https://acme.example'],
  ])('is that of %s', (_, url, tenant, expected) => {
    expect(tenantUrl(url, tenant)).toBe(expected);
  });

  test.each([
    ['neither is given', undefined, 'no tenant: set "tenant" or "url"'],
    ['the name is invalid', 'acme!', '"acme!" is not a valid tenant name'],
    ['the name is a host', 'acme.delinea.app', '"acme.delinea.app" is not a valid tenant name'],
  ])('throws when %s', (_, tenant, message) => {
    expect(() => tenantUrl(undefined, tenant)).toThrow(
      expect.objectContaining({ code: 'settings_invalid', message, path: 'tenant' }),
    );
  });
});

describe('checkUrl', () => {
  test('removes trailing slashes and spaces', () => {
    expect(checkUrl(' https://acme.example/base// ', 'url')).toBe('https://acme.example/base');
  });

  test('names the setting and repeats no credentials when the URL is invalid', () => {
    expect(() => checkUrl('https://user:hunter2@acme.example', 'vault_url')).toThrow(
      expect.objectContaining({
        message: 'provider setting "vault_url" is not a plain https URL',
        path: 'vault_url',
      }),
    );
  });

  test.each(['http://localhost:8080', 'http://127.0.0.1:8080', 'http://[::1]:8080', 'https://127.0.0.1'])(
    'accepts %s: it is this machine',
    (url) => {
      expect(checkUrl(url, 'url')).toBe(url);
    },
  );

  test.each([
    'http://acme.example',
    'http://127.0.0.1.attacker.example',
    'http://localhost.attacker.example',
    'http://0.0.0.0',
    'https://acme.delinea.app@attacker.example',
    'https://acme.delinea.app:443@attacker.example',
    'https://attacker.example?acme.delinea.app',
    'https://attacker.example#acme.delinea.app',
    'ftp://acme.example',
    'acme.example',
  ])('refuses %s', (url) => {
    expect(() => checkUrl(url, 'url')).toThrow(expect.objectContaining({ code: 'settings_invalid', path: 'url' }));
  });
});
