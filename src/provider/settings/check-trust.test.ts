import { describe, expect, test } from '@jest/globals';
import { readSettings } from './settings.js';

const ENV = {
  DELINEA_TENANT: 'acme',
  DELINEA_CLIENT_ID: 'runner',
  DELINEA_CLIENT_SECRET: 'secret-of-the-environment',
  DELINEA_SCIM_TOKEN: 'token-of-the-environment',
};
const EVIL = 'https://acme.delinea.app.evil.example';
const surface = (more: object) => ({ surfaces: [{ name: 'platform-rest', ...more }] });
const attempt =
  (block: Record<string, unknown>, env: Record<string, string> = ENV) =>
  () =>
    readSettings(block, env);

describe('credentials of the environment', () => {
  test.each<[string, Record<string, unknown>, string]>([
    ['url', { url: EVIL }, 'url'],
    ['tenant', { tenant: 'evil' }, 'tenant'],
    ['base URL of a surface', surface({ baseUrl: `${EVIL}/api/v1` }), 'surfaces.base_url'],
    ['token URL of a surface', surface({ tokenUrl: `${EVIL}/token` }), 'surfaces.token_url'],
    ['this machine', { url: 'http://127.0.0.1:8080' }, 'url'],
  ])('are not sent to the %s of code', (_, block, path) => {
    expect(attempt(block)).toThrow(expect.objectContaining({ code: 'untrusted_host', path }));
    expect(attempt(block, { ...ENV, DELINEA_ALLOWED_HOSTS: 'other.example' })).toThrow(/nothing is sent/);
  });

  test('are sent to the hosts that the environment names', () => {
    const env = { ...ENV, DELINEA_ALLOWED_HOSTS: 'acme.delinea.app.evil.example' };
    expect(attempt({ url: EVIL }, env)().url).toBe(EVIL);
    expect(attempt({ tenant: 'acme' })().url).toBe('https://acme.delinea.app');
    const surfaces = JSON.stringify([{ name: 'platform-rest', tokenUrl: 'https://idp.example/token' }]);
    expect(attempt({}, { ...ENV, DELINEA_SURFACES: surfaces })().origins).toEqual([
      'https://acme.delinea.app',
      'https://idp.example/token',
    ]);
  });

  test('need a host of the environment, even if code names only one', () => {
    const { DELINEA_TENANT: _, ...bare } = ENV;
    expect(attempt({ tenant: 'acme' }, bare)).toThrow('the environment names no host');
  });

  test.each<[string, Record<string, unknown>, string]>([
    ['a certificate authority', { caFile: '/dev/null' }, 'ca_file'],
    ['a profile', { profile: 'scim-cloud' }, 'profile'],
    ['a read scope', surface({ readScope: 'delinea:api:admin' }), 'surfaces.read_scope'],
    ['a write scope', surface({ writeScope: 'delinea:api:admin' }), 'surfaces.write_scope'],
    ['an admin scope', surface({ adminScope: 'everything' }), 'surfaces.admin_scope'],
    ['an id space', surface({ idSpace: 'scim-cloud' }), 'surfaces.id_space'],
    ['an account', { clientId: 'break.glass@example.com' }, 'client_id'],
    ['an account of another surface', { scimClientId: 'break.glass@example.com' }, 'scim_client_id'],
  ])('are not used with %s of code', (_, block, path) => {
    expect(attempt(block)).toThrow(expect.objectContaining({ code: 'settings_invalid', path }));
  });

  test('are used when code repeats what the surface has anyway', () => {
    expect(attempt(surface({ readScope: 'delinea:api:read', idSpace: 'platform' }))).not.toThrow();
  });
});

describe('credentials in code', () => {
  const OWN = { tenant: 'mine', clientId: 'c', clientSecret: 'secret-of-the-code' };

  test('go to the address in code when the environment supplies no credentials', () => {
    expect(attempt({ ...OWN, ...surface({ readScope: 'r' }) }, {})().url).toBe('https://mine.delinea.app');
  });

  test('go to no other host than those that the environment lists', () => {
    expect(attempt(OWN, { DELINEA_ALLOWED_HOSTS: 'acme.delinea.app' })).toThrow('https://mine.delinea.app');
  });

  test('go to no other host than the tenant that the environment names', () => {
    const mine = { scimToken: 'token-of-the-code', ...surface({ name: 'platform-scim', baseUrl: EVIL }) };
    expect(attempt(mine)).toThrow(expect.objectContaining({ code: 'untrusted_host', path: 'surfaces.base_url' }));
    expect(attempt({ ...OWN, url: EVIL }, { DELINEA_URL: 'https://acme.example' })).toThrow(EVIL);
  });

  test('do not carry those of the environment to another host', () => {
    expect(attempt(OWN)).toThrow(expect.objectContaining({ code: 'untrusted_host' }));
  });
});

test('own accounts: those of both sources are protected', () => {
  const own = { clientId: 'other', clientSecret: 'secret-of-the-code' };
  const { ownAccounts } = readSettings(own, ENV);
  expect(ownAccounts).toEqual(['runner', 'other']);
});
