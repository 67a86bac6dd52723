import { DelineaError } from '../model/errors.js';
import type { JsonObject } from '../model/values.js';
import type { ConfiguredSurface } from '../settings/configured-surface.js';
import type { Access } from '../settings/surfaces.js';
import { type TokenSource, tokenSource } from './auth.js';
import { Breaker } from './breaker.js';
import type { Write } from './protocol.js';
import type { RequestType } from './request-count.js';
import { type HttpResponse, isExpiredToken, isFailedEnvelope, readBody, toError } from './response.js';
import { backoff } from './retry.js';
import { sendWithRetries, type Transport } from './transport.js';

export interface Call extends Omit<Write, 'method'> {
  readonly method: 'GET' | Write['method'];
  readonly access: Access;
  readonly counted: RequestType;
  /** For people: "user list", "PATCH of group sre". */
  readonly what: string;
}

export interface Http {
  /** The body; undefined only for a write without one (204). @throws DelineaError for everything but a 2xx. */
  send(call: Call): Promise<JsonObject | undefined>;
}

/** What the requests of one surface share. */
interface SurfaceContext {
  readonly surface: ConfiguredSurface;
  readonly line: Transport;
  readonly tokens: TokenSource;
  readonly breaker: Breaker;
}

/** The requests of one surface: token, retries, the stop after errors in a row, one error for every failure. */
export function surfaceHttp(surface: ConfiguredSurface, line: Transport): Http {
  const way = { surface, line, tokens: tokenSource(surface, line), breaker: new Breaker(surface.title) };
  return {
    send: (call) =>
      line.limit(async () => {
        try {
          return await send(call, way);
        } catch (error) {
          throw await way.breaker.explain(error);
        }
      }),
  };
}

async function send(call: Call, way: SurfaceContext) {
  const { surface, line, tokens, breaker } = way;
  const write = call.method !== 'GET';
  let token = await tokens.token(call.access);
  let answer = await attempt(call, way, token);
  // A write is not repeated with a new token: whoever asked for it looks at the object first.
  if (isExpiredToken(answer) && tokens.renew(call.access, token) && !write) {
    token = await tokens.token(call.access);
    answer = await attempt(call, way, token);
    if (isExpiredToken(answer)) tokens.renew(call.access, token);
  }
  if (answer.status < 500 && !isExpiredToken(answer)) tokens.accepted(call.access, token);
  const redact = (text: string) => line.settings.redact(text.replaceAll(token, '[secret]'));
  const open = (raw: HttpResponse) => openAnswer(raw, call, surface, redact);
  for (let again = 0; ; again++) {
    try {
      return open(answer);
    } catch (error) {
      const broken = error instanceof DelineaError && error.code === 'malformed_response';
      if (write || !broken || again >= Math.min(CUT_OFF_READS, line.settings.retries)) throw error;
      // A body cut off on the way is a broken read like any other, and is read again.
      if (!breaker.stopped) {
        line.cost.waits++;
        await breaker.pause(backoff(again + 1));
      }
      if (breaker.stopped) throw error;
      answer = await attempt(call, way, token);
    }
  }
}

/** How often an answer that is no JSON is read again: a surface that always answers so is not waited for. */
const CUT_OFF_READS = 3;

/** The body of a success. @throws DelineaError for anything else */
function openAnswer(answer: HttpResponse, call: Call, surface: ConfiguredSurface, redact: (text: string) => string) {
  const write = call.method !== 'GET';
  if (answer.status >= 300) throw toError(answer, surface, redact, call.what, write);
  const body = readBody(answer, surface, call.what, write);
  if (isFailedEnvelope(body)) throw toError(answer, surface, redact, call.what, write);
  // Nothing at all is no word that an object is gone.
  if (body === undefined && !write) {
    throw new DelineaError('malformed_response', `${call.what}: an empty answer`, { status: answer.status });
  }
  return body;
}

async function attempt(call: Call, { surface, line, breaker }: SurfaceContext, token: string): Promise<HttpResponse> {
  const { method, counted, what, body } = call;
  const url = surface.baseUrl + call.path + queryString(call.query);
  if (new URL(url).host !== new URL(surface.baseUrl).host) {
    throw new DelineaError('settings_invalid', `${what}: the address leaves the configured host`);
  }
  const media = surface.mediaType;
  const headers = {
    authorization: `Bearer ${token}`,
    accept: `${media}, application/json;q=0.9`,
    ...(body && { 'content-type': media }),
  };
  const options = { method, headers, ...(body && { body: JSON.stringify(body) }) };
  return sendWithRetries(line, { url, options, counted, write: method !== 'GET', what, breaker });
}

/** Percent-encoding of any text: a lone surrogate, which has none, becomes U+FFFD. */
export function percentEncode(text: string): string {
  return encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\uFFFD'));
}

function queryString(query: Call['query']): string {
  // Not URLSearchParams: it writes a space as "+", which not every server reads back.
  const pairs = Object.entries(query ?? {}).map(([name, value]) => `${name}=${percentEncode(String(value))}`);
  return pairs.length > 0 ? `?${pairs.join('&')}` : '';
}
