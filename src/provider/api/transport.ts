import type { Agent as HttpAgent } from 'node:http';
import type { Agent as HttpsAgent } from 'node:https';
import type { OptionsInit } from 'got';
import pLimit, { type LimitFunction } from 'p-limit';
import type { Cost } from '../model/cost.js';
import { DelineaError } from '../model/errors.js';
import type { Settings } from '../settings/settings.js';
import type { Breaker } from './breaker.js';
import { ConnectionFailure, connectionError } from './connection-error.js';
import { overBudget, type RequestType } from './request-count.js';
import { type HttpResponse, verdictOf } from './response.js';
import { type AttemptResult, retryPause } from './retry.js';

/** What all surfaces of one tenant share: the connection, the limit of requests in flight, the count of cost. */
export interface Transport {
  /** One attempt. */
  readonly send: (url: string, options: OptionsInit) => Promise<AttemptResult>;
  /** A slot is held while its request waits for another attempt: a tenant that throttles should see less of us. */
  readonly limit: LimitFunction;
  readonly cost: Cost;
  readonly settings: Settings;
}

const PROXY_VARIABLES = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'all_proxy'];

/** Sends nothing yet. @param env whether a proxy is set; which one, and NO_PROXY, is read from the process's own */
export async function openTransport(settings: Settings, cost: Cost, env: NodeJS.ProcessEnv): Promise<Transport> {
  // Loaded here and not above: the client costs more start-up time than all else, and help or a schema never needs it.
  const [{ got, RequestError, TimeoutError }, http, https, tls] = await Promise.all([
    import('got'),
    import('node:http'),
    import('node:https'),
    import('node:tls'),
  ]);
  const ca = settings.ca === undefined ? undefined : [...tls.rootCertificates, settings.ca];
  const options = { keepAlive: true, maxSockets: settings.concurrency, ...(ca && { ca }) };
  // Loaded only where a proxy is set: it costs start-up time.
  const proxied = PROXY_VARIABLES.some((name) => env[name]);
  const proxy = proxied ? new (await import('proxy-agent')).ProxyAgent(options) : undefined;
  const agent = proxy
    ? { http: proxy, https: proxy }
    : { http: new http.Agent(options), https: new https.Agent(options) };
  const client = got.extend({
    agent: agent as { http: HttpAgent; https: HttpsAgent },
    followRedirect: false,
    throwHttpErrors: false,
    // Every attempt passes the breaker, so the repeating is done here.
    retry: { limit: 0 },
    timeout: { request: settings.timeoutMs },
    headers: { 'user-agent': 'delinea-iac' },
    ...(ca && { https: { certificateAuthority: ca } }),
  });
  const send = async (url: string, more: OptionsInit): Promise<AttemptResult> => {
    try {
      const response = await client(url, { ...more, isStream: false, resolveBodyOnly: false, responseType: 'text' });
      const { statusCode: status, headers, body } = response;
      const retryAfter = headers['retry-after'];
      return { status, contentType: headers['content-type'] ?? '', text: String(body ?? ''), retryAfter };
    } catch (error) {
      if (error instanceof RequestError) return new ConnectionFailure(error.code, error instanceof TimeoutError);
      throw error;
    }
  };
  return { send, limit: pLimit(settings.concurrency), cost, settings };
}

export interface RequestSpec {
  readonly url: string;
  readonly options: OptionsInit;
  readonly counted: RequestType;
  /** Whether it changes anything in the tenant: such a request is repeated after a 429 only. */
  readonly write: boolean;
  /** For people: "user list". */
  readonly what: string;
  /** Of the service that is asked. */
  readonly breaker: Breaker;
}

/**
 * One request with its retries, every attempt counted, each wait too. An answer of any status is an answer.
 * @throws DelineaError `timed_out` or `host_unreachable`, `uncertain` for a write that may have been executed; `stopped`
 *   where nothing was sent because the service failed too often, `budget_spent` because the run sent all it may
 */
export async function sendWithRetries(
  line: Transport,
  { url, options, counted, write, what, breaker }: RequestSpec,
): Promise<HttpResponse> {
  const { cost, settings } = line;
  const attempt = async (): Promise<AttemptResult> => {
    const refusal = overBudget(cost, settings.maxRequests);
    if (refusal) return refusal;
    cost[counted]++;
    return line.send(url, options);
  };
  const judge = (ending: AttemptResult) => {
    // What was not sent says nothing of the service.
    if (ending instanceof DelineaError) return 'refused';
    return ending instanceof Error ? 'failing' : verdictOf(ending, write);
  };
  for (let attempts = 1; ; attempts++) {
    const ending = await breaker.send(attempt, judge);
    const pause = breaker.stopped ? undefined : retryPause(ending, attempts, settings, !write);
    if (pause !== undefined) {
      cost.waits++;
      await breaker.pause(pause);
      if (!breaker.stopped) continue;
    }
    if (ending instanceof Error) throw connectionError(ending, what, url, write);
    return ending;
  }
}
