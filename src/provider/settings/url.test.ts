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
});
