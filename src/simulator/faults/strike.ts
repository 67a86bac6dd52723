/** What can go wrong with one request. Each kind is a row of the table in effects.ts. */
export type StrikeKind =
  /** 429; `retryAfter` says what the answer promises. */
  | 'throttle'
  /** The connection is reset before the request is carried out. */
  | 'resetBefore'
  /** The request is carried out, then the connection is reset. */
  | 'resetAfter'
  /** No answer, and the request is not carried out. The connection stays open. */
  | 'timeoutBefore'
  /** The request is carried out, and no answer comes. */
  | 'timeoutAfter'
  /** A proxy's HTML page with status 502; not carried out. */
  | 'html502'
  /** A JSON error of the surface's family with `status`; not carried out. */
  | 'status'
  /** The request is carried out; the JSON of the answer is cut off, with headers that look right. */
  | 'truncate'
  /** 403 with the body by which Secret Server means an expired token (fact sheet 6.1); not carried out. */
  | 'expired403'
  /** A list's later pages are empty although its total says more. */
  | 'listEndsEarly'
  /** A list's later pages repeat the first. */
  | 'repeatPage'
  /** A page has half of what was asked for, at least one; the next page goes on where it ended. */
  | 'shortPages'
  /** Objects in the answer lack `fields`. */
  | 'dropFields'
  /** Objects in the answer carry `extra` beside what they have. */
  | 'extraFields';

/** One fault and when it strikes. Without `at`, `rate` and `times` it strikes every request that matches. */
export interface Strike {
  readonly kind: StrikeKind;
  /** HTTP method, or several (`POST|PATCH|DELETE`), without case; absent = any. */
  readonly method?: string;
  /** Regular expression on path and query, without case; absent = any. */
  readonly path?: string;
  /** Which of the matching requests, counted from 1 since the strike was set. */
  readonly at?: readonly number[];
  /** Share of matching requests, 0 to 1, drawn from `seed` (default 1). */
  readonly rate?: number;
  readonly seed?: number;
  /** How often it strikes at most. */
  readonly times?: number;
  /** throttle: `'none'` (default) sends no header; seconds; or `'date'`, an HTTP date about a second ahead. */
  readonly retryAfter?: 'none' | 'date' | number;
  /** status: 500 (default), 503, or a refusal such as 401. */
  readonly status?: number;
  readonly fields?: readonly string[];
  readonly extra?: Readonly<Record<string, unknown>>;
}

/** Conditions of the tenant: they hold until changed. */
export interface Conditions {
  /** Added before every request is carried out, in milliseconds. */
  readonly latencyMs?: number;
  /** What every SCIM PATCH answers; absent = 204 on the Platform, 200 on the connector. */
  readonly patchAnswer?: 200 | 204;
  /** Life of tokens issued from now on, in seconds; also their `expires_in`. */
  readonly tokenLifeS?: number;
  /** How long readers do not see a change, in milliseconds. Writes work on the truth. */
  readonly visibilityDelayMs?: number;
}

export interface FaultSettings extends Conditions {
  readonly strikes?: readonly Strike[];
}
