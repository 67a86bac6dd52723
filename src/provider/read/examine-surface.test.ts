import { afterEach, describe, expect, test } from '@jest/globals';
import { open, type Reply, serve, type TestServer } from '../api/test-server.fixture.js';
import { surfaces } from '../settings/surfaces.js';
import { examineSurface } from './examine-surface.js';

let server: TestServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

const GRANT: Reply = { body: { access_token: 'granted-access-token', expires_in: 3600 } };
const named = (index: number) => ({
  id: `${index}`,
  userName: `u${index}`,
  displayName: `g${index}`,
  name: `f${index}`,
});
const scimList = (total: number, returned = total): Reply => ({
  body: { totalResults: total, Resources: Array.from({ length: returned }, (_, index) => named(index)) },
});
const restList = (total: number): Reply => ({
  body: { data: Array.from({ length: total }, (_, index) => named(index)), total },
});
const records = (...rows: object[]): Reply => ({ body: { records: rows, total: rows.length } });
const refused = (status: number): Reply => ({ status, body: { detail: 'Refused.' } });

/** Examines a surface of a server that has these responses by a part of the URL; the first that matches counts. */
async function examine(name: string, replies: Readonly<Record<string, Reply>>, block: Record<string, unknown> = {}) {
  await server?.close();
  server = await serve(({ url }) => {
    const part = Object.keys(replies).find((each) => url.includes(each));
    return part === undefined ? refused(404) : replies[part]!;
  });
  const secretServer = {
    secretServerUrl: `${server.url}/SecretServer`,
    secretServerUser: 'api',
    secretServerPassword: 'api-password',
  };
  const tenant = await open(server.url, { retries: 0, timeoutSeconds: 0.3, ...secretServer, ...block });
  return examineSurface(tenant, surfaces[name]!);
}

const requests = () => server!.seen.map(({ method, url }) => `${method} ${url.replace(/\?.*/, '')}`);

describe('examineSurface: a surface that cannot be used', () => {
  test.each<readonly [what: string, reply: Reply, state: string, cause: string | undefined]>([
    ['an HTML page', { headers: { 'content-type': 'text/html' }, body: '<html></html>' }, 'absent', 'SSO'],
    ['a redirect', { status: 302, headers: { location: '/login' } }, 'absent', 'SSO'],
    ['a 404', refused(404), 'absent', 'SSO'],
    ['a 401', refused(401), 'denied', 'The token was replaced'],
    ['a 500', refused(500), 'failing', undefined],
    ['a 429', refused(429), 'unusable', undefined],
    ['other JSON', { body: { records: [] } }, 'unusable', undefined],
    ['a closed connection', { instead: 'reset' }, 'unreachable', undefined],
    ['no response', { instead: 'hang' }, 'unreachable', undefined],
  ])('%s: the surface is given up after one request', async (_, reply, state, cause) => {
    const found = await examine('platform-scim', { '/scim/v2': reply });
    expect(requests()).toEqual(['GET /scim/v2/Users']);
    expect(found).toMatchObject({ state, seen: [], unread: ['group list', 'service provider configuration'] });
    expect(found.reachable).toBe(state === 'denied');
    expect(found.accepted).toBe(state === 'denied' ? false : undefined);
    expect(found.problems).toHaveLength(1);
    expect(found.problems[0]!.cause ?? '').toContain(cause ?? '');
    expect(found.problems[0]!.cause === undefined).toBe(cause === undefined);
    expect(found.problems[0]!.fix).toMatch(/\w/);
  });

  test.each<readonly [what: string, reply: Reply, state: string]>([
    ['denied', { status: 401, body: { error: 'invalid_client' } }, 'denied'],
    ['an HTML page', { headers: { 'content-type': 'text/html' }, body: '<html></html>' }, 'absent'],
    ['a 503', refused(503), 'failing'],
  ])('token: %s: it is requested once', async (_, reply, state) => {
    const found = await examine('platform-rest', { '/identity': reply });
    expect(requests()).toEqual(['POST /identity/connect/token']);
    expect(found).toMatchObject({ state, unread: ['group list', 'role list'] });
  });

  test('token: rejected twice by the API: no further request', async () => {
    const found = await examine('platform-rest', { '/identity': GRANT, '/api/v1': refused(401) });
    expect(found.state).toBe('denied');
    expect(requests().filter((each) => each.startsWith('GET'))).toHaveLength(2);
  });

  test('unset credentials: nothing is sent, and the variables of each way to a token are named', async () => {
    const none = { secretServerUser: '', secretServerPassword: undefined, clientId: '', clientSecret: undefined };
    const found = await examine('secret-server', {}, none);
    expect(requests()).toEqual([]);
    expect(found).toMatchObject({ state: 'unset', reachable: undefined, accepted: undefined });
    expect(found.unset).toEqual([
      ['DELINEA_SECRET_SERVER_USER', 'DELINEA_SECRET_SERVER_PASSWORD'],
      ['DELINEA_SECRET_SERVER_CLIENT_ID', 'DELINEA_SECRET_SERVER_CLIENT_SECRET'],
      ['DELINEA_CLIENT_ID', 'DELINEA_CLIENT_SECRET'],
    ]);
  });

  test('unset host: nothing is sent', async () => {
    const found = await examine('scim-connector', {});
    expect(found).toMatchObject({ state: 'unset', url: undefined, unset: [['DELINEA_CONNECTOR_URL']] });
    expect(requests()).toEqual([]);
  });
});

