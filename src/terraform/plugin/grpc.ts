import { createServer, type IncomingHttpHeaders, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import type { Socket } from 'node:net';

/** The codes of gRPC that this server answers with. */
export const STATUS = { OK: 0, RESOURCE_EXHAUSTED: 8, UNIMPLEMENTED: 12, INTERNAL: 13 } as const;

/** What the other side accepts too: a plan of a large group exceeds the 4 MB at which gRPC stops by itself. */
const MESSAGE_BYTES = 256 * 1024 * 1024;
const WINDOW_BYTES = 1024 * 1024;
/** Above it node refuses new calls; its own 10 MB are less than one large answer. */
const SESSION_MB = 4096;
const PREFIX_BYTES = 5;
const CLOSING_MS = 1000;

const HEADERS = { ':status': 200, 'content-type': 'application/grpc' };
const WITH_TRAILERS = { waitForTrailers: true };
const ENDED_WELL = { 'grpc-status': STATUS.OK };

/** What a server answers, by path: `/tfplugin6.Provider/ReadResource`. */
export interface Services {
  /** Calls of one message each way. What they throw is answered as INTERNAL with its message. */
  readonly calls: ReadonlyMap<string, (request: Uint8Array) => Promise<Uint8Array>>;
  /** Streams that are held open and stay empty. */
  readonly held: ReadonlySet<string>;
}

export interface GrpcServer {
  /** Serves whoever is at the other end of a connection. */
  enter(connection: Socket): void;
  /** Ends the held streams and lets calls in flight finish for a second, then ends what is left. */
  close(): Promise<void>;
}

/**
 * gRPC over node's own HTTP/2, without compression: each plan of a thousand users makes 4,000 calls, of which a general
 * server costs more than everything that is done in them.
 */
export function serveGrpc({ calls, held }: Services): GrpcServer {
  const sessions = new Set<ServerHttp2Session>();
  const holding = new Set<ServerHttp2Stream>();
  const server = createServer({ settings: { initialWindowSize: WINDOW_BYTES }, maxSessionMemory: SESSION_MB });

  server.on('session', (session) => {
    sessions.add(session);
    session.setLocalWindowSize(WINDOW_BYTES);
    session.once('close', () => sessions.delete(session)).on('error', () => undefined);
  });
  server.on('stream', (stream: ServerHttp2Stream, { ':path': path = '' }: IncomingHttpHeaders) => {
    // Who went away in the middle of a call needs no answer.
    stream.on('error', () => undefined);
    const call = calls.get(path);
    if (call) {
      readMessage(stream, (request) => {
        call(request).then(
          (response) => answer(stream, response),
          (error: unknown) => refuse(stream, STATUS.INTERNAL, (error as Error).message),
        );
      });
    } else if (held.has(path)) {
      holding.add(stream);
      stream.once('close', () => holding.delete(stream));
      begin(stream);
      stream.resume();
    } else {
      refuse(stream, STATUS.UNIMPLEMENTED, `there is no ${path}`);
    }
  });

  return {
    enter: (connection) => void server.emit('connection', connection),
    close: () =>
      new Promise((resolve) => {
        for (const stream of holding) stream.end();
        const late = setTimeout(() => {
          for (const session of sessions) session.destroy();
          resolve();
        }, CLOSING_MS);
        const closed = [...sessions].map((session) => new Promise<void>((done) => session.close(done)));
        void Promise.all(closed).then(() => {
          clearTimeout(late);
          resolve();
        });
      }),
  };
}

/** A message has five bytes before it: whether it is compressed, and its length. */
function readMessage(stream: ServerHttp2Stream, done: (message: Uint8Array) => void): void {
  const chunks: Buffer[] = [];
  let length = 0;
  stream.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    length += chunk.length;
    if (length > MESSAGE_BYTES) refuse(stream, STATUS.RESOURCE_EXHAUSTED, `a message of over ${MESSAGE_BYTES} bytes`);
  });
  stream.once('end', () => {
    if (stream.headersSent) return;
    const sent = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, length);
    if (length < PREFIX_BYTES || sent.readUInt32BE(1) !== length - PREFIX_BYTES) {
      refuse(stream, STATUS.INTERNAL, 'a call has one message, whole');
    } else if (sent[0] !== 0) {
      refuse(stream, STATUS.UNIMPLEMENTED, 'messages are read uncompressed');
    } else {
      done(sent.subarray(PREFIX_BYTES));
    }
  });
}

function begin(stream: ServerHttp2Stream): void {
  stream.respond(HEADERS, WITH_TRAILERS);
  stream.once('wantTrailers', () => stream.sendTrailers(ENDED_WELL));
}

function answer(stream: ServerHttp2Stream, message: Uint8Array): void {
  if (stream.destroyed) return;
  begin(stream);
  const framed = Buffer.allocUnsafe(PREFIX_BYTES + message.length);
  framed[0] = 0;
  framed.writeUInt32BE(message.length, 1);
  framed.set(message, PREFIX_BYTES);
  stream.end(framed);
}

/** An answer of headers alone. */
function refuse(stream: ServerHttp2Stream, code: number, message: string): void {
  if (stream.destroyed || stream.headersSent) return;
  const said = { 'grpc-status': code, 'grpc-message': percentEncoded(message) };
  stream.respond({ ...HEADERS, ...said }, { endStream: true });
}

/** What is not printable ASCII, and the percent sign itself, by its bytes; a broken character would not have any. */
function percentEncoded(text: string): string {
  return Buffer.from(text)
    .toString()
    .replace(/[^ -$&-~]+/g, encodeURIComponent);
}
