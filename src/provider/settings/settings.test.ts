import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { DelineaError } from '../model/errors.js';
import { environmentName } from './environment.js';
import { readSettings, settingAttributes } from './settings.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'settings-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const CERTIFICATE = '-----BEGIN CERTIFICATE-----\nMII=\n-----END CERTIFICATE-----\n';

function file(text: string): string {
  const path = join(folder, `secret-${Math.random()}`);
  writeFileSync(path, text);
  return path;
}

function fault(block: Record<string, unknown>, env: Record<string, string> = {}): DelineaError {
  try {
    readSettings(block, env);
  } catch (error) {
    if (error instanceof DelineaError) return error;
  }
  throw new Error('no DelineaError came');
}

describe('readSettings: sources', () => {
  test('environment: every setting can come from it', () => {
    const texts: Record<string, string> = { string: 'xxxxxxxx', number: '7', boolean: 'true', strings: 'x' };
    const plain = settingAttributes.filter(({ type, name }) => type !== 'objects' && name !== 'caFile');
    const env = Object.fromEntries(
      plain.map(({ name, type, allowed }) => [environmentName(name), allowed?.[0] ?? texts[type]!]),
    );
    const urls = {
      DELINEA_URL: 'https://acme.example',
      DELINEA_SECRET_SERVER_URL: 'https://vault.example/SecretServer',
      DELINEA_CONNECTOR_URL: 'https://vault.example/SCIMConnector',
    };
    const settings = readSettings({}, { ...env, ...urls, DELINEA_CA_FILE: file(CERTIFICATE) });
    expect(settings).toMatchObject({
      url: 'https://acme.example',
      ca: CERTIFICATE,
      concurrency: 7,
      timeoutMs: 7000,
      retries: 7,
      visibilityMs: 7000,
      maxRequests: 7,
      allowDelete: false,
      externalIdFrom: 'userName',
      allowances: [{ source: 'the environment', removals: 7, missing: 7, principals: ['x'], orphans: ['x'] }, {}],
      ownAccounts: ['xxxxxxxx'],
    });
    for (const surface of Object.values(settings.surfaces))
      expect(Object.values(surface.credentials).at(-1)).toBe('xxxxxxxx');
  });

  test.each(['user_name', 'userName'])('externalIdFrom: accepts the attribute name in either spelling: %s', (name) => {
    expect(readSettings({ tenant: 'acme', externalIdFrom: name }, {}).externalIdFrom).toBe('userName');
    expect(readSettings({ tenant: 'acme' }, { DELINEA_EXTERNAL_ID_FROM: name }).externalIdFrom).toBe('userName');
  });

  test('environment: lists of names are separated by commas', () => {
    const env = { DELINEA_ALLOW_PRINCIPALS: 'jane@example.com, SRE', DELINEA_ALLOW_ORPHANS: 'Prod' };
    expect(readSettings({ tenant: 'acme' }, env).allowances[0]).toEqual({
      source: 'the environment',
      removals: undefined,
      missing: undefined,
      principals: ['jane@example.com', 'SRE'],
      orphans: ['Prod'],
    });
  });

  test('defaults: no allowance and no request limit', () => {
    const { allowances, maxRequests } = readSettings({ tenant: 'acme' }, {});
    const counts = allowances.map(({ source, ...allowed }) => Object.values(allowed).filter((value) => value));
    expect([counts, maxRequests]).toEqual([[[], []], undefined]);
  });

  test('block: a smaller number than that of the environment counts', () => {
    const settings = readSettings(
      { tenant: 'acme', concurrency: 3 },
      { DELINEA_CONCURRENCY: '5', DELINEA_RETRIES: '1' },
    );
    expect(settings).toMatchObject({ url: 'https://acme.delinea.app', concurrency: 3, retries: 1 });
  });

  test('block: tenant or url overrides both in the environment', () => {
    const hosts = { DELINEA_ALLOWED_HOSTS: 'acme.delinea.app,acme.example' };
    expect(readSettings({ tenant: 'acme' }, { ...hosts, DELINEA_URL: 'https://other.example' }).url).toBe(
      'https://acme.delinea.app',
    );
    expect(readSettings({ url: 'https://acme.example' }, { ...hosts, DELINEA_TENANT: 'other' }).url).toBe(
      'https://acme.example',
    );
  });

  test('secret: may come from a file, without its last line break', () => {
    const env = { DELINEA_TENANT: 'acme', DELINEA_SCIM_TOKEN_FILE: file('to ken-1\n') };
    expect(readSettings({}, env).surfaces['platform-scim']?.credentials.token).toBe('to ken-1');
    expect(
      readSettings({}, { ...env, DELINEA_SCIM_TOKEN: 'direct-token' }).surfaces['platform-scim']?.credentials.token,
    ).toBe('direct-token');
  });

  test('file: only a secret may come from one', () => {
    expect(fault({}, { DELINEA_TENANT_FILE: file('acme') }).code).toBe('settings_invalid');
  });

  test('secret file: the error repeats neither name nor text when it is missing or empty', () => {
    const missing = fault({ tenant: 'acme' }, { DELINEA_CLIENT_SECRET_FILE: 'hunter2-by-mistake' });
    expect(missing.message).toBe('DELINEA_CLIENT_SECRET_FILE: cannot read the file (ENOENT)');
    expect(missing.cause).toBeUndefined();
    expect(fault({ tenant: 'acme' }, { DELINEA_CLIENT_SECRET_FILE: file('\n') }).message).toMatch(/is empty/);
  });

  test('credentials: each belongs to its own surface', () => {
    const secrets = { clientSecret: 'client-secret', scimToken: 'scim-token', scimClientSecret: 'scim-secret' };
    const { surfaces } = readSettings({ tenant: 'acme', ...secrets }, {});
    expect(Object.values(surfaces).map(({ name, credentials }) => [name, Object.values(credentials)[0]])).toEqual([
      ['platform-rest', 'client-secret'],
      ['platform-scim', 'scim-token'],
      ['platform-identity', 'client-secret'],
      ['platform-audit', 'client-secret'],
      ['scim-cloud', 'scim-secret'],
    ]);
    expect(
      readSettings({ tenant: 'acme', clientSecret: 'client-secret' }, {}).surfaces['scim-cloud']?.credentials
        .client_secret,
    ).toBe('client-secret');
  });

  test.each([
    ['blanks', '  client-secret '],
    ['a line break', 'client-secret\n'],
    ['a line break of Windows', 'client-secret\r\n'],
  ])('secret: is used without %s around it', (_, clientSecret) => {
    const { surfaces } = readSettings({}, { DELINEA_TENANT: 'acme', DELINEA_CLIENT_SECRET: clientSecret });
    expect(surfaces['platform-rest']?.credentials.client_secret).toBe('client-secret');
  });

  test.each([
    [
      'has fewer than 8 characters',
      'hunter2',
      'must have at least 8 characters: a shorter secret cannot be hidden in messages',
    ],
    ['has fewer than 8 characters without blanks', 'hunter2 ', 'must have at least 8 characters'],
    ['has a line break inside', 'hunter2\nhunter2', 'must not contain line breaks or other control characters'],
  ])('secret: is refused by the name of its variable when it %s', (_, text, message) => {
    const { code, message: told, hint } = fault({ tenant: 'acme' }, { DELINEA_SCIM_TOKEN: text });
    expect([code, hint]).toEqual(['settings_invalid', 'Correct DELINEA_SCIM_TOKEN.']);
    expect(told).toContain(`provider setting "scim_token" ${message}`);
    expect(told + hint).not.toContain('hunter2');
  });
});