describe('examineSurface: missing permissions', () => {
  test('one list: the others are read', async () => {
    const found = await examine('platform-scim', {
      '/Users': refused(403),
      '/Groups': scimList(2),
      '/Service': { body: { patch: { supported: false }, filter: { supported: true, maxResults: 50 } } },
    });
    expect(found).toMatchObject({
      state: 'works',
      accepted: true,
      seen: [{ kind: 'group', total: 2 }],
      features: { patch: false, filter: true, bulk: undefined, maxResults: 50 },
      problems: [{ what: 'user list', symptom: 'forbidden', code: 'forbidden' }],
      unread: [],
    });
  });

  test('every list: at most four failing requests, and neither address nor credentials are proven', async () => {
    const found = await examine('secret-server', { '/oauth2': GRANT, '/api/v1': refused(403) });
    expect(requests().filter((each) => each.startsWith('GET'))).toHaveLength(3);
    expect(found).toMatchObject({ state: 'forbidden', accepted: undefined, unread: ['container list'] });
    expect(found.problems.map(({ what }) => what)).toEqual(['user list', 'group list', 'role list']);
  });
});

describe('examineSurface: a surface that works', () => {
  test('a path that the tenant lacks is one problem', async () => {
    const found = await examine('platform-rest', { '/identity': GRANT, '/users': restList(2), '/groups': restList(0) });
    expect(found).toMatchObject({
      state: 'works',
      scope: 'delinea:api:read',
      seen: [
        { kind: 'user', total: 2 },
        { kind: 'group', total: 0 },
      ],
      problems: [{ what: 'role list', symptom: 'absent' }],
    });
  });

  test('page size: shows whether the service returned as many as there are', async () => {
    const found = await examine('platform-scim', {
      '/Users': scimList(300, 50),
      '/Groups': scimList(7),
      '/Service': { body: {} },
    });
    expect(found.seen.map(({ page }) => page)).toEqual([
      { requested: 100, returned: 50, honoured: false },
      { requested: 100, returned: 7, honoured: true },
    ]);
  });

  test('folders: counts those that the account owns', async () => {
    const folder = { id: 7, folderName: 'prod', parentFolderId: -1 };
    const found = await examine('secret-server', {
      '/oauth2': GRANT,
      'permissionRequired=Owner': records(folder),
      '/folders': records(folder, { ...folder, id: 8 }),
      '/api/v1': records(),
    });
    expect(found.seen.at(-1)).toMatchObject({ kind: 'container', total: 2, owned: 1 });
    const connector = await examine('scim-cloud', { '/identity': GRANT, '/scim/v2': scimList(0) });
    expect(connector.seen.at(-1)).toMatchObject({ kind: 'container', total: 0, owned: 0 });
  });

  test('users that another product keeps are counted, with the field that shows it', async () => {
    const user = (id: number, externalUserSource: string) => ({
      id,
      userName: `u${id}`,
      enabled: true,
      externalUserSource,
    });
    const found = await examine('secret-server', {
      '/oauth2': GRANT,
      '/users': records(user(1, 'None'), user(2, 'Platform')),
      '/api/v1': records(),
    });
    expect(found).toMatchObject({ state: 'works', accepted: true });
    expect(found.problems).toMatchObject([
      {
        symptom: 'kept elsewhere',
        message: 'another product keeps 1 of the first 2 users (externalUserSource: Platform)',
        cause: expect.stringContaining('unified tenant'),
      },
    ]);
  });
});
