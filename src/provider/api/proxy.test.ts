import { describe, expect, test } from '@jest/globals';
import { proxyFor } from './proxy.js';

const PROXY = 'http://proxy.example:3128';
const chosen = (url: string, env: Record<string, string>) => proxyFor(new URL(url), env)?.href;

describe('proxyFor', () => {
  test.each([
    ['https_proxy', 'http://a.example/'],
    ['HTTPS_PROXY', 'http://b.example/'],
    ['ALL_PROXY', 'http://c.example/'],
  ])('%s: is used when no variable before it is set', (first, wanted) => {
    const all = { https_proxy: 'http://a.example', HTTPS_PROXY: 'http://b.example', ALL_PROXY: 'http://c.example' };
    const names = Object.keys(all);
    const env = Object.fromEntries(Object.entries(all).slice(names.indexOf(first)));
    expect(chosen('https://acme.delinea.app/x', env)).toBe(wanted);
  });

  test('URL: needs no scheme, and HTTP_PROXY does not count', () => {
    expect(chosen('https://acme.delinea.app', { HTTPS_PROXY: '10.0.0.1:3128' })).toBe('http://10.0.0.1:3128/');
    expect(chosen('https://acme.delinea.app', { HTTP_PROXY: PROXY })).toBeUndefined();
  });

  test.each([
    'http://localhost:8080',
    'https://localhost',
    'https://LOCALHOST.',
    'https://tenant.localhost',
    'https://127.0.0.1:8443',
    'https://127.9.9.9',
    'https://2130706433',
    'https://0x7f.1',
    'https://[::1]:8443',
    'https://[::ffff:127.0.0.1]',
  ])('%s: never has a proxy', (url) => {
    expect(chosen(url, { HTTPS_PROXY: PROXY, HTTP_PROXY: PROXY, ALL_PROXY: PROXY })).toBeUndefined();
  });

  test.each([
    'https://localhost.example.com',
    'https://127.0.0.1.example.com',
    'https://128.0.0.1',
    'https://[::2]',
    'https://notlocalhost',
  ])('%s: is not this machine', (url) => {
    expect(chosen(url, { HTTPS_PROXY: PROXY })).toBe(`${PROXY}/`);
  });

  test.each([
    ['acme.delinea.app', true],
    ['delinea.app', true],
    ['.delinea.app', true],
    ['*.delinea.app', true],
    ['ACME.delinea.app:443', true],
    ['other.example, *', true],
    ['acme.delinea.app:8443', false],
    ['elinea.app', false],
    ['cme.delinea.app', false],
    ['acme.delinea.app.example', false],
    ['', false],
  ])('NO_PROXY=%s: excludes acme.delinea.app: %s', (NO_PROXY, excluded) => {
    const found = chosen('https://acme.delinea.app', { HTTPS_PROXY: PROXY, NO_PROXY });
    expect(found).toBe(excluded ? undefined : `${PROXY}/`);
  });

  test.each(['[2001:db8::1]', '2001:db8::1', '[2001:db8::1]:443'])('NO_PROXY=%s: excludes that address', (no_proxy) => {
    expect(chosen('https://[2001:db8::1]', { HTTPS_PROXY: PROXY, no_proxy })).toBeUndefined();
    expect(chosen('https://[2001:db8::2]', { HTTPS_PROXY: PROXY, no_proxy })).toBeDefined();
  });

  test.each(['socks5://u:pass-word@p.example:1080', 'http://u:pass-word%zz@p.example', 'http://[pass-word'])(
    '%s: is an error without the value',
    (HTTPS_PROXY) => {
      const failing = () => chosen('https://acme.delinea.app', { HTTPS_PROXY });
      expect(failing).toThrow(expect.objectContaining({ code: 'settings_invalid', path: 'HTTPS_PROXY' }));
      expect(failing).not.toThrow('pass-word');
    },
  );
});
