import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from '@jest/globals';
import { generate } from 'selfsigned';
import { startSimulator } from '../../simulator/index.js';
import { readSettings } from '../settings/settings.js';
import { connect } from './tenant.js';
import { NOBODY, open, serve, serveApi } from './test-server.fixture.js';

const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0)) await end();
});

function later<T extends { close(): unknown }>(server: T): T {
  endings.push(() => server.close());
  return server;
}

async function tlsTenant() {
  const pems = await generate([{ name: 'commonName', value: 'localhost' }], {
    keySize: 2048,
    extensions: [
      { name: 'basicConstraints', cA: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  });
  const folder = mkdtempSync(join(tmpdir(), 'ca-'));
  endings.push(() => rmSync(folder, { recursive: true }));
  const caFile = join(folder, 'ca.pem');
  writeFileSync(caFile, pems.cert);
  const simulator = later(await startSimulator({ seedUsers: 3, tls: { key: pems.private, cert: pems.cert } }));
  return { simulator, caFile };
}

describe('transport: tokens', () => {
  test.each([301, 302, 303, 307, 308])('token: is not sent to the target of a %d', async (status) => {
    const stranger = later(await serve(() => NOBODY));
    const api = later(await serveApi(() => ({ status, headers: { location: `${stranger.url}/api/v1/users` } })));
    const tenant = await open(api.url);
    await expect(tenant.collection('user').list()).rejects.toMatchObject({ code: 'wrong_surface', status });
    await expect(tenant.collection('user').get('7')).rejects.toMatchObject({
      code: 'wrong_surface',
      hint: expect.stringContaining('Redirects are not followed'),
    });
    await expect(tenant.collection('group').create({ displayName: 'x' })).rejects.toMatchObject({
      code: 'wrong_surface',
    });
    expect(stranger.seen).toEqual([]);
  });

  test('client secret: is not sent to the target of a redirect', async () => {
    const stranger = later(await serve(() => NOBODY));
    const api = later(await serve(() => ({ status: 307, headers: { location: `${stranger.url}/token` } })));
    await expect((await open(api.url)).collection('user').list()).rejects.toMatchObject({ code: 'wrong_surface' });
    expect(stranger.seen).toEqual([]);
  });

  test('credentials: are sent only to their own surface', async () => {
    const [rest, scim] = [later(await serve(() => NOBODY)), later(await serve(() => ({ body: { totalResults: 0 } })))];
    const identity = later(await serve(() => ({ body: { access_token: 'granted', expires_in: 60 } })));
    const tenant = await open('https://127.0.0.1:1', {
      surfaces: [
        { name: 'platform-rest', baseUrl: rest.url, tokenUrl: `${identity.url}/token` },
        { name: 'platform-scim', baseUrl: scim.url },
      ],
    });
    await tenant.collection('user').list();
    await tenant.collection('group').list();
    expect(rest.seen.map(({ headers }) => headers.authorization)).toEqual(['Bearer granted']);
    expect(scim.seen.map(({ headers }) => headers.authorization)).toEqual(['Bearer scim-token']);
    expect(identity.seen.map(({ headers }) => headers.authorization)).toEqual([undefined]);
    expect(rest.seen[0]?.headers.accept).toMatch(/^application\/json/);
    expect(scim.seen[0]?.headers.accept).toMatch(/^application\/scim\+json/);
  });
});

describe('transport: concurrency', () => {
  test.each([1, 4])('limit: at most %d requests are in flight', async (concurrency) => {
    const simulator = later(await startSimulator({ seedUsers: 1000, faults: { latencyMs: 10 } }));
    const tenant = (await connect(readSettings({ concurrency }, simulator.env), {})).permitWrites();
    const lists = ['user', 'group', 'container', 'role'].map((kind) => tenant.collection(kind).list());
    const gets = Array.from({ length: 20 }, () =>
      tenant.collection('user').find({ userName: 'user00001@example.com' }),
    );
    expect((await lists[0])?.length).toBe(1000);
    await Promise.all([...lists, ...gets]);
    expect(simulator.requests.maxInFlight).toBe(concurrency);
  });

  test('limit: a throttled request keeps its slot', async () => {
    let refused = 0;
    const api = later(
      await serveApi(() => (refused++ < 2 ? { status: 429, headers: { 'retry-after': '1' } } : NOBODY)),
    );
    const tenant = await open(api.url, { concurrency: 2 });
    const lists = Array.from({ length: 10 }, () => tenant.collection('user').list());
    const sent = () => api.seen.filter(({ url }) => url.startsWith('/api')).length;
    while (sent() < 2) await sleep(5);
    await sleep(400);
    expect(sent()).toBe(2);
    await Promise.all(lists);
  });
});

describe('transport: TLS', () => {
  test('TLS: a private certificate is accepted only with its authority', async () => {
    const { simulator, caFile } = await tlsTenant();
    const strange = (await connect(readSettings({}, simulator.env), {})).permitWrites();
    await expect(strange.collection('group').list()).rejects.toMatchObject({
      code: 'host_unreachable',
      hint: expect.stringContaining('DELINEA_CA_FILE'),
      uncertain: false,
    });
    await expect(strange.collection('group').create({ displayName: 'x' })).rejects.toMatchObject({ uncertain: false });
    const tenant = (await connect(readSettings({}, { ...simulator.env, DELINEA_CA_FILE: caFile }), {})).permitWrites();
    expect(await tenant.collection('user').list()).toHaveLength(3);
  });
});
