import { DelineaError } from '../model/errors.js';
import type { JsonObject } from '../model/values.js';
import type { ConfiguredSurface } from '../settings/configured-surface.js';
import type { AccessLevel } from '../settings/surfaces.js';
import { type TokenSource, tokenSource } from './auth.js';
import { Breaker } from './breaker.js';
import type { Write } from './protocol.js';
import type { RequestType } from './request-count.js';
import {
  type HttpResponse,
  isExpiredToken,
  isFailedEnvelope,
  readBody,
  toApiError,
  UNDOCUMENTED_RESPONSE,
} from './response.js';
import { sendWithRetries, type Transport } from './transport.js';

/** One request to a surface. */
export interface Call extends Omit<Write, 'method'> {
  readonly method: 'GET' | Write['method'];
  readonly access: AccessLevel;
  readonly counted: RequestType;
  /** The request in errors: "user list", "update group 7". */
  readonly what: string;
}

export interface Http {
  /** Returns the body; undefined only for a write without one (204). @throws DelineaError for everything but a 2xx */
  send(call: Call): Promise<JsonObject | undefined>;
}

/** The state that all requests of one surface share. */
interface SurfaceContext {
  readonly surface: ConfiguredSurface;
  readonly transport: Transport;
  readonly tokens: TokenSource;
  readonly breaker: Breaker;
}

/** Sends the requests of one surface: adds the token, retries, stops after errors in a row, maps failures to one error. */
export function surfaceHttp(surface: ConfiguredSurface, transport: Transport): Http {
  const breaker = new Breaker(surface.title);
  const context = { surface, transport, tokens: tokenSource(surface, transport), breaker };
  return {
    send: (call) =>
      transport.limit(async () => {
        try {
          return await send(call, context);
        } catch (error) {
          throw await breaker.explain(error);
        }
      }),
  };
}

async function send(call: Call, context: SurfaceContext): Promise<JsonObject | undefined> {
  const { surface, transport, tokens } = context;
  if (!transport.mayWrite && call.access !== 'read')
    throw new DelineaError('cancelled', `${call.what}: this run only reads, so nothing was sent`);
  const write = isWrite(call);
  for (const secret of call.secrets ?? []) transport.settings.hide(secret);
  let token = await tokens.token(call.access);
  let response = await attempt(call, context, token);
  // A write is not repeated with a new token: its caller reads the object first.
  if (isExpiredToken(response) && tokens.renew(call.access, token) && !write) {
    token = await tokens.token(call.access);
    response = await attempt(call, context, token);
    if (isExpiredToken(response)) tokens.renew(call.access, token);
  }
  if (response.status < 500 && !isExpiredToken(response)) tokens.accepted(call.access, token);
  return openResponse(response, call, surface, transport.settings.redact);
}

/** Returns the body of a success. @throws DelineaError for anything else */
function openResponse(
  response: HttpResponse,
  call: Call,
  surface: ConfiguredSurface,
  redact: (text: string) => string,
): JsonObject | undefined {
  const write = isWrite(call);
  if (response.status >= 300) throw toApiError(response, surface, redact, call.what, write);
  const body = readBody(response, surface, call.what, write);
  if (isFailedEnvelope(body)) throw toApiError(response, surface, redact, call.what, write);
  // An empty body does not mean that the object is gone.
  if (body === undefined && !write) {
    throw new DelineaError('malformed_response', `${call.what}: the response is empty`, {
      hint: UNDOCUMENTED_RESPONSE,
      status: response.status,
    });
  }
  return body;
}

async function attempt(call: Call, context: SurfaceContext, token: string): Promise<HttpResponse> {
  const { surface, transport, breaker } = context;
  const { method, counted, what, body } = call;
  const url = surface.baseUrl + call.path + queryString(call.query);
  if (new URL(url).host !== new URL(surface.baseUrl).host) {
    throw new DelineaError('settings_invalid', `${what}: the URL leaves the configured host`);
  }
  const media = surface.mediaType;
  const headers = {
    authorization: `Bearer ${token}`,
    accept: `${media}, application/json;q=0.9`,
    ...(body && { 'content-type': media }),
  };
  const options = { method, headers, ...(body && { body: JSON.stringify(body) }) };
  return sendWithRetries(transport, { url, options, counted, write: isWrite(call), what, breaker });
}

/** Returns whether a request changes the tenant. The method does not show that: some services read by POST. */
function isWrite({ access }: Call): boolean {
  return access !== 'read';
}

/** Encodes any text for a URL (percent-encoding); a lone surrogate, which has no encoding, becomes U+FFFD. */
export function percentEncode(text: string): string {
  return encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\uFFFD'));
}

function queryString(query: Call['query']): string {
  // Not URLSearchParams: it writes a space as "+", which some servers do not decode.
  const pairs = Object.entries(query ?? {}).map(([name, value]) => `${name}=${percentEncode(String(value))}`);
  return pairs.length > 0 ? `?${pairs.join('&')}` : '';
}
