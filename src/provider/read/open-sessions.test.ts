import { afterEach, expect, test } from '@jest/globals';
import { open, type Reply, serveApi, type TestServer } from '../api/test-server.fixture.js';
import { readOpenSessions } from './open-sessions.js';
import { openReader } from './tenant-reader.js';

let server: TestServer | undefined;
afterEach(() => server?.close());

const USER = { id: '7', userName: 'jane@x' };
const list = (...data: object[]): Reply => ({ body: { data, total: data.length, skip: 0, take: 100 } });

async function read(replies: Readonly<Record<string, Reply>>, ...surfaces: object[]) {
  server = await serveApi(({ url }) => {
    const path = Object.keys(replies).find((candidate) => url.includes(candidate));
    return path === undefined ? { status: 404, body: {} } : replies[path]!;
  });
  const tenant = await open(server.url, { retries: 0, surfaces });
  return readOpenSessions(tenant, openReader(tenant).translator, { kind: 'user', id: USER.id });
}

test('open sessions: unknown, and nothing is sent, when no surface lists them', async () => {
  expect(await read({})).toEqual([{ what: 'sessions' }, { what: 'check-outs' }]);
  expect(server!.seen).toEqual([]);
});

test('open sessions: counts entries that are not over', async () => {
  const replies = { '/sessions': list({ id: 1 }, { id: 2, active: true }, { id: 3, active: false }) };
  const found = await read(replies, { name: 'platform-rest', sessionsPath: '/sessions' });
  expect(found).toEqual([{ what: 'sessions', open: 2 }, { what: 'check-outs' }]);
  expect(decodeURIComponent(server!.seen.at(-1)!.url)).toContain("userId eq '7'");
});

test('open sessions: a failed read is reported and does not stop the other', async () => {
  const replies = { '/sessions': { status: 403, body: { message: 'not for you' } }, '/checkouts': list() };
  const paths = { name: 'platform-rest', sessionsPath: '/sessions', checkoutsPath: '/checkouts' };
  expect(await read(replies, paths)).toEqual([
    { what: 'sessions', unread: expect.stringContaining('403') },
    { what: 'check-outs', open: 0 },
  ]);
});

test('open sessions: reported as unread when a surface does not show the account', async () => {
  const replies = { '/api/v1/users/7': { body: USER }, '/scim/v2/Users': { body: { Resources: [], totalResults: 0 } } };
  expect(await read(replies, { name: 'scim-cloud', sessionsPath: '/Sessions' })).toEqual([
    { what: 'sessions', unread: 'the account is not visible on the SCIM Cloud Connector' },
    { what: 'check-outs' },
  ]);
});
