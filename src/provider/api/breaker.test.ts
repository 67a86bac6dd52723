import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { Breaker, type Verdict } from './breaker.js';
import { NOBODY, open, type Reply, type Seen, serve, serveApi, type TestServer } from './test-server.fixture.js';

let server: TestServer | undefined;
beforeEach(() => {
  jest.spyOn(Math, 'random').mockReturnValue(0);
});
afterEach(async () => {
  jest.restoreAllMocks();
  await server?.close();
});

const isToken = ({ url }: Seen) => url.startsWith('/identity/');

/** A tenant whose API gives these replies in turn, the last one for ever. */
async function answering(replies: readonly Reply[], block = {}) {
  let count = 0;
  const started = await serveApi(() => replies[Math.min(count++, replies.length - 1)]!);
  server = started;
  const tenant = await open(started.url, { retries: 0, timeoutSeconds: 0.2, ...block });
  const sent = () => started.seen.filter((seen) => !isToken(seen)).length;
  return { tenant, users: tenant.collection('user'), groups: tenant.collection('group'), sent };
}

const codesOf = async (count: number, request: () => Promise<unknown>) => {
  const codes: string[] = [];
  for (let index = 0; index < count; index++) {
    codes.push(
      await request().then(
        () => 'ok',
        (error) => error.code,
      ),
    );
  }
  return codes;
};

const FAILED: Reply = { status: 503, body: { message: 'busy' } };
const STOP =
  'stopped after 5 errors in a row of the Platform REST, 15 fewer than the 20 at which the on-prem connector disables itself for all clients';

describe('Breaker: five errors in a row', () => {
  test('send: stops after five failed attempts of one read', async () => {
    const { users, sent } = await answering([FAILED], { retries: 8 });
    await expect(users.list()).rejects.toMatchObject({
      code: 'stopped',
      status: 503,
      message: `user list: busy (HTTP 503, Platform REST); ${STOP}`,
      hint: expect.stringMatching(/run again/i),
    });
    await expect(users.get('7')).rejects.toMatchObject({ code: 'stopped', message: STOP });
    await expect(users.create({ userName: 'x' })).rejects.toMatchObject({ code: 'stopped', uncertain: false });
    expect(sent()).toBe(5);
  });

  test.each<[string, string, Reply]>([
    ['a 500', 'server_error', { status: 500 }],
    ['a reset connection', 'host_unreachable', { instead: 'reset' }],
    ['an answer that breaks off', 'host_unreachable', { ...NOBODY, instead: 'break' }],
    ['a time-out', 'timed_out', { instead: 'hang' }],
    ['a page', 'wrong_surface', { body: '<html>log in</html>' }],
    ['a 404 that is a page', 'wrong_surface', { status: 404, body: '<html>nothing here</html>' }],
    ['a redirect', 'wrong_surface', { status: 302, headers: { location: '/login' } }],
    ['a body that cannot be read', 'malformed_response', { body: '{"data":[' }],
    ['an empty body', 'malformed_response', {}],
  ])('send: stops after five errors when each is %s', async (_, code, reply) => {
    const { users, sent } = await answering([reply]);
    expect(await codesOf(7, () => users.list())).toEqual([code, code, code, code, 'stopped', 'stopped', 'stopped']);
    expect(sent()).toBe(5);
  });

  test('send: keeps a write uncertain when it was the fifth error', async () => {
    const { users } = await answering([FAILED]);
    await codesOf(4, () => users.list());
    await expect(users.create({ userName: 'x' })).rejects.toMatchObject({
      code: 'stopped',
      uncertain: true,
      message: expect.stringContaining('15 fewer than the 20'),
    });
  });

  test('pause: ends for every waiting request', async () => {
    const patient: Reply = { status: 429, headers: { 'retry-after': '250' }, body: { message: 'slow down' } };
    const { users, groups, sent } = await answering([patient, patient, FAILED], { retries: 4, concurrency: 8 });
    const waiting = [users.list(), users.list()].map((list) => list.catch((error) => error));
    while (sent() < 2) await new Promise((resolve) => setImmediate(resolve));
    await expect(users.get('7')).rejects.toMatchObject({ code: 'stopped' });
    for (const error of await Promise.all(waiting)) {
      expect(error).toMatchObject({ code: 'stopped', message: expect.stringContaining('slow down') });
    }
    expect(sent()).toBe(7);
    // Another service is counted for itself.
    await expect(groups.list()).rejects.toMatchObject({
      message: expect.stringContaining('after 5 errors in a row of the Platform SCIM (static token), 15 fewer'),
    });
    expect(sent()).toBe(12);
  });

  test('send: stops the token service without a request to the surface', async () => {
    server = await serve(() => FAILED);
    const tenant = await open(server.url, { retries: 8, concurrency: 16 });
    const lists = Array.from({ length: 40 }, () => tenant.collection('user').list());
    for (const ending of await Promise.allSettled(lists)) {
      expect(ending).toMatchObject({
        status: 'rejected',
        reason: { code: 'stopped', message: expect.stringMatching(/5 errors in a row of the token service of the Pl/) },
      });
    }
    expect(server.seen.filter(isToken)).toHaveLength(5);
    expect(server.seen).toHaveLength(5);
  });
});

