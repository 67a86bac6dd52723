import type { Agent as HttpsAgent } from 'node:https';
import type { Agents, OptionsInit } from 'got';
import pLimit, { type LimitFunction } from 'p-limit';
import type { Cost } from '../model/cost.js';
import { DelineaError } from '../model/errors.js';
import type { Settings } from '../settings/settings.js';
import type { Breaker } from './breaker.js';
import { ConnectionFailure, connectionError, ProxyFailure } from './connection-error.js';
import { proxyFor } from './proxy.js';
import { ExcessiveResponse, receiver } from './receive.js';
import { overBudget, type RequestType } from './request-count.js';
import { type HttpResponse, verdictOf } from './response.js';
import { type AttemptResult, retryPause } from './retry.js';
import { RunLimits } from './run-limits.js';

/** A token request that is not repeated. */
export interface Denial {
  readonly request: {
    readonly tokenUrl: string;
    readonly credentials: Readonly<Record<string, string>>;
    readonly scope: string;
  };
  readonly error: DelineaError;
}

/** The HTTP client that all surfaces of one tenant share, with its concurrency limit and request counters. */
export interface Transport {
  /** Sends one attempt. @param isRead whether the run keeps the response, which counts as memory */
  readonly send: (url: string, options: OptionsInit, isRead?: boolean) => Promise<AttemptResult>;
  /** Limits concurrent requests. A request keeps its slot while it waits for a retry: a throttling tenant gets fewer requests. */
  readonly limit: LimitFunction;
  readonly cost: Cost;
  readonly settings: Settings;
  readonly limits: RunLimits;
  /** Denied token requests of all surfaces: several may use one account at one URL with one scope. */
  readonly denials: Denial[];
  /** Whether this run may write. Until then no token with more than the read scope is requested. */
  mayWrite: boolean;
}

/**
 * Opens the HTTP client. Sends nothing yet.
 * @param env has the proxy and NO_PROXY
 */
export async function openTransport(settings: Settings, cost: Cost, env: NodeJS.ProcessEnv): Promise<Transport> {
  // Loaded on demand: the client dominates start-up time, and help or a schema never needs it.
  const [{ got, RequestError, TimeoutError }, http, https, tls] = await Promise.all([
    import('got'),
    import('node:http'),
    import('node:https'),
    import('node:tls'),
  ]);
  const ca = settings.ca === undefined ? undefined : [...tls.rootCertificates, settings.ca];
  const options = { keepAlive: true, maxSockets: settings.concurrency, ...(ca && { ca }) };
  const direct = { http: new http.Agent(options), https: new https.Agent(options) };
  let tunnel: Promise<HttpsAgent> | undefined;
  const agentFor = async (url: string): Promise<Agents> => {
    const proxy = proxyFor(new URL(url), env);
    if (!proxy) return direct;
    // Loaded only if a proxy is used, to save start-up time.
    tunnel ??= import('./tunnel-agent.js').then((made) => new made.TunnelAgent(proxy, settings.timeoutMs, options));
    return { https: await tunnel };
  };
  const client = got.extend({
    followRedirect: false,
    throwHttpErrors: false,
    // sendWithRetries repeats: every attempt must pass the breaker.
    retry: { limit: 0 },
    timeout: { request: settings.timeoutMs },
    headers: { 'user-agent': 'delinea-iac' },
    ...(ca && { https: { certificateAuthority: ca } }),
  });
  const limits = new RunLimits();
  const receive = receiver(limits);
  const send = async (url: string, more: OptionsInit, isRead = false): Promise<AttemptResult> => {
    try {
      const agent = await agentFor(url);
      const stream = client.stream(url, { ...more, agent, signal: limits.signal, isStream: true });
      // A stream waits for a body to be written unless it has one.
      if (more.method !== 'GET' && !more.body && !more.form) stream.end();
      return await receive(stream, isRead ? `${url} ${more.body ?? ''}` : undefined);
    } catch (error) {
      if (error instanceof DelineaError) return error;
      if (error instanceof RequestError && error.cause instanceof ProxyFailure) return error.cause;
      if (error instanceof RequestError) return new ConnectionFailure(error.code, error instanceof TimeoutError);
      if (error instanceof ExcessiveResponse) return error;
      throw error;
    }
  };
  return { send, limit: pLimit(settings.concurrency), cost, settings, limits, denials: [], mayWrite: false };
}

/** One request with its retries. */
export interface RequestSpec {
  readonly url: string;
  readonly options: OptionsInit;
  readonly counted: RequestType;
  /** Whether it changes the tenant: such a request is repeated only after a 429. */
  readonly write: boolean;
  /** The request in errors: "user list". */
  readonly what: string;
  /** The breaker of the service that receives it. */
  readonly breaker: Breaker;
}

/**
 * Sends one request with its retries and counts every attempt and wait. Returns the response of any status.
 * @throws DelineaError `timed_out` or `host_unreachable`, `uncertain` for a write that may have been executed;
 * `malformed_response` for a response beyond a limit; `stopped` if nothing was sent because the service failed too
 * often; `budget_spent` if the run has used its requests or its time; `cancelled` if it was stopped
 */
export async function sendWithRetries(
  transport: Transport,
  { url, options, counted, write, what, breaker }: RequestSpec,
): Promise<HttpResponse> {
  const { cost, settings, limits } = transport;
  const attempt = async (): Promise<AttemptResult> => {
    const refusal = limits.refusal() ?? overBudget(cost, settings.maxRequests);
    if (refusal) return refusal;
    cost[counted]++;
    return transport.send(url, options, !write);
  };
  const verdict = (result: AttemptResult) => {
    // A request that was not sent does not show whether the service works.
    if (result instanceof DelineaError || result instanceof ProxyFailure) return 'refused';
    return result instanceof Error ? 'failing' : verdictOf(result, write);
  };
  for (let attempts = 1; ; attempts++) {
    const result = await breaker.send(attempt, verdict);
    const isOver = () => breaker.stopped || limits.stopped;
    const pause = isOver() ? undefined : retryPause(result, attempts, settings, !write, limits.waitLeftMs);
    if (pause !== undefined) {
      cost.waits++;
      await limits.pause(pause, breaker.stopSignal);
      if (!isOver()) continue;
    }
    if (result instanceof Error) throw connectionError(result, what, url, write);
    return result;
  }
}
