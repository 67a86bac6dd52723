import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect as connectSocket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { generate } from 'selfsigned';
import { startSimulator } from '../../simulator/index.js';
import { readSettings } from '../settings/settings.js';
import { connect, type Tenant } from './tenant.js';
import { NOBODY, serve, type TestServer } from './test-server.fixture.js';

const HOST = 'acme.tenant.example';
const endings: (() => unknown)[] = [];
let folder: string;
let caFile: string;
let tls: { key: string; cert: string };
beforeAll(async () => {
  tls = await certificate(HOST);
  folder = mkdtempSync(join(tmpdir(), 'ca-'));
  caFile = join(folder, 'ca.pem');
  writeFileSync(caFile, tls.cert);
});
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(async () => {
  for (const end of endings.splice(0)) await end();
});

async function certificate(name: string) {
  const pems = await generate([{ name: 'commonName', value: name }], {
    keySize: 2048,
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'subjectAltName', altNames: [{ type: 2, value: name }] },
    ],
  });
  return { key: pems.private, cert: pems.cert };
}

/** Starts a tenant that only a proxy can reach: no resolver knows its name. */
async function tenantBehindProxy(): Promise<TestServer> {
  const server = await serve(
    ({ url }) => (url.startsWith('/identity/') ? { body: { access_token: 'granted', expires_in: 60 } } : NOBODY),
    tls,
  );
  endings.push(() => server.close());
  return server;
}

type Refuse = (client: Duplex) => void;

/** Starts a proxy that opens a tunnel to this machine for every host, or refuses it. */
async function startProxy(refuse?: Refuse, secure?: { key: string; cert: string }) {
  const asked: string[] = [];
  const sockets = new Set<Duplex>();
  const server = secure ? createTlsServer(secure) : createServer();
  server.on('connect', (request, client: Duplex) => {
    asked.push(`CONNECT ${request.url} ${request.headers['proxy-authorization'] ?? ''}`.trim());
    sockets.add(client);
    client.on('error', () => undefined);
    if (refuse) return refuse(client);
    const upstream = connectSocket(Number(request.url!.split(':')[1]), '127.0.0.1', () => {
      client.write('HTTP/1.1 200 OK\r\n\r\n');
      client.pipe(upstream).pipe(client);
    });
    upstream.on('error', () => undefined);
    sockets.add(upstream);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  endings.push(() => {
    for (const socket of sockets) socket.destroy();
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return { port: (server.address() as AddressInfo).port, asked };
}

async function through(server: { port: number }, env: Record<string, string>, block = {}): Promise<Tenant> {
  const own = {
    DELINEA_URL: `https://${HOST}:${server.port}`,
    DELINEA_CLIENT_ID: 'client',
    DELINEA_CLIENT_SECRET: 'client-secret',
    DELINEA_SCIM_TOKEN: 'scim-token',
    DELINEA_CA_FILE: caFile,
    ...env,
  };
  return (await connect(readSettings({ retries: 0, ...block }, own), own)).permitWrites();
}

describe('transport: proxy', () => {
  test('HTTPS_PROXY: opens a tunnel to the tenant, whose certificate is checked with DELINEA_CA_FILE', async () => {
    const [server, proxy] = [await tenantBehindProxy(), await startProxy()];
    const env = { HTTPS_PROXY: `http://me:p%40ss@127.0.0.1:${proxy.port}` };
    expect(await (await through(server, env)).collection('user').list()).toEqual([]);
    const login = `Basic ${Buffer.from('me:p@ss').toString('base64')}`;
    expect(new Set(proxy.asked)).toEqual(new Set([`CONNECT ${HOST}:${server.port} ${login}`]));
    expect(server.seen.every(({ headers }) => headers['proxy-authorization'] === undefined)).toBe(true);
  });

  test('NO_PROXY: the host is asked for without the proxy', async () => {
    const [server, proxy] = [await tenantBehindProxy(), await startProxy()];
    const env = { HTTPS_PROXY: `http://127.0.0.1:${proxy.port}`, NO_PROXY: 'tenant.example' };
    await expect((await through(server, env)).collection('user').list()).rejects.toMatchObject({
      message: expect.stringContaining(`connection to ${HOST}:${server.port} failed`),
    });
    expect(proxy.asked).toEqual([]);
  });

  test('loopback: is never asked for through a proxy', async () => {
    const simulator = await startSimulator({ seedUsers: 3 });
    endings.push(() => simulator.close());
    const proxy = `http://127.0.0.1:${(await startProxy((client) => client.destroy())).port}`;
    const env = { ...simulator.env, HTTPS_PROXY: proxy, HTTP_PROXY: proxy, ALL_PROXY: proxy };
    expect(await (await connect(readSettings({}, env), env)).collection('user').list()).toHaveLength(3);
  });

  test('certificate of the proxy: is not accepted because of DELINEA_CA_FILE', async () => {
    const server = await tenantBehindProxy();
    const proxy = await startProxy(undefined, tls);
    const env = { HTTPS_PROXY: `https://127.0.0.1:${proxy.port}` };
    await expect((await through(server, env)).collection('user').list()).rejects.toMatchObject({
      message: expect.stringContaining(
        `the proxy https://127.0.0.1:${proxy.port} failed (DEPTH_ZERO_SELF_SIGNED_CERT)`,
      ),
    });
    expect(proxy.asked).toEqual([]);
  });

  const refusals: [string, Refuse | undefined, RegExp][] = [
    ['is not there', undefined, /ECONNREFUSED/],
    ['wants a login', (client) => client.end('HTTP/1.1 407 No\r\ncontent-length: 0\r\n\r\n'), /407/],
    ['refuses the host', (client) => client.end('HTTP/1.1 502 No\r\ncontent-length: 0\r\n\r\n'), /502/],
    ['closes the connection', (client) => client.destroy(), /ECONNRESET|socket hang up/],
    ['does not respond', () => undefined, /time/i],
  ];
  test.each(refusals)(
    'proxy that %s: is named without its password and is not an error of the service',
    async (...row) => {
      const [, refuse, reason] = row;
      const server = await tenantBehindProxy();
      const { port } = refuse ? await startProxy(refuse) : { port: 1 };
      const tenant = await through(
        server,
        { HTTPS_PROXY: `http://me:pass-word@127.0.0.1:${port}` },
        { timeoutSeconds: 1, retries: 1 },
      );
      for (let count = 0; count < 7; count++) {
        const error = await tenant
          .collection('group')
          .create({ displayName: 'x' })
          .catch((thrown: Error) => thrown);
        expect(error).toMatchObject({
          code: 'host_unreachable',
          message: expect.stringContaining(`the proxy http://127.0.0.1:${port} failed (`),
          hint: expect.stringContaining('HTTPS_PROXY'),
          uncertain: false,
        });
        expect(String((error as Error).message)).toMatch(count < 5 ? reason : /not asked again/);
        expect(JSON.stringify(error)).not.toContain('pass-word');
      }
      expect(server.seen).toEqual([]);
    },
  );

  test('proxy that stops working: reads fail without long retries', async () => {
    const server = await tenantBehindProxy();
    const tenant = await through(server, { HTTPS_PROXY: 'http://127.0.0.1:1' }, { retries: 5 });
    const began = performance.now();
    const reads = Array.from({ length: 50 }, () => tenant.collection('user').list());
    for (const result of await Promise.allSettled(reads)) expect(result.status).toBe('rejected');
    expect(performance.now() - began).toBeLessThan(15_000);
  });
});
