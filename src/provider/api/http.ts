import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { rootCertificates } from 'node:tls';
import got, { type Got, HTTPError } from 'got';
import pLimit, { type LimitFunction } from 'p-limit';
import { DelineaError } from '../errors.js';
import type { ConfiguredSurface, Settings } from '../settings.js';
import type { JsonObject } from '../wire.js';
import { answerError, isExpiredToken, isFailedEnvelope, isHtml, type RawAnswer, readBody } from './answers.js';
import { type TokenSource, tokenSource } from './auth.js';
import type { Cost, Counted } from './meter.js';
import { isTransient, networkError } from './network.js';
import type { Access } from './surfaces.js';

export interface Call {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Below the surface's base URL; ids in it are already encoded. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number>>;
  readonly body?: JsonObject;
  readonly access: Access;
  readonly counted: Counted;
  /** For people: "user list", "PATCH of group sre". */
  readonly what: string;
}

export interface Http {
  /** @throws DelineaError for everything but a 2xx. */
  send(call: Call): Promise<JsonObject | undefined>;
}

/** What all surfaces of one tenant share: the connection, the limit of requests in flight, the count of cost. */
export interface Line {
  readonly got: Got;
  readonly limit: LimitFunction;
  readonly cost: Cost;
  readonly settings: Settings;
}

export async function openLine(settings: Settings, cost: Cost, env: NodeJS.ProcessEnv): Promise<Line> {
  const limit = pLimit(settings.concurrency);
  const proxied = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'all_proxy'].some((name) => env[name]);
  const ca = settings.ca === undefined ? {} : { ca: [...rootCertificates, settings.ca] };
  const options = { keepAlive: true, maxSockets: settings.concurrency };
  // Loaded only where a proxy is set: it costs start-up time.
  const proxy = proxied ? new (await import('proxy-agent')).ProxyAgent({ ...options, ...ca }) : undefined;
  const agent = proxy
    ? { http: proxy, https: proxy }
    : { http: new HttpAgent(options), https: new HttpsAgent({ ...options, ...ca }) };
  const client = got.extend({
    agent: agent as { http: HttpAgent; https: HttpsAgent },
    followRedirect: false,
    throwHttpErrors: false,
    retry: { limit: 0 },
    timeout: { request: settings.timeoutMs },
    headers: { 'user-agent': 'delinea-iac' },
    ...(settings.ca === undefined ? {} : { https: { certificateAuthority: [...rootCertificates, settings.ca] } }),
  });
  return { got: client, limit, cost, settings };
}

/** The requests of one surface: token, retries, one error for every failure. */
export function surfaceHttp(surface: ConfiguredSurface, line: Line): Http {
  const tokens = tokenSource(surface, line.settings, line.got, line.cost);
  return { send: (call) => line.limit(() => send(call, surface, line, tokens)) };
}

async function send(call: Call, surface: ConfiguredSurface, line: Line, tokens: TokenSource): Promise<JsonObject | undefined> {
  const write = call.method !== 'GET';
  let token = await tokens.token(call.access);
  let answer = await attempt(call, surface, line, token);
  // A body cut off on the way is a broken read like any other, and is read once more.
  const readWhole = async (raw: RawAnswer) => {
    try {
      return readBody(raw, surface, call.what);
    } catch (error) {
      if (write || isHtml(raw)) throw error;
      line.cost.waits++;
      return readBody(await attempt(call, surface, line, token), surface, call.what);
    }
  };
  if (isExpiredToken(answer)) {
    const renewable = tokens.renew(token);
    // A write is not repeated here: whoever asked for it looks at the object first.
    if (renewable && !write) {
      token = await tokens.token(call.access);
      answer = await attempt(call, surface, line, token);
    }
  }
  if (answer.status >= 300) throw answerError(answer, surface, line.settings, call.what, write);
  const body = await readWhole(answer);
  if (isFailedEnvelope(body)) throw answerError({ ...answer, status: 400 }, surface, line.settings, call.what, write);
  return body;
}

/** One request with its retries: 429 always (refused before execution), 5xx and broken connections for reads only. */
async function attempt(call: Call, surface: ConfiguredSurface, line: Line, token: string): Promise<RawAnswer> {
  const url = surface.baseUrl + call.path + queryString(call.query);
  if (new URL(url).host !== new URL(surface.baseUrl).host) {
    throw new DelineaError('settings_invalid', `${call.what}: the address leaves the configured host`);
  }
  const write = call.method !== 'GET';
  const media = surface.protocol === 'scim' ? 'application/scim+json' : 'application/json';
  try {
    const answer = await line.got(url, {
      method: call.method,
      headers: {
        authorization: `Bearer ${token}`,
        accept: `${media}, application/json;q=0.9`,
        ...(call.body === undefined ? {} : { 'content-type': media }),
      },
      ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
      throwHttpErrors: true,
      hooks: { beforeRequest: [() => void line.cost[call.counted]++] },
      retry: {
        limit: line.settings.retries,
        methods: ['GET', 'POST', 'PATCH', 'DELETE'],
        calculateDelay: ({ attemptCount, error, retryAfter }) => {
          if (attemptCount > line.settings.retries) return 0;
          const status = error.response?.statusCode;
          const again = status === 429 || (!write && (status === undefined ? isTransient(error) : status >= 500));
          if (!again || (retryAfter ?? 0) > LONGEST_WAIT_MS) return 0;
          line.cost.waits++;
          return Math.max(1, retryAfter ?? backoff(attemptCount));
        },
      },
    });
    return { status: answer.statusCode, contentType: answer.headers['content-type'] ?? '', text: answer.body };
  } catch (error) {
    if (error instanceof HTTPError) {
      const { statusCode: status, headers, body } = error.response;
      return { status, contentType: headers['content-type'] ?? '', text: String(body) };
    }
    throw networkError(error, call.what, surface.baseUrl, write);
  }
}

/** A tenant that asks for a longer pause than this gets its answer reported instead. */
const LONGEST_WAIT_MS = 300_000;

/** Full jitter (guide 000: "exponential backoff unconditionally"), in milliseconds, at most 30 s. */
function backoff(attempts: number): number {
  return Math.random() * Math.min(30_000, 250 * 2 ** attempts);
}

function queryString(query: Call['query']): string {
  // Not URLSearchParams: it writes a space as "+", which not every server reads back.
  const pairs = Object.entries(query ?? {}).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return pairs.length > 0 ? `?${pairs.join('&')}` : '';
}
