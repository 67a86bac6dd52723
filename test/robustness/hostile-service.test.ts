import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import { runAgainst } from '../support/cli/hostile-run.js';
import { type Attack, restUsers, sendForEver, sendJson } from '../support/tenant/hostile-service.js';

const MEGABYTE = 2 ** 20;
const gzip = gzipSync(Buffer.alloc(10 * MEGABYTE, '0'));
const brotli = brotliCompressSync(Buffer.alloc(100 * MEGABYTE, '0'), {
  params: { [constants.BROTLI_PARAM_QUALITY]: 1 },
});
const page = (data: unknown, total: unknown) => ({ data, total, skip: 0, take: 100 });
const pageWithTotal =
  (total: unknown): Attack =>
  (_, response) =>
    sendJson(response, JSON.stringify(page(restUsers(0, 100), 0)).replace('"total":0', `"total":${total}`));
const json =
  (make: () => string): Attack =>
  (_, response) =>
    sendJson(response, make());

/** Each attack, and the start of the error that it has to end in. */
const ATTACKS: Readonly<Record<string, readonly [Attack, string]>> = {
  'a total of 10^12': [pageWithTotal(1e12), 'user list: a total of 1000000000000 is not possible'],
  'a total beyond every number': [pageWithTotal('1e999'), 'user list: a total of Infinity is not possible'],
  'a negative total': [pageWithTotal(-1), 'user list: a total of -1 is not possible'],
  'a fraction as total': [pageWithTotal(0.5), 'user list: a total of 0.5 is not possible'],
  'a text as total': [pageWithTotal('"100"'), 'user list: not a list with "data" and "total"'],
  'the same page for ever': [
    (_, response) => sendJson(response, page(restUsers(0, 100), 1000)),
    'user list of Platform REST: only 100 of 1000 objects were returned',
  ],
  'pages of one object of a million': [
    (_, response) => sendJson(response, page(restUsers(0, 1), 1e6)),
    'user list of Platform REST: more than 10000 pages',
  ],
  'a gzip bomb': [
    (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
      sendForEver(response, gzip);
    },
    'user list: the response is larger than 16 MB',
  ],
  'a brotli bomb': [
    (_, response) => sendJson(response, brotli, { 'content-encoding': 'br' }),
    'user list: the response is larger than 16 MB',
  ],
  'an endless body': [
    (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      sendForEver(response, Buffer.alloc(64 * 1024, ' '));
    },
    'user list: the response is larger than 16 MB',
  ],
  'an endless error text': [
    (_, response) => {
      response.writeHead(400, { 'content-type': 'text/plain' });
      sendForEver(response, Buffer.alloc(64 * 1024, 'x'));
    },
    'user list: the response is larger than 16 MB',
  ],
  'a long error text': [
    (_, response) => {
      response.writeHead(403, { 'content-type': 'text/plain' });
      response.end('x'.repeat(10 * MEGABYTE));
    },
    'user list: refused (HTTP 403',
  ],
  'headers of 2 MB': [
    (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'x-filler': 'a'.repeat(2 * MEGABYTE) });
      response.end('{}');
    },
    'user list: connection to 127.0.0.1',
  ],
  'JSON of 100,000 levels': [
    json(() => `{"data":${'['.repeat(100_000)}${']'.repeat(100_000)},"total":1}`),
    'user list: the response is nested more than 64 levels deep',
  ],
  'five million empty objects': [
    json(() => `{"data":[${'{},'.repeat(5e6)}{}],"total":5000001}`),
    'user list: the response has more values than fit in 64 MB',
  ],
};

test.each(Object.entries(ATTACKS))('hostile service: plan ends in an error after %s', async (_, [attack, message]) => {
  const { code, out, err, seconds, megabytes } = await runAgainst(attack, ['plan'], 12);
  expect(code).toBe(5);
  expect(err).toContain(`Error: ${message}`);
  expect(err.length).toBeLessThan(5_000);
  expect(out).not.toContain('No changes');
  expect(seconds).toBeLessThan(15);
  expect(megabytes).toBeLessThan(512);
});

test('hostile service: a plan is an error when the service issues a token that equals the name of an account', async () => {
  const plan = async (userName: string) =>
    runAgainst(
      (request, response) => {
        const users = [...restUsers(0, 3), { ...restUsers(3, 1)[0], userName }];
        const isRest = request.url?.startsWith('/api/') === true;
        const scim = {
          schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
          totalResults: 0,
          Resources: [],
        };
        sendJson(response, isRest ? page(users, 4) : scim);
      },
      ['plan', '--unmanaged'],
    );
  expect(await plan('mallory@example.com')).toMatchObject({ out: expect.stringContaining('mallory@example.com') });
  const hidden = await plan('granted-access-token');
  expect([hidden.code, hidden.out]).toEqual([5, expect.stringContaining('[secret]')]);
  expect(hidden.err).toContain('equals a secret of this run and was hidden');
});
