import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
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

describe('a 429', () => {
  test('is waited out, and every attempt is counted as the tenant counts it', async () => {
    const { users, cost, sent } = await answering([THROTTLED, THROTTLED, NOBODY]);
    expect(await users.list()).toEqual([]);
    expect(sent()).toBe(3);
    expect(cost).toEqual({ lists: 3, gets: 0, writes: 0, tokens: 1, waits: 2 });
  });

  test('is waited out for writes too, since it was refused before execution', async () => {
    const { users, cost } = await answering([THROTTLED, { status: 201, body: { id: 7 } }]);
    expect(await users.create({ userName: 'x' })).toBe('7');
    expect(cost).toMatchObject({ writes: 2, waits: 1 });
  });

  test('is reported when it does not end', async () => {
    const { users, cost, sent } = await answering([THROTTLED], { retries: 2 });
    await expect(users.list()).rejects.toMatchObject({
      code: 'throttled',
      status: 429,
      message: expect.stringContaining('slow down'),
    });
    expect([sent(), cost.waits]).toEqual([3, 2]);
  });

  test('no retries: reported at once', async () => {
    const { users, sent } = await answering([THROTTLED], { retries: 0 });
    await expect(users.list()).rejects.toMatchObject({ code: 'throttled' });
    expect(sent()).toBe(1);
  });

  test.each([
    ['seconds', () => '1', 1000],
    ['a date', () => new Date(Date.now() + 1999).toUTCString(), 900],
  ])('Retry-After in %s is kept', async (_, retryAfter, least) => {
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

  test('a pause beyond five minutes is reported instead of kept', async () => {
    const { users, cost, sent } = await answering([throttledFor('301')]);
    await expect(users.list()).rejects.toMatchObject({ code: 'throttled' });
    expect([sent(), cost.waits]).toEqual([1, 0]);
  });

  test('the backoff doubles and the jitter is full', async () => {
    jest.spyOn(Math, 'random').mockReturnValue(0.5);
    const { users } = await answering([THROTTLED, THROTTLED, NOBODY]);
    const time = await took(() => users.list());
    expect(time).toBeGreaterThanOrEqual(740);
    expect(time).toBeLessThan(4000);
  });
});

describe('a read', () => {
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
  ])('goes out again after %s', async (_, reply) => {
    const { users, cost, sent } = await answering([reply, NOBODY]);
    expect(await users.list()).toEqual([]);
    expect([sent(), cost.lists, cost.waits]).toEqual([2, 2, 1]);
  });

  const CUT_OFF: Reply = { body: '{"data":[{"id":"1","userN', headers: { 'content-type': 'application/json' } };

  test('whose body is cut off three times is made a fourth time', async () => {
    const { users, cost, sent } = await answering([CUT_OFF, CUT_OFF, CUT_OFF, NOBODY]);
    expect(await users.list()).toEqual([]);
    expect([sent(), cost.lists, cost.waits]).toEqual([4, 4, 3]);
  });

  test.each([
    ['more retries are allowed', { retries: 9 }, 4],
    ['fewer are', { retries: 2 }, 3],
    ['none are', { retries: 0 }, 1],
  ])('whose body is always cut off is given up after that, where %s', async (_, block, requests) => {
    const { users, sent } = await answering([CUT_OFF], block);
    await expect(users.list()).rejects.toMatchObject({ code: 'malformed_response', uncertain: false });
    expect(sent()).toBe(requests);
  });

  test('goes out again after a time-out', async () => {
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
  ])('that never gets better is %s, and never uncertain', async (code, reply, more) => {
    const { users } = await answering([reply], { timeoutSeconds: 0.1, retries: 1 });
    await expect(users.list()).rejects.toMatchObject({ name: 'DelineaError', code, uncertain: false, ...more });
    await expect(users.get('7')).rejects.toMatchObject({ name: 'DelineaError', code, uncertain: false, ...more });
  });

  test('that is refused after a cut-off body is the refusal', async () => {
    const { users } = await answering([{ body: '{' }, { status: 403, body: { message: 'no' } }]);
    await expect(users.list()).rejects.toMatchObject({ code: 'forbidden' });
  });
});

describe('a write', () => {
  test.each<[string, string, Reply]>([
    ['a 500', 'server_error', { status: 500 }],
    ['an HTML 502', 'server_error', { status: 502, body: '<html></html>' }],
    ['a reset connection', 'host_unreachable', { instead: 'reset' }],
    ['an answer that breaks off', 'host_unreachable', { body: { id: '7', userName: 'x' }, instead: 'break' }],
    ['a time-out', 'timed_out', { instead: 'hang' }],
    ['a success that cannot be read', 'malformed_response', { status: 201, body: '{"id":' }],
    ['a success that is a page', 'wrong_surface', { status: 200, body: '<html></html>' }],
  ])('is sent once and uncertain after %s', async (_, code, reply) => {
    const { users, sent, cost } = await answering([reply], { timeoutSeconds: 0.2 });
    await expect(users.create({ userName: 'x' })).rejects.toMatchObject({
      name: 'DelineaError',
      code,
      uncertain: true,
    });
    expect([sent(), cost.waits]).toEqual([1, 0]);
  });

  test.each([400, 401, 403, 409, 422, 429])('was not executed after a %d', async (status) => {
    const { users } = await answering([{ status }], { retries: 0 });
    await expect(users.create({ userName: 'x' })).rejects.toMatchObject({ status, uncertain: false });
  });

  test('was not executed where no connection was made', async () => {
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
