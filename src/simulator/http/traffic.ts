import { isTokenUrl, splitCollection } from './base-paths.js';

/** One logged request and its result. Has no headers and no body, so it contains no secrets. */
export interface LogEntry {
  /** ISO 8601. */
  readonly at: string;
  readonly method: string;
  readonly path: string;
  readonly query: string;
  /** 0 if no response was sent. */
  readonly status: number;
  /** Surface of its credential; `token` for token requests, `none` without a valid credential. */
  readonly surface: string;
  /** Scope that a token request asked for. */
  readonly scope?: string;
  /** Faults that affected it. */
  readonly faults: readonly string[];
}

/** Request counts since the start or the last reset, without the control plane. */
export interface RequestCounts {
  total: number;
  tokens: number;
  /** GETs: `lists` + `gets`. */
  reads: number;
  lists: number;
  gets: number;
  writes: number;
  /** `GET /api/v1/users/{id}` -> number. */
  byRoute: Record<string, number>;
  /** Maximum number of concurrent requests. */
  maxInFlight: number;
}

const KEPT = 10_000;

export class Traffic {
  counts: RequestCounts = none();
  log: LogEntry[] = [];
  #inFlight = 0;

  reset(): void {
    this.counts = none();
    this.log = [];
  }

  begin(method: string, path: string): void {
    const { counts } = this;
    const { route, kind } = classify(method, path);
    counts.total += 1;
    counts[kind] += 1;
    if (kind === 'lists' || kind === 'gets') counts.reads += 1;
    counts.byRoute[route] = (counts.byRoute[route] ?? 0) + 1;
    this.#inFlight += 1;
    counts.maxInFlight = Math.max(counts.maxInFlight, this.#inFlight);
  }

  end(entry: LogEntry): void {
    this.#inFlight -= 1;
    this.log.push(entry);
    if (this.log.length > 2 * KEPT) this.log = this.log.slice(-KEPT);
  }
}

function none(): RequestCounts {
  return { total: 0, tokens: 0, reads: 0, lists: 0, gets: 0, writes: 0, byRoute: {}, maxInFlight: 0 };
}

/** Returns whether a GET of Secret Server is a list: its path does not end with an id or the name of a single object. */
export function isSecretServerList(path: string): boolean {
  return path.startsWith('/SecretServer/api/') && !/\/(\d+|current|stub|progress|summary|synchronization)$/.test(path);
}

function classify(method: string, path: string): { route: string; kind: 'tokens' | 'lists' | 'gets' | 'writes' } {
  if (isTokenUrl(path)) return { route: `${method} ${path}`, kind: 'tokens' };
  const object = splitCollection(path);
  if (!object && path.startsWith('/SecretServer/')) {
    const route = `${method} ${path.replaceAll(/\/\d+(?=\/|$)/g, '/{id}')}`;
    return { route, kind: method !== 'GET' ? 'writes' : isSecretServerList(path) ? 'lists' : 'gets' };
  }
  const route = `${method} ${object ? object.collection + (object.rest ? '/{id}' : '') : path}`;
  // The identity API reads by POST.
  if (/^\/identity\/api\/Report\//i.test(path)) return { route, kind: 'lists' };
  if (/^\/identity\/api\/\w+\/Get\w+$/i.test(path)) return { route, kind: 'gets' };
  if (method !== 'GET' && method !== 'HEAD') return { route, kind: 'writes' };
  return { route, kind: object && !object.rest && !/ServiceProviderConfig$/.test(path) ? 'lists' : 'gets' };
}
