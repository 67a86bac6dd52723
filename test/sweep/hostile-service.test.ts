import { expect, test } from '@jest/globals';
import { runAgainst } from '../support/cli/hostile-run.js';
import { type Attack, restUsers, sendForEver, sendJson } from '../support/tenant/hostile-service.js';

const page = (data: unknown, total: number) => ({ data, total, skip: 0, take: 100 });
const offsetOf = (url = '') => Number(new URL(url, 'http://localhost').searchParams.get('skip'));
let requests = 0;

const ATTACKS: Readonly<Record<string, Attack>> = {
  'a million new objects in every list': ({ url }, response) =>
    sendJson(response, page(restUsers(offsetOf(url), 100), 1e6)),
  'a total that grows with every page': ({ url }, response) => {
    requests++;
    sendJson(response, page(restUsers(offsetOf(url), 100), 200 + requests * 100));
  },
  'the same page for ever, for every search': (_, response) => sendJson(response, page(restUsers(0, 100), 1e6)),
  'pages of 13 MB, larger than requested': ({ url }, response) =>
    sendJson(response, page(restUsers(offsetOf(url), 100_000), 1e6)),
  'a byte at a time': (_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    sendForEver(response, Buffer.from(' '), 50);
  },
};

test.each(Object.entries(ATTACKS))(
  'hostile service: plan ends in an error below 512 MB after %s',
  async (_, attack) => {
    const { code, out, seconds, megabytes } = await runAgainst(attack, ['plan'], 400);
    expect(code).toBe(5);
    expect(out).not.toContain('No changes');
    expect(seconds).toBeLessThan(60);
    expect(megabytes).toBeLessThan(512);
  },
);
