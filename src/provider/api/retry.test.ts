import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Settings } from '../settings/settings.js';
import { retryPause } from './retry.js';
import { NOBODY, open, type Reply, type Seen, serveApi, type TestServer } from './test-server.fixture.js';

let server: TestServer | undefined;
beforeEach(() => {
  jest.spyOn(Math, 'random').mockReturnValue(0);
});
afterEach(async () => {
  jest.restoreAllMocks();
  await server?.close();
});

/** A tenant whose API gives these replies in turn, the last one for ever. */
async function answering(replies: readonly Reply[], block = {}) {
  let count = 0;
  const started = await serveApi(() => replies[Math.min(count++, replies.length - 1)]!);
  server = started;
  const tenant = await open(started.url, block);
  const users = tenant.collection('user');
  const sent = () => started.seen.filter(({ url }: Seen) => !url.startsWith('/identity/')).length;
  return { users, cost: tenant.cost, sent };
}

const took = async (work: () => Promise<unknown>) => {
  const start = performance.now();
  await work();
  return performance.now() - start;
};

const THROTTLED: Reply = { status: 429, body: { message: 'slow down' } };
const FAILED: Reply = { status: 503, body: { message: 'busy' } };
const throttledFor = (retryAfter: string): Reply => ({ ...THROTTLED, headers: { 'retry-after': retryAfter } });

describe('retryPause: 429', () => {
  test('read: is retried after a 429, and every attempt is counted', async () => {
    const { users, cost, sent } = await answering([THROTTLED, THROTTLED, NOBODY]);
    expect(await users.list()).toEqual([]);
    expect(sent()).toBe(3);
    expect(cost).toEqual({ lists: 3, gets: 0, writes: 0, tokens: 1, waits: 2 });
  });

  test('write: is retried after a 429, which was rejected before execution', async () => {
    const { users, cost } = await answering([THROTTLED, { status: 201, body: { id: 7 } }]);
    expect(await users.create({ userName: 'x' })).toBe('7');
    expect(cost).toMatchObject({ writes: 2, waits: 1 });
  });

  test('read: is an error when the 429s do not end', async () => {
    const { users, cost, sent } = await answering([THROTTLED], { retries: 2 });
    await expect(users.list()).rejects.toMatchObject({
      code: 'throttled',
      status: 429,
      message: expect.stringContaining('slow down'),
    });
    expect([sent(), cost.waits]).toEqual([3, 2]);
  });

  test('read: is an error at once when no retries are allowed', async () => {
    const { users, sent } = await answering([THROTTLED], { retries: 0 });
    await expect(users.list()).rejects.toMatchObject({ code: 'throttled' });
    expect(sent()).toBe(1);
  });

  test.each([
    ['seconds', () => '1', 1000],
    ['a date', () => new Date(Date.now() + 1999).toUTCString(), 900],
  ])('Retry-After: is waited for when it is in %s', async (_, retryAfter, least) => {
    const { users, cost } = await answering([throttledFor(retryAfter()), NOBODY]);
    const time = await took(() => users.list());
    expect(time).toBeGreaterThanOrEqual(least - 20);
    expect(time).toBeLessThan(4000);
    expect(cost.waits).toBe(1);
  });

  test.each(['soon', '', '-5', '0', 'Thu, 01 Jan 1970 00:00:00 GMT'])(
    'Retry-After "%s" means backoff',
    async (text) => {
      const { users, cost } = await answering([throttledFor(text), NOBODY]);
      expect(await took(() => users.list())).toBeLessThan(3000);
      expect(cost.waits).toBe(1);
    },
  );

  test('Retry-After: is reported as an error beyond five minutes', async () => {
    const { users, cost, sent } = await answering([throttledFor('301')]);
    await expect(users.list()).rejects.toMatchObject({ code: 'throttled' });
    expect([sent(), cost.waits]).toEqual([1, 0]);
  });

  test('backoff: doubles, with full jitter', async () => {
    jest.spyOn(Math, 'random').mockReturnValue(0.5);
    const { users } = await answering([THROTTLED, THROTTLED, NOBODY]);
    const time = await took(() => users.list());
    expect(time).toBeGreaterThanOrEqual(740);
    expect(time).toBeLessThan(4000);
  });
});

