import { existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { Client, credentials, type ServiceError, status } from '@grpc/grpc-js';
import { afterEach, describe, expect, test } from '@jest/globals';
import * as m from '../protocol/messages.js';
import type { ProviderRpcs } from '../protocol/methods.js';
import { decode, encode, type Message } from '../protocol/protobuf.js';
import { makeCertificate, type OwnCertificate } from './certificate.js';
import { openEarlyListener } from './early-listener.js';
import type { Address } from './handshake.js';
import { openLog } from './log.js';
import { createPrivateSocket } from './private-socket.js';
import { startServer } from './server.js';

const terraform = makeCertificate();
const open: { close(): unknown }[] = [];

afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

const rpcs = {
  GetMetadata: () => ({ resources: [{ typeName: 'delinea_user' }] }),
  ValidateResourceConfig: ({ config }) => ({ diagnostics: [{ summary: String(config?.json?.length) }] }),
  StopProvider: () => {
    throw new Error('knows a s3cret');
  },
} as Partial<ProviderRpcs> as ProviderRpcs;

async function serve(
  network: Address['network'] = 'unix',
  onShutdown: () => void = () => undefined,
): Promise<Address & { own: OwnCertificate }> {
  const own = makeCertificate();
  const log = openLog({}, () => undefined);
  log.redact = (text) => text.replaceAll('s3cret', '[secret]');
  const socket = network === 'unix' ? createPrivateSocket({}) : undefined;
  const listener = await openEarlyListener({ socket, tls: { own, client: terraform.pem } });
  open.push(startServer({ rpcs, log, listener, onShutdown }));
  return { ...listener, own };
}

/** A client that knows the server's certificate. @param as the client's certificate; `plain` connects without TLS */
function clientOf(
  { network, address, own }: Address & { own: OwnCertificate },
  as: OwnCertificate | 'nobody' | 'plain',
) {
  const root = Buffer.from(own.pem);
  const channel =
    as === 'plain'
      ? credentials.createInsecure()
      : as === 'nobody'
        ? credentials.createSsl(root)
        : credentials.createSsl(root, Buffer.from(as.key), Buffer.from(as.pem));
  const client = new Client(network === 'unix' ? `unix:${address}` : address, channel, {
    'grpc.ssl_target_name_override': 'localhost',
  });
  open.push(client);
  return client;
}

function call<Q, A>(client: Client, path: string, request: Message<Q>, answer: Message<A>, value: Q): Promise<A> {
  return new Promise((resolve, reject) =>
    client.makeUnaryRequest(
      path,
      (sent: Q) => Buffer.from(encode(request, sent)),
      (came: Buffer) => decode(answer, came),
      value,
      (error: ServiceError | null, held?: A) => (error ? reject(error) : resolve(held!)),
    ),
  );
}

const metadata = (client: Client) =>
  call(client, '/tfplugin6.Provider/GetMetadata', m.Empty, m.GetMetadataResponse, {});
const unavailable = expect.objectContaining({ code: status.UNAVAILABLE });

describe('server', () => {
  test.each(['unix', 'tcp'] as const)('%s: serves the client with the given certificate', async (network) => {
    const server = await serve(network);
    expect(server.network).toBe(network);
    expect(server.network).toBe(network);
    expect(await metadata(clientOf(server, terraform))).toEqual({ resources: [{ typeName: 'delinea_user' }] });
  });

  test.each(['unix', 'tcp'] as const)(
    '%s: refuses a client without a certificate, with another one, or without TLS',
    async (network) => {
      const server = await serve(network);
      expect(server.network).toBe(network);
      await expect(metadata(clientOf(server, 'nobody'))).rejects.toEqual(unavailable);
      await expect(metadata(clientOf(server, makeCertificate()))).rejects.toEqual(unavailable);
      await expect(metadata(clientOf(server, 'plain'))).rejects.toEqual(unavailable);
      await expect(metadata(clientOf(server, server.own))).rejects.toEqual(unavailable);
    },
  );

  test('socket: is in a private folder, and its path is short enough', async () => {
    const { address } = await serve();
    expect(statSync(dirname(address)).mode & 0o777).toBe(0o700);
    expect(address.length).toBeLessThan(100);
  });

  test('message above 4 MB, the default limit of gRPC: is accepted', async () => {
    const client = clientOf(await serve(), terraform);
    const json = Buffer.alloc(9_000_000, 0x20);
    const path = '/tfplugin6.Provider/ValidateResourceConfig';
    const answer = await call(client, path, m.ValidateConfigRequest, m.ValidateConfigResponse, { config: { json } });
    expect(answer.diagnostics).toEqual([{ summary: '9000000' }]);
  });

  test('exception in an RPC: becomes a gRPC error without secrets', async () => {
    const client = clientOf(await serve(), terraform);
    const stop = call(client, '/tfplugin6.Provider/StopProvider', m.Empty, m.StopProviderResponse, {});
    await expect(stop).rejects.toMatchObject({ code: status.INTERNAL, details: 'StopProvider: knows a [secret]' });
  });

  test('unknown method: is UNIMPLEMENTED', async () => {
    const client = clientOf(await serve(), terraform);
    const later = call(client, '/tfplugin6.Provider/PlanAction', m.Empty, m.Empty, {});
    await expect(later).rejects.toMatchObject({ code: status.UNIMPLEMENTED });
  });
});

describe('control services', () => {
  test('health check: returns SERVING (bytes 08 01)', async () => {
    const client = clientOf(await serve(), terraform);
    const health = await call(client, '/grpc.health.v1.Health/Check', m.Empty, m.HealthCheckResponse, {});
    expect(Buffer.from(encode(m.HealthCheckResponse, health)).toString('hex')).toBe('0801');
  });

  test('stdio and broker: stay open until Shutdown, which responds, ends the server and removes the socket', async () => {
    let shutDown: () => void = () => undefined;
    const onShutdown = new Promise<void>((resolve) => {
      shutDown = resolve;
    });
    const server = await serve('unix', () => shutDown());
    const client = clientOf(server, terraform);
    const nothing = () => Buffer.alloc(0);
    const stdio = client.makeServerStreamRequest('/plugin.GRPCStdio/StreamStdio', nothing, nothing, {});
    const broker = client.makeBidiStreamRequest('/plugin.GRPCBroker/StartStream', nothing, nothing);
    const closed: string[] = [];
    const over = [stdio, broker].map(
      (stream, index) =>
        new Promise<void>((resolve) => {
          stream.on('data', () => closed.push('data'));
          stream.on('error', () => undefined);
          stream.on('status', ({ code }) => {
            closed.push(`${index === 0 ? 'stdio' : 'broker'} ${status[code]}`);
            resolve();
          });
        }),
    );
    broker.write({});
    await metadata(client);
    expect(closed).toEqual([]);
    expect(existsSync(server.address)).toBe(true);
    await call(client, '/plugin.GRPCController/Shutdown', m.Empty, m.Empty, {});
    await Promise.all([...over, onShutdown]);
    expect(closed.sort()).toEqual(['broker OK', 'stdio OK']);
    expect(existsSync(dirname(server.address))).toBe(false);
  });
});
