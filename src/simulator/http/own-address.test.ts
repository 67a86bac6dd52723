import { request } from 'node:http';
import { get } from 'node:https';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { generate } from 'selfsigned';
import { type Simulator, startSimulator } from '../index.js';

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator({ seedUsers: 1 });
});
const others: Simulator[] = [];
afterAll(() => Promise.all([simulator, ...others].map((each) => each.close())));

/** Sends a request with these headers, and none that fetch would add or forbid. */
function send(method: string, path: string, headers: Record<string, string>, body?: string): Promise<number> {
  const { port } = simulator;
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, method, path, headers, setHost: false }, (response) => {
      response.resume();
      resolve(response.statusCode!);
    });
    sent.on('error', reject).end(body);
  });
}

const PATHS = ['/_simulator/state', '/_simulator/log', '/api/v1/users', '/scim/v2/Groups', '/identity/connect/token'];

describe('simulator: pages in a browser', () => {
  const foreign = (port: number) => [
    `attacker.example:${port}`,
    'attacker.example',
    `127.0.0.1.nip.example:${port}`,
    `localhost.example:${port}`,
    `127.0.0.1:${port + 1}`,
    '127.0.0.1',
    `127.0.0.2:${port}`,
    `0.0.0.0:${port}`,
  ];

  test.each(PATHS)('%s: is refused for a name that is not of this machine', async (path) => {
    for (const host of foreign(simulator.port)) {
      expect([host, await send('GET', path, { host })]).toEqual([host, 421]);
    }
  });

  test.each(PATHS)('%s: is refused for a page of another origin', async (path) => {
    const host = `127.0.0.1:${simulator.port}`;
    for (const origin of [
      'https://attacker.example',
      `http://attacker.example:${simulator.port}`,
      'null',
      'http://localhost',
    ]) {
      expect([origin, await send('GET', path, { host, origin })]).toEqual([origin, 403]);
    }
  });

  test('page of another origin: changes nothing and is not counted', async () => {
    simulator.resetRequests();
    const body = '["user00001@example.com",false]';
    const host = `localhost:${simulator.port}`;
    const headers = { host, origin: 'https://attacker.example', 'content-type': 'text/plain' };
    expect(await send('POST', '/_simulator/admin/setActive', headers, body)).toBe(403);
    expect(
      await send('POST', '/_simulator/admin/setActive', { host: `attacker.example:${simulator.port}` }, body),
    ).toBe(421);
    expect(simulator.state().users[0]?.active).toBe(true);
    expect(simulator.requests.total).toBe(0);
    const own = { host, origin: `http://localhost:${simulator.port}` };
    expect(await send('POST', '/_simulator/admin/setActive', own, body)).toBe(204);
    expect(simulator.state().users[0]?.active).toBe(false);
  });

  test.each(['127.0.0.1', 'localhost', 'LOCALHOST', '[::1]'])('%s: is a name of this machine', async (name) => {
    expect(await send('GET', '/_simulator/state', { host: `${name}:${simulator.port}` })).toBe(200);
  });
});

test('simulator: compares the names over HTTPS too, and listens on the loopback address only', async () => {
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }]);
  const secure = await startSimulator({ tls: { key, cert } });
  others.push(secure);
  const status = (host?: string) =>
    new Promise((resolve, reject) => {
      const headers = host === undefined ? {} : { host };
      get(
        `${secure.url}/_simulator/state`,
        { ca: cert, servername: 'localhost', agent: false, headers },
        (response) => {
          response.resume();
          resolve(response.statusCode);
        },
      ).on('error', reject);
    });
  expect([await status(), await status(`attacker.example:${secure.port}`)]).toEqual([200, 421]);
  expect(secure.url).toBe(`https://127.0.0.1:${secure.port}`);
});
