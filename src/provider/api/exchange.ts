import { once } from 'node:events';
import type { Agent as HttpAgent, IncomingMessage } from 'node:http';
import { type Duplex, pipeline, type Readable } from 'node:stream';
import { DelineaError } from '../model/errors.js';
import { ConnectionFailure, ProxyFailure } from './connection-error.js';

/** A request. */
export interface Outgoing {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** What ends a request that is not finished. */
interface Ends {
  /** Milliseconds for the whole of it, from the connection to the last byte. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/**
 * Sends one request and lets `read` read its response: status, headers and the body after decompression. Follows no redirect
 * and repeats nothing.
 * @throws ConnectionFailure; ProxyFailure of the agent; every error of `read`
 */
export type Exchange = <T>(
  url: string,
  outgoing: Outgoing,
  agent: HttpAgent,
  read: (head: IncomingMessage, body: Readable) => Promise<T>,
) => Promise<T>;

/** Returns the function that sends requests. */
export async function openExchange({ timeoutMs, signal }: Ends): Promise<Exchange> {
  // Loaded on demand: help or a schema never needs them.
  const [http, https, zlib] = await Promise.all([import('node:http'), import('node:https'), import('node:zlib')]);
  const decoders = {
    gzip: zlib.createGunzip,
    deflate: zlib.createInflate,
    br: zlib.createBrotliDecompress,
  } as Readonly<Record<string, () => Duplex>>;
  const decode = (response: IncomingMessage): Readable => {
    const decoder = decoders[response.headers['content-encoding'] ?? ''];
    return decoder ? pipeline(response, decoder(), () => undefined) : response;
  };
  return async (url, { method, headers, body }, agent, read) => {
    const length = body === undefined ? {} : { 'content-length': `${Buffer.byteLength(body)}` };
    const own = { 'user-agent': 'delinea-iac', 'accept-encoding': Object.keys(decoders).join(', '), ...length };
    let open: { destroy(error?: Error): unknown } | undefined;
    const giveUp = (code: string, timedOut: boolean) => open?.destroy(new ConnectionFailure(code, timedOut));
    const timer = setTimeout(giveUp, timeoutMs, 'ETIMEDOUT', true);
    const stop = () => giveUp('ERR_ABORTED', false);
    signal.addEventListener('abort', stop);
    try {
      const { request } = url.startsWith('https:') ? https : http;
      const sent = request(url, { method, agent, headers: { ...own, ...headers } });
      open = sent;
      // An error after the response reaches the body as well. Without a listener it would end the process.
      sent.on('error', () => undefined).end(body);
      const [response] = (await once(sent, 'response')) as [IncomingMessage];
      open = response;
      return await read(response, decode(response));
    } catch (error) {
      open?.destroy();
      throw failureOf(error);
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
    }
  };
}

/** Returns the failure for an error of Node.js, without its message and its request: they may have the token. */
function failureOf(error: unknown): unknown {
  if (error instanceof DelineaError || error instanceof ConnectionFailure || error instanceof ProxyFailure)
    return error;
  const { code } = error as NodeJS.ErrnoException;
  return code === undefined ? error : new ConnectionFailure(code, false);
}
