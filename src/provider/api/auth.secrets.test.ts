import { afterEach, describe, expect, test } from '@jest/globals';
import { NOBODY, open, type Reply, type Seen, serve, type TestServer } from './test-server.fixture.js';

const running: TestServer[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.close()));
});

async function tenantWith(token: Reply, reply: (seen: Seen) => Reply = () => NOBODY) {
  const server = await serve((seen) => (seen.url.includes('token') ? token : reply(seen)));
  running.push(server);
  return { server, users: (await open(server.url, { retries: 0 })).collection('user') };
}

const messageOf = async (work: Promise<unknown>): Promise<string> => {
  const error = await work.catch((thrown: Error) => thrown);
  return (error as Error).message;
};

describe('token errors', () => {
  test.each<[string, Reply, string]>([
    [
      'the registered fields',
      { body: { error: 'invalid_client', error_description: 'no client-secret here', error_uri: 'https://e.example' } },
      'no [secret] here https://e.example',
    ],
    ['a registered code', { body: { error: 'invalid_client', request: 'secret=client-secret' } }, 'invalid_client'],
    ['no code of other characters', { body: { error: 'client_secret="x"\n' } }, 'refused'],
    [
      'no other field',
      { body: { message: 'grant for bob', detail: 'bob', Message: 'bob', scimType: 'bob' } },
      'refused',
    ],
    ['no plain text', { body: 'grant_type=x&password=bob', headers: { 'content-type': 'text/plain' } }, 'refused'],
    ['no long text', { body: { error_description: 'bob '.repeat(100_000) } }, 'refused'],
  ])('repeat %s', async (_, reply, reason) => {
    const { users } = await tenantWith({ status: 400, ...reply });
    expect(await messageOf(users.list())).toMatch(`: ${reason} (HTTP 400 from http://127.0.0.1`);
  });
});

describe('issued tokens', () => {
  test('are sent without the line break at their end', async () => {
    const { users, server } = await tenantWith({ body: { access_token: 'granted-token\r\n' } });
    expect(await users.list()).toEqual([]);
    expect(server.seen.at(-1)!.headers.authorization).toBe('Bearer granted-token');
  });

  test.each(['granted\ntoken', 'granted token', 'gränted-token', '\n'])(
    'are refused when no header can carry them: %j',
    async (token) => {
      const { users } = await tenantWith({ body: { access_token: token } });
      const message = await messageOf(users.list());
      expect(message).toContain('no token for scope');
      expect(message).not.toMatch(/gr.nted|connection/);
    },
  );

  test.each(['access_token', 'refresh_token', 'id_token'])(
    'are hidden in every later text, however encoded: %s',
    async (name) => {
      const token = 'eyJ0b2tlbiI.from+the/service';
      const texts = [token, encodeURIComponent(token), Buffer.from(`Bearer ${token}`).toString('base64')];
      const { users } = await tenantWith({ body: { access_token: 'granted-token', [name]: token } }, () => ({
        status: 403,
        body: { message: texts.join(' ') },
      }));
      const message = await messageOf(users.list());
      expect(message).toContain('[secret] [secret] ');
      for (const text of texts) expect(message).not.toContain(text);
    },
  );
});