describe('retryPause: reads', () => {
  test.each<[string, Reply]>([
    ['a 500', { status: 500 }],
    ['a 503 with a body', FAILED],
    ['an HTML 502', { status: 502, headers: { 'content-type': 'text/html' }, body: '<html>Bad Gateway</html>' }],
    ['a reset connection', { instead: 'reset' }],
    ['an answer that breaks off', { ...NOBODY, instead: 'break' }],
    [
      'a body cut off with headers that look right',
      { body: '{"data":[{"id":"1","userN', headers: { 'content-type': 'application/json' } },
    ],
    ['an empty body', {}],
  ])('read: is repeated after %s', async (_, reply) => {
    const { users, cost, sent } = await answering([reply, NOBODY]);
    expect(await users.list()).toEqual([]);
    expect([sent(), cost.lists, cost.waits]).toEqual([2, 2, 1]);
  });

  const CUT_OFF: Reply = { body: '{"data":[{"id":"1","userN', headers: { 'content-type': 'application/json' } };

  test('read: is sent a fourth time when three bodies were truncated', async () => {
    const { users, cost, sent } = await answering([CUT_OFF, CUT_OFF, CUT_OFF, NOBODY]);
    expect(await users.list()).toEqual([]);
    expect([sent(), cost.lists, cost.waits]).toEqual([4, 4, 3]);
  });

  test.each([
    ['more retries are allowed', { retries: 9 }, 4],
    ['fewer are', { retries: 2 }, 3],
    ['none are', { retries: 0 }, 1],
  ])('read: is an error when every body is truncated, %s', async (_, block, requests) => {
    const { users, sent } = await answering([CUT_OFF], block);
    await expect(users.list()).rejects.toMatchObject({ code: 'malformed_response', uncertain: false });
    expect(sent()).toBe(requests);
  });

  test('read: is repeated after a time-out', async () => {
    const { users, sent } = await answering([{ instead: 'hang' }, NOBODY], { timeoutSeconds: 0.2 });
    expect(await users.list()).toEqual([]);
    expect(sent()).toBe(2);
  });

  test.each<[string, Reply, object]>([
    ['server_error', { status: 500 }, { status: 500 }],
    ['host_unreachable', { instead: 'reset' }, {}],
    ['timed_out', { instead: 'hang' }, {}],
    ['malformed_response', { body: '{"data":' }, { status: 200 }],
    ['malformed_response', { body: 'null' }, { status: 200 }],
    ['malformed_response', { body: '[]' }, { status: 200 }],
    ['malformed_response', { status: 204 }, { status: 204 }],
  ])('read: is %s and not uncertain when every attempt fails', async (code, reply, more) => {
    const { users } = await answering([reply], { timeoutSeconds: 0.1, retries: 1 });
    await expect(users.list()).rejects.toMatchObject({ name: 'DelineaError', code, uncertain: false, ...more });
    await expect(users.get('7')).rejects.toMatchObject({ name: 'DelineaError', code, uncertain: false, ...more });
  });

  test('read: is the rejection when it follows a truncated body', async () => {
    const { users } = await answering([{ body: '{' }, { status: 403, body: { message: 'no' } }]);
    await expect(users.list()).rejects.toMatchObject({ code: 'forbidden' });
  });
});

describe('retryPause: writes', () => {
  test.each<[string, string, Reply]>([
    ['a 500', 'server_error', { status: 500 }],
    ['an HTML 502', 'server_error', { status: 502, body: '<html></html>' }],
    ['a reset connection', 'host_unreachable', { instead: 'reset' }],
    ['an answer that breaks off', 'host_unreachable', { body: { id: '7', userName: 'x' }, instead: 'break' }],
    ['a time-out', 'timed_out', { instead: 'hang' }],
    ['a success that cannot be read', 'malformed_response', { status: 201, body: '{"id":' }],
    ['a success that is nested too deeply', 'malformed_response', { status: 201, body: '['.repeat(100) }],
    ['a success that is a page', 'wrong_surface', { status: 200, body: '<html></html>' }],
  ])('write: is sent once and uncertain after %s', async (_, code, reply) => {
    const { users, sent, cost } = await answering([reply], { timeoutSeconds: 0.2 });
    await expect(users.create({ userName: 'x' })).rejects.toMatchObject({
      name: 'DelineaError',
      code,
      uncertain: true,
    });
    expect([sent(), cost.waits]).toEqual([1, 0]);
  });

  test.each([400, 401, 403, 409, 422, 429])('write: is not uncertain after a %d', async (status) => {
    const { users } = await answering([{ status }], { retries: 0 });
    await expect(users.create({ userName: 'x' })).rejects.toMatchObject({ status, uncertain: false });
  });

  test('write: is not uncertain when no connection was made', async () => {
    const gone = await serveApi(() => NOBODY);
    await gone.close();
    const groups = (await open(gone.url)).collection('group');
    await expect(groups.create({ displayName: 'x' })).rejects.toMatchObject({
      code: 'host_unreachable',
      message: expect.stringContaining('ECONNREFUSED'),
      uncertain: false,
    });
  });
});

test('retryPause: does not wait longer than the run may still wait', () => {
  const throttled = { status: 429, contentType: '', text: '', retryAfter: '10' };
  expect(retryPause(throttled, 1, { retries: 6 } as Settings, true, 10_000)).toBeGreaterThanOrEqual(10_000);
  expect(retryPause(throttled, 1, { retries: 6 } as Settings, true, 9_999)).toBeUndefined();
});
