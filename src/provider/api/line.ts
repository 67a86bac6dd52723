import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { rootCertificates } from 'node:tls';
import got, { type Got, HTTPError, type OptionsInit } from 'got';
import pLimit, { type LimitFunction } from 'p-limit';
import type { Settings } from '../settings.js';
import type { RawAnswer } from './answers.js';
import type { Cost, Counted } from './meter.js';
import { networkError } from './network.js';
import { retryPolicy } from './retry.js';

/** What all surfaces of one tenant share: the connection, the limit of requests in flight, the count of cost. */
export interface Line {
  readonly got: Got;
  /** A slot is held while its request waits for another attempt: a tenant that throttles should see less of us. */
  readonly limit: LimitFunction;
  readonly cost: Cost;
  readonly settings: Settings;
}

const PROXY_VARIABLES = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'all_proxy'];

/** Sends nothing yet. @param env whether a proxy is set; which one, and NO_PROXY, is read from the process's own */
export async function openLine(settings: Settings, cost: Cost, env: NodeJS.ProcessEnv): Promise<Line> {
  const ca = settings.ca === undefined ? undefined : [...rootCertificates, settings.ca];
  const options = { keepAlive: true, maxSockets: settings.concurrency, ...(ca && { ca }) };
  // Loaded only where a proxy is set: it costs start-up time.
  const proxied = PROXY_VARIABLES.some((name) => env[name]);
  const proxy = proxied ? new (await import('proxy-agent')).ProxyAgent(options) : undefined;
  const agent = proxy
    ? { http: proxy, https: proxy }
    : { http: new HttpAgent(options), https: new HttpsAgent(options) };
  const client = got.extend({
    agent: agent as { http: HttpAgent; https: HttpsAgent },
    followRedirect: false,
    throwHttpErrors: true,
    timeout: { request: settings.timeoutMs },
    headers: { 'user-agent': 'delinea-iac' },
    ...(ca && { https: { certificateAuthority: ca } }),
  });
  return { got: client, limit: pLimit(settings.concurrency), cost, settings };
}

export interface Exchange {
  readonly url: string;
  readonly options: OptionsInit;
  readonly counted: Counted;
  /** Whether it changes anything in the tenant: such a request is repeated after a 429 only. */
  readonly write: boolean;
  /** For people: "user list". */
  readonly what: string;
}

/**
 * One request with its retries, every attempt counted. An answer of any status is an answer.
 * @throws DelineaError `timed_out` or `host_unreachable`, `uncertain` for a write that may have been executed
 */
export async function exchange(line: Line, { url, options, counted, write, what }: Exchange): Promise<RawAnswer> {
  const { cost, settings } = line;
  try {
    const answer = await line.got(url, {
      ...options,
      isStream: false,
      resolveBodyOnly: false,
      responseType: 'text',
      hooks: { beforeRequest: [() => void cost[counted]++] },
      retry: retryPolicy(settings, cost, !write),
    });
    return rawAnswer(answer);
  } catch (error) {
    if (error instanceof HTTPError) return rawAnswer(error.response);
    throw networkError(error, what, url, write);
  }
}

function rawAnswer(response: HTTPError['response']): RawAnswer {
  const { statusCode: status, headers, body } = response;
  return { status, contentType: headers['content-type'] ?? '', text: String(body ?? '') };
}
