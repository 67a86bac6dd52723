import { createServer, type IncomingHttpHeaders, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import type { Socket } from 'node:net';

/** The gRPC status codes that this server sends. */
export const STATUS = { OK: 0, RESOURCE_EXHAUSTED: 8, UNIMPLEMENTED: 12, INTERNAL: 13 } as const;

/** Maximum message size, the same as Terraform's: the plan of a large group exceeds gRPC's default of 4 MB. */
const MESSAGE_BYTES = 256 * 1024 * 1024;
const WINDOW_BYTES = 1024 * 1024;
/** Memory per session above which node rejects new calls. Its default of 10 MB is less than one large response. */
const SESSION_MB = 4096;
const PREFIX_BYTES = 5;
const CLOSING_MS = 1000;

const HEADERS = { ':status': 200, 'content-type': 'application/grpc' };
const WITH_TRAILERS = { waitForTrailers: true };
const OK_TRAILERS = { 'grpc-status': STATUS.OK };

/** The methods that a server offers, by path such as `/tfplugin6.Provider/ReadResource`. */
export interface Services {
  /** Unary calls. An error that they throw becomes status INTERNAL with its message. */
  readonly calls: ReadonlyMap<string, (request: Uint8Array) => Promise<Uint8Array>>;
  /** Streams that stay open and empty. */
  readonly idleStreams: ReadonlySet<string>;
}

export interface GrpcServer {
  /** Serves a connection. */
  accept(connection: Socket): void;
  /** Ends the idle streams, gives calls in flight a second to finish and then closes all sessions. */
  close(): Promise<void>;
}

/**
 * Serves gRPC over node's HTTP/2, without compression. A plan of a thousand users makes 4,000 calls, and a general gRPC
 * library would take more time for them than the provider's own work.
 */
export function serveGrpc({ calls, idleStreams }: Services): GrpcServer {
  const sessions = new Set<ServerHttp2Session>();
  const openIdleStreams = new Set<ServerHttp2Stream>();
  const server = createServer({ settings: { initialWindowSize: WINDOW_BYTES }, maxSessionMemory: SESSION_MB });

  server.on('session', (session) => {
    sessions.add(session);
    session.setLocalWindowSize(WINDOW_BYTES);
    session.once('close', () => sessions.delete(session)).on('error', () => undefined);
  });
  server.on('stream', (stream: ServerHttp2Stream, { ':path': path = '' }: IncomingHttpHeaders) => {
    // The client closed the stream during a call and needs no response.
    stream.on('error', () => undefined);
    const call = calls.get(path);
    if (call) {
      readMessage(stream, (request) => {
        call(request).then(
          (response) => sendResponse(stream, response),
          (error: unknown) => sendError(stream, STATUS.INTERNAL, (error as Error).message),
        );
      });
    } else if (idleStreams.has(path)) {
      openIdleStreams.add(stream);
      stream.once('close', () => openIdleStreams.delete(stream));
      startResponse(stream);
      stream.resume();
    } else {
      sendError(stream, STATUS.UNIMPLEMENTED, `unknown method ${path}`);
    }
  });

  return {
    accept: (connection) => void server.emit('connection', connection),
    close: () =>
      new Promise((resolve) => {
        for (const stream of openIdleStreams) stream.end();
        const timer = setTimeout(() => {
          for (const session of sessions) session.destroy();
          resolve();
        }, CLOSING_MS);
        const closed = [...sessions].map((session) => new Promise<void>((done) => session.close(done)));
        void Promise.all(closed).then(() => {
          clearTimeout(timer);
          resolve();
        });
      }),
  };
}

/** Reads one message. Its five-byte prefix holds a compression flag and the length. */
function readMessage(stream: ServerHttp2Stream, done: (message: Uint8Array) => void): void {
  const chunks: Buffer[] = [];
  let length = 0;
  stream.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    length += chunk.length;
    if (length > MESSAGE_BYTES)
      sendError(stream, STATUS.RESOURCE_EXHAUSTED, `the message is larger than ${MESSAGE_BYTES} bytes`);
  });
  stream.once('end', () => {
    if (stream.headersSent) return;
    const sent = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, length);
    if (length < PREFIX_BYTES || sent.readUInt32BE(1) !== length - PREFIX_BYTES) {
      sendError(stream, STATUS.INTERNAL, 'a call must have exactly one complete message');
    } else if (sent[0] !== 0) {
      sendError(stream, STATUS.UNIMPLEMENTED, 'compressed messages are not supported');
    } else {
      done(sent.subarray(PREFIX_BYTES));
    }
  });
}

function startResponse(stream: ServerHttp2Stream): void {
  stream.respond(HEADERS, WITH_TRAILERS);
  stream.once('wantTrailers', () => stream.sendTrailers(OK_TRAILERS));
}

function sendResponse(stream: ServerHttp2Stream, message: Uint8Array): void {
  if (stream.destroyed) return;
  startResponse(stream);
  const framed = Buffer.allocUnsafe(PREFIX_BYTES + message.length);
  framed[0] = 0;
  framed.writeUInt32BE(message.length, 1);
  framed.set(message, PREFIX_BYTES);
  stream.end(framed);
}

/** Sends an error as a response of headers only. */
function sendError(stream: ServerHttp2Stream, code: number, message: string): void {
  if (stream.destroyed || stream.headersSent) return;
  const status = { 'grpc-status': code, 'grpc-message': percentEncoded(message) };
  stream.respond({ ...HEADERS, ...status }, { endStream: true });
}

/**
 * Encodes all but printable ASCII, and "%" (percent-encoding). The round trip through bytes replaces lone surrogates,
 * which cannot be encoded.
 */
function percentEncoded(text: string): string {
  return Buffer.from(text)
    .toString()
    .replace(/[^ -$&-~]+/g, encodeURIComponent);
}
