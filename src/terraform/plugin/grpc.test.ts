import { once } from 'node:events';
import { type ClientHttp2Session, connect, type IncomingHttpHeaders } from 'node:http2';
import { type AddressInfo, createServer } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { type GrpcServer, STATUS, serveGrpc } from './grpc.js';

const ECHO = '/test/Echo';
const HELD = '/test/Held';
const open: { close(): unknown }[] = [];

afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

/** Serves on a free port. Tests send raw bytes, well formed or not. */
async function serve(echo: (request: Uint8Array) => Promise<Uint8Array> = async (request) => request) {
  const calls = new Map([[ECHO, echo]]);
  const server: GrpcServer = serveGrpc({ calls, idleStreams: new Set([HELD]) });
  const listener = createServer((socket) => server.accept(socket));
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address() as AddressInfo;
  const session = connect(`http://127.0.0.1:${port}`, { maxSessionMemory: 1000 });
  open.push({ close: () => listener.close() }, { close: () => server.close() }, { close: () => session.destroy() });
  return { server, session };
}

interface Answer {
  readonly status: number;
  readonly message: string | undefined;
  readonly body: Buffer;
}

/** Returns the response to raw bytes. The gRPC status is in the trailers, or in the headers of a response without a body. */
async function send(session: ClientHttp2Session, path: string, ...chunks: readonly Buffer[]): Promise<Answer> {
  const stream = session.request({ ':method': 'POST', ':path': path, 'content-type': 'application/grpc' });
  for (const chunk of chunks) stream.write(chunk);
  stream.end();
  let last: IncomingHttpHeaders = {};
  stream.on('response', (headers) => {
    expect(headers).toMatchObject({ ':status': 200, 'content-type': 'application/grpc' });
    last = headers;
  });
  stream.on('trailers', (trailers) => {
    last = trailers;
  });
  const body: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => body.push(chunk));
  await once(stream, 'close');
  return { status: Number(last['grpc-status']), message: last['grpc-message'] as string, body: Buffer.concat(body) };
}

function framed(message: Uint8Array, flag = 0): Buffer {
  const prefix = Buffer.alloc(5);
  prefix[0] = flag;
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
}

/** A call that the test completes. */
function slowEcho() {
  let begin: () => void = () => undefined;
  let answer: (message: Uint8Array) => void = () => undefined;
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const late = new Promise<Uint8Array>((resolve) => {
    answer = resolve;
  });
  const echo = () => {
    begin();
    return late;
  };
  return { echo, begun, answer };
}

describe('gRPC', () => {
  test('request in several frames: is read as one message', async () => {
    const { session } = await serve();
    const sent = framed(Buffer.from('a message'));
    const pieces = [...sent].map((byte) => Buffer.from([byte]));
    expect(await send(session, ECHO, ...pieces)).toEqual({ status: STATUS.OK, message: undefined, body: sent });
    expect((await send(session, ECHO, framed(Buffer.alloc(0)))).body).toEqual(framed(Buffer.alloc(0)));
  });

  test('concurrent calls: each gets its own response, large ones included', async () => {
    const { session } = await serve();
    const messages = Array.from({ length: 40 }, (_, index) => framed(Buffer.alloc(1 + index * 50_000, index)));
    const answers = await Promise.all(messages.map((message) => send(session, ECHO, message)));
    for (const [index, { body }] of answers.entries()) expect(body.equals(messages[index]!)).toBe(true);
  });

  test.each([
    ['empty request', Buffer.alloc(0), STATUS.INTERNAL],
    ['half a prefix', Buffer.from([0, 0]), STATUS.INTERNAL],
    ['truncated message', framed(Buffer.from('whole')).subarray(0, -1), STATUS.INTERNAL],
    ['two messages', Buffer.concat([framed(Buffer.from('a')), framed(Buffer.from('b'))]), STATUS.INTERNAL],
    ['compressed message', framed(Buffer.from('small'), 1), STATUS.UNIMPLEMENTED],
  ])('%s: is refused, and later calls work', async (_, sent, status) => {
    const { session } = await serve();
    expect(await send(session, ECHO, sent)).toMatchObject({ status, body: Buffer.alloc(0) });
    expect((await send(session, ECHO, framed(Buffer.from('next')))).status).toBe(STATUS.OK);
  });

  test('error message: is percent-encoded ASCII', async () => {
    const { session } = await serve(async () => {
      throw new Error('Zoë has 100 %: \ud800');
    });
    const { status, message } = await send(session, ECHO, framed(Buffer.alloc(0)));
    expect(status).toBe(STATUS.INTERNAL);
    expect(message).toBe('Zo%C3%AB has 100 %25: %EF%BF%BD');
  });

  test('client that disconnects during a call: does not stop the server', async () => {
    const { echo, begun, answer } = slowEcho();
    const { session, server } = await serve(echo);
    const stream = session.request({ ':method': 'POST', ':path': ECHO }).on('error', () => undefined);
    stream.end(framed(Buffer.from('a question')));
    await begun;
    session.destroy();
    await once(stream, 'close');
    answer(Buffer.from('an answer'));
    await server.close();
  });

  test('close: waits for calls in flight and ends idle streams', async () => {
    const { echo, begun, answer } = slowEcho();
    const { session, server } = await serve(echo);
    const held = send(session, HELD);
    const answered = send(session, ECHO, framed(Buffer.from('a question')));
    await begun;
    const closed = server.close();
    expect(await held).toMatchObject({ status: STATUS.OK });
    answer(Buffer.from('an answer'));
    expect(await answered).toMatchObject({ status: STATUS.OK, body: framed(Buffer.from('an answer')) });
    await closed;
  });
});
