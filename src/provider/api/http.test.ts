import { afterEach, describe, expect, test } from '@jest/globals';
import { readSettings } from '../settings/settings.js';
import { type Call, type Http, percentEncode, surfaceHttp } from './http.js';
import { newCost } from './request-count.js';
import { type Reply, type Seen, serveApi, type TestServer } from './test-server.fixture.js';
import { openTransport } from './transport.js';

let server: TestServer | undefined;
afterEach(() => server?.close());

async function open(reply: (seen: Seen) => Reply): Promise<Http> {
  server = await serveApi(reply);
  const settings = readSettings({ url: server.url, clientId: 'c', clientSecret: 'client-secret', retries: 1 }, {});
  const transport = await openTransport(settings, newCost(), {});
  transport.mayWrite = true;
  return surfaceHttp(settings.surfaces['platform-rest']!, transport);
}

const call = (method: Call['method'], more: Partial<Call> = {}): Call => ({
  method,
  path: '/things',
  access: method === 'GET' ? 'read' : 'write',
  counted: 'gets',
  what: 'things',
  ...more,
});

const received = () => server!.seen.filter(({ url }) => url.startsWith('/api/'));

describe('send', () => {
  test('query: is percent-encoded, with %20 for a space', async () => {
    const http = await open(() => ({ body: {} }));
    await http.send(call('GET', { query: { filter: 'a eq "b+c"', skip: 0, keep: true } }));
    expect(received()[0]?.url).toBe('/api/v1/things?filter=a%20eq%20%22b%2Bc%22&skip=0&keep=true');
  });

  test.each(['POST', 'PATCH', 'PUT', 'DELETE'] as const)('%s: sends token and JSON body', async (method) => {
    const http = await open(() => ({ status: 204 }));
    expect(await http.send(call(method, { body: { a: 1 } }))).toBeUndefined();
    expect(received()).toMatchObject([
      {
        method,
        body: '{"a":1}',
        headers: { authorization: 'Bearer granted-access-token', 'content-type': 'application/json' },
      },
    ]);
  });

  test('read: throws when the response is empty', async () => {
    const http = await open(() => ({ status: 204 }));
    await expect(http.send(call('GET'))).rejects.toMatchObject({
      code: 'malformed_response',
      message: 'things: the response is empty',
    });
  });

  test('read: is sent again when its body was truncated, a write is not', async () => {
    let requests = 0;
    const http = await open(() => ({ body: ++requests % 2 === 1 ? '{"a":' : { a: 1 } }));
    expect(await http.send(call('GET'))).toEqual({ a: 1 });
    expect(received()).toHaveLength(2);
    await expect(http.send(call('PUT', { body: {} }))).rejects.toMatchObject({
      code: 'malformed_response',
      uncertain: true,
    });
    expect(received()).toHaveLength(3);
  });

  test('path: throws before anything is sent when it leads to another host', async () => {
    await open(() => ({ body: {} }));
    const settings = readSettings({ url: server!.url, clientId: 'c', clientSecret: 'client-secret' }, {});
    const surface = { ...settings.surfaces['platform-rest']!, baseUrl: server!.url };
    const http = surfaceHttp(surface, await openTransport(settings, newCost(), {}));
    await expect(http.send(call('GET', { path: '@evil.example/things' }))).rejects.toMatchObject({
      code: 'settings_invalid',
      message: 'things: the URL leaves the configured host',
    });
    expect(received()).toEqual([]);
  });
});

describe('percentEncode', () => {
  test.each([
    ['a/b?c#d', 'a%2Fb%3Fc%23d'],
    ['x\ud800', 'x%EF%BF%BD'],
    ['ä 𝒳', '%C3%A4%20%F0%9D%92%B3'],
  ])('%j: becomes %s', (text, encoded) => {
    expect(percentEncode(text)).toBe(encoded);
  });
});
