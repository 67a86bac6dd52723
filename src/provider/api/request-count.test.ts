import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { NOBODY, open, type Reply, serveApi, type TestServer } from './test-server.fixture.js';

let server: TestServer | undefined;
beforeEach(() => {
  // No pauses between attempts.
  jest.spyOn(Math, 'random').mockReturnValue(0);
});
afterEach(async () => {
  jest.restoreAllMocks();
  await server?.close();
});

/** A tenant that always answers so, and users to whom so many requests may be sent. */
async function answering(reply: Reply, maxRequests: number, block = {}) {
  const started = await serveApi(() => reply);
  server = started;
  const connected = async () => (await open(started.url, { maxRequests, ...block })).collection('user');
  return { connected, users: await connected(), sent: () => started.seen.length };
}

const endings = (count: number, request: () => Promise<unknown>) =>
  Promise.all(
    Array.from({ length: count }, () =>
      request().then(
        () => 'ok',
        (error) => error,
      ),
    ),
  );

const SPENT = {
  code: 'budget_spent',
  message: 'the run needs more than the 4 requests that max_requests allows',
  remedy: [{ kind: 'raise', setting: 'maxRequests' }],
  uncertain: false,
};

describe('overBudget: a limit of requests', () => {
  test.each([1, 64])(
    'overBudget: nothing is sent beyond the limit with %d workers, tokens included',
    async (concurrency) => {
      const { users, sent } = await answering(NOBODY, 4, { concurrency });
      const ended = await endings(40, () => users.list());
      expect(ended.filter((ending) => ending === 'ok')).toHaveLength(3);
      expect(ended.filter((ending) => ending !== 'ok')).toEqual(Array(37).fill(expect.objectContaining(SPENT)));
      expect(sent()).toBe(4);
    },
  );

  test('overBudget: counts retries', async () => {
    const { users, sent } = await answering({ status: 503, body: { message: 'busy' } }, 4, { retries: 20 });
    await expect(users.list()).rejects.toMatchObject(SPENT);
    expect(sent()).toBe(4);
  });

  test('overBudget: a write that was not sent is not uncertain', async () => {
    const { users, sent } = await answering(NOBODY, 4);
    await endings(3, () => users.list());
    await expect(users.create({ userName: 'x' })).rejects.toMatchObject(SPENT);
    expect(sent()).toBe(4);
  });

  test('overBudget: is never an error of the service', async () => {
    const { users } = await answering(NOBODY, 4, { concurrency: 1 });
    const ended = await endings(30, () => users.get('7'));
    expect(new Set(ended.slice(4).map(({ code }) => code))).toEqual(new Set(['budget_spent']));
  });

  test('overBudget: counts each connection separately', async () => {
    const { connected, users, sent } = await answering(NOBODY, 4);
    await endings(10, () => users.list());
    const others = await connected();
    expect(await others.list()).toEqual([]);
    expect(sent()).toBe(6);
  });
});