describe('Breaker: counting', () => {
  test('count: starts again after a success', async () => {
    const four = [FAILED, FAILED, FAILED, FAILED, NOBODY];
    const { users, sent } = await answering([...four, ...four, ...four]);
    expect((await codesOf(15, () => users.list())).filter((code) => code === 'ok')).toHaveLength(3);
    expect(sent()).toBe(15);
  });

  test.each([400, 401, 403, 404, 409, 429])('count: is unchanged by a %d', async (status) => {
    const refusal: Reply = { status, body: { message: 'no' } };
    const { users, sent } = await answering([FAILED, FAILED, refusal, FAILED, refusal, FAILED, refusal, FAILED]);
    const create = () => users.create({ userName: 'x' });
    const codes = await codesOf(9, create);
    expect(codes.slice(-2)).toEqual(['stopped', 'stopped']);
    expect(codes.filter((code) => code === 'stopped')).toHaveLength(2);
    expect(sent()).toBe(8);
  });

  test('count: is unchanged by rejections', async () => {
    const { users, sent } = await answering([{ status: 404, body: { message: 'gone' } }]);
    expect(await codesOf(30, () => users.get('7'))).toEqual(Array(30).fill('ok'));
    expect(sent()).toBe(30);
  });

  test('count: stays below 20 when 64 workers fail at once, and is reported', async () => {
    const { users, sent } = await answering([FAILED], { concurrency: 64, retries: 8 });
    const endings = await Promise.all(Array.from({ length: 200 }, () => users.list().catch((error) => error.message)));
    expect(sent()).toBeGreaterThanOrEqual(5);
    expect(sent()).toBeLessThanOrEqual(15);
    const told = `stopped after ${sent()} errors in a row of the Platform REST, ${20 - sent()} fewer than the 20 `;
    expect(endings.filter((message) => !message.includes(told))).toEqual([]);
  });
});

/** Attempts that end when and how the test says. */
function attempts(breaker: Breaker) {
  const running: ((verdict: Verdict) => void)[] = [];
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  const start = (count: number) =>
    Array.from({ length: count }, () =>
      breaker
        .send(
          () => new Promise<Verdict>((resolve) => running.push(resolve)),
          (verdict) => verdict,
        )
        .catch((error) => error),
    );
  /** The verdict for the oldest that is running; then, how many have been started in all. */
  let ended = 0;
  const end = async (verdict: Verdict) => {
    running[ended++]!(verdict);
    await settle();
    return running.length;
  };
  return { start, end, settle, running };
}

describe('Breaker: after an error', () => {
  test('send: runs one request at a time until a later one succeeds', async () => {
    const { start, end, settle, running } = attempts(new Breaker('service'));
    start(40);
    await settle();
    expect(running).toHaveLength(15);
    expect(await end('failing')).toBe(15);
    // Thirteen that were under way: their success is not news.
    for (let index = 0; index < 13; index++) expect(await end('works')).toBe(15);
    expect(await end('works')).toBe(16);
    expect(await end('refused')).toBe(17);
    expect(await end('failing')).toBe(18);
    expect(await end('works')).toBe(33);
  });

  test('reason: counts the errors of requests in flight', async () => {
    const { start, end, settle } = attempts(new Breaker('service'));
    const sent = start(7);
    const [late] = start(20).slice(-1);
    await settle();
    let told = false;
    void late!.then(() => {
      told = true;
    });
    for (let index = 0; index < 14; index++) await end('failing');
    expect(told).toBe(false);
    await end('failing');
    expect(await late).toMatchObject({ code: 'stopped', message: expect.stringMatching(/after 15 errors.*, 5 fewer/) });
    expect(await Promise.all(sent)).toEqual(Array(7).fill('failing'));
  });
});
