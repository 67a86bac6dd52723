/** The kinds of faults. Each is a row of the table in effects.ts. */
export type FaultKind =
  /** 429; `retryAfter` sets the header. */
  | 'throttle'
  /** The connection is reset before the request is executed. */
  | 'resetBefore'
  /** The request is executed, then the connection is reset. */
  | 'resetAfter'
  /** No response, and the request is not executed. The connection stays open. */
  | 'timeoutBefore'
  /** The request is executed, without a response. */
  | 'timeoutAfter'
  /** A proxy's HTML page with status 502; not executed. */
  | 'html502'
  /** A JSON error of the surface's family with `status`; not executed. */
  | 'status'
  /** The request is executed. The JSON of the response is truncated, with valid headers. */
  | 'truncate'
  /** 403 with Secret Server's body for an expired token (fact sheet 6.1); not executed. */
  | 'expired403'
  /** A list's later pages are empty although its total is higher. */
  | 'listEndsEarly'
  /** A list's later pages repeat the first. */
  | 'repeatPage'
  /** A page has half of the requested size, at least one; the next page continues there. */
  | 'shortPages'
  /** A POST or PUT is executed without `fields`, as RFC 7644, 3.3 allows. */
  | 'ignoreFields'
  /** Objects in the response lack `fields`. */
  | 'dropFields'
  /** Objects in the response have `extra` fields in addition. */
  | 'extraFields';

/** A fault and the requests that it affects. Without `at`, `rate` and `times` it affects every matching request. */
export interface Fault {
  readonly kind: FaultKind;
  /** HTTP method, or several (`POST|PATCH|DELETE`), without case; absent = any. */
  readonly method?: string;
  /** Regular expression on path and query, without case; absent = any. */
  readonly path?: string;
  /** Numbers of the matching requests, counted from 1 since the fault was set. */
  readonly at?: readonly number[];
  /** Share of matching requests, 0 to 1, drawn from `seed` (default 1). */
  readonly rate?: number;
  readonly seed?: number;
  /** Maximum number of affected requests. */
  readonly times?: number;
  /** throttle: `'none'` (default) sends no header; seconds; or `'date'`, an HTTP date about a second ahead. */
  readonly retryAfter?: 'none' | 'date' | number;
  /** status: 500 (default), 503, or a refusal such as 401. */
  readonly status?: number;
  readonly fields?: readonly string[];
  readonly extra?: Readonly<Record<string, unknown>>;
}

/** Conditions of the tenant, in force until changed. */
export interface Conditions {
  /** Delay before every request, in milliseconds. */
  readonly latencyMs?: number;
  /** Status of every successful SCIM PATCH; absent = 204 on the Platform, 200 on the connector. */
  readonly patchAnswer?: 200 | 204;
  /**
   * SCIM has no PATCH, which RFC 7644, 3.5.2 leaves to the service: it is a 501 (3.12), ServiceProviderConfig shows that,
   * and PUT replaces groups too.
   */
  readonly withoutPatch?: boolean;
  /** Lifetime of new tokens, in seconds; also their `expires_in`. */
  readonly tokenLifeS?: number;
  /** Time until readers see a change, in milliseconds. Writes use the current state. */
  readonly visibilityDelayMs?: number;
}

export interface FaultSettings extends Conditions {
  readonly faults?: readonly Fault[];
}