describe('readSettings: errors', () => {
  test.each<[string, Record<string, unknown>, Record<string, string>]>([
    ['an unknown setting', { tenant: 'acme', clientSekret: 'hunter2' }, {}],
    ['no tenant', {}, {}],
    ['a host for a tenant', { tenant: 'acme.delinea.app' }, {}],
    ['a number out of range', { tenant: 'acme', concurrency: 0 }, {}],
    ['no requests at all', { tenant: 'acme', maxRequests: 0 }, {}],
    ['a count below nothing', { tenant: 'acme' }, { DELINEA_ALLOW_REMOVALS: '-1' }],
    ['half an object', { tenant: 'acme', allowMissing: 1.5 }, {}],
    ['a name that is empty', { tenant: 'acme', allowPrincipals: [''] }, {}],
    ['a list that is no JSON', { tenant: 'acme' }, { DELINEA_ALLOW_PRINCIPALS: '["hunter2"' }],
    ['a lock that is neither open nor closed', { tenant: 'acme' }, { DELINEA_LOCKED: 'ja' }],
    ['a number that is none', { tenant: 'acme' }, { DELINEA_RETRIES: 'many' }],
    ['another attribute than a key', { tenant: 'acme', externalIdFrom: 'title' }, {}],
    ['a blank number', { tenant: 'acme' }, { DELINEA_RETRIES: ' ' }],
    ['a boolean that is none', { tenant: 'acme' }, { DELINEA_ALLOW_DELETE: 'yes' }],
    ['a secret of the wrong type', { tenant: 'acme', clientSecret: 5 }, {}],
    ['an unknown surface', { tenant: 'acme', surfaces: [{ name: 'nowhere' }] }, {}],
    ['a surface with the name of a prototype', { tenant: 'acme', surfaces: [{ name: '__proto__' }] }, {}],
    ['a kind with the name of a prototype', { tenant: 'acme', routing: [{ kind: '__proto__', surface: 'x' }] }, {}],
    ['an unknown kind in the routing', { tenant: 'acme', routing: [{ kind: 'usr', surface: 'platform-scim' }] }, {}],
    ['a CA file that is not there', { tenant: 'acme', caFile: '/nowhere/ca.pem' }, {}],
  ])('error: one line with a hint for %s', (_, block, env) => {
    const error = fault(block, env);
    expect(error.code).toBe('settings_invalid');
    expect(error.message).not.toMatch(/\n|hunter2/);
    expect(error.hint ?? error.path).toBeTruthy();
  });

  test.each(['', '-----BEGIN PRIVATE KEY-----'])('error: a CA file without a certificate: %j', (text) => {
    const error = fault({}, { DELINEA_TENANT: 'acme', DELINEA_CA_FILE: file(text) });
    expect([error.code, error.message]).toEqual([
      'settings_invalid',
      expect.stringMatching(/contains no certificate$/),
    ]);
  });

  test.each<[Record<string, unknown>, Record<string, string>, string, string]>([
    [{}, { DELINEA_ALLOW_DELETE: '1' }, '"allow_delete" must be true or false', 'Correct DELINEA_ALLOW_DELETE.'],
    [{}, { DELINEA_CONCURRENCY: 'abc' }, '"concurrency" must be a number', 'Correct DELINEA_CONCURRENCY.'],
    [{}, { DELINEA_TIMEOUT_SECONDS: 'abc' }, '"timeout_seconds" must be a number', 'Correct DELINEA_TIMEOUT_SECONDS.'],
    [{}, { DELINEA_RETRIES: '1.5' }, '"retries" must be an integer', 'Correct DELINEA_RETRIES.'],
    [{}, { DELINEA_ALLOW_REMOVALS: '-1' }, '"allow_removals" must be at least 0', 'Correct DELINEA_ALLOW_REMOVALS.'],
    [{ concurrency: 65 }, {}, '"concurrency" must be at most 64', 'in the provider block, or remove it there and set'],
    [
      { timeoutSeconds: 9_999_999 },
      {},
      '"timeout_seconds" must be at most 2147483',
      'in the provider block, or remove it there',
    ],
    [{ timeoutSeconds: 0 }, {}, '"timeout_seconds" must be more than 0', 'in the provider block, or remove it there'],
    [{ allowDelete: 'yes' }, { DELINEA_ALLOW_DELETE: 'true' }, 'must be true or false', 'Correct it in the provider'],
  ])('error: names the setting and its source for %j and %j', (block, env, message, hint) => {
    const error = fault({ tenant: 'acme', ...block }, env);
    expect(error.message).toContain(message);
    expect(error.hint).toContain(hint);
  });

  test('error: names the environment variable of an invalid setting', () => {
    expect(fault({ tenant: 'acme' }, { DELINEA_RETRIES: 'many' }).hint).toContain('DELINEA_RETRIES');
  });

  test('routing: throws when the surface does not serve the kind', () => {
    const error = fault({ tenant: 'acme', routing: [{ kind: 'container', surface: 'platform-rest' }] });
    expect(error).toMatchObject({ code: 'unserved', path: 'routing.container' });
    expect(error.hint).toContain('scim-cloud');
  });

  test.each([
    'http://acme.delinea.app',
    'http://10.0.0.1',
    'http://localhost.evil.example',
    'ftp://localhost',
    'https://user:hunter2@acme.delinea.app',
    'https://:hunter2@acme.delinea.app',
    'https://acme.delinea.app/?token=hunter2',
    'https://acme.delinea.app/#hunter2',
    'acme.delinea.app',
  ])('URL: throws for %s in every setting', (url) => {
    const blocks = [
      { url },
      { tenant: 'acme', surfaces: [{ name: 'platform-rest', baseUrl: url }] },
      { tenant: 'acme', surfaces: [{ name: 'platform-rest', tokenUrl: url }] },
    ];
    for (const block of blocks) {
      const { code, message, hint } = fault(block);
      expect(code).toBe('settings_invalid');
      expect(message + hint).not.toContain('hunter2');
    }
  });

  test.each(['http://localhost:8080', 'http://127.0.0.1:1', 'http://[::1]:1', 'https://acme.example/base/'])(
    'URL: accepts %s',
    (url) => {
      expect(readSettings({ url }, {}).url).toBe(url.replace(/\/$/, ''));
    },
  );
});

test('surfaces: override base URL, token URL and scopes of a surface', () => {
  const row = {
    name: 'platform-rest',
    baseUrl: 'https://api.example/v9/',
    tokenUrl: 'https://id.example/token',
    readScope: 'r',
    writeScope: 'w',
    adminScope: 'a',
    idSpace: 'mine',
  };
  const { surfaces } = readSettings({ tenant: 'acme', surfaces: [row] }, {});
  expect(surfaces['platform-rest']).toMatchObject({
    baseUrl: 'https://api.example/v9',
    tokenUrl: 'https://id.example/token',
    auth: { scopes: { read: 'r', write: 'w', admin: 'a' } },
    idSpace: 'mine',
  });
  expect(surfaces['scim-cloud']).toMatchObject({
    baseUrl: 'https://acme.delinea.app/scim/v2',
    tokenUrl: 'https://acme.delinea.app/identity/api/oauth2/token/xpmplatform',
  });
});
