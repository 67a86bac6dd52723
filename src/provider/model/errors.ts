import type { Remedy } from './remedy.js';

/** What went wrong, as a stable word that programs may branch on. The message is for people. */
export type ErrorCode =
  | 'settings_invalid' // a setting or environment variable is missing or malformed
  | 'credentials_missing' // no credential for a surface that the run needs
  | 'credentials_denied' // the service refused the credential: never tried again
  | 'host_unreachable' // no connection: name, port, TLS or proxy
  | 'timed_out'
  | 'throttled' // 429 after all retries
  | 'server_error' // 5xx
  | 'stopped' // the service failed too often in a row: nothing more is sent to it in this run
  | 'budget_spent' // max_requests were sent: nothing more is sent in this run
  | 'unauthorized' // 401 after a fresh token
  | 'forbidden' // 403: cannot see or may not change, never "gone"
  | 'not_found'
  | 'conflict' // 409
  | 'overwritten' // another run wrote a list whole at the same time, without what was just written
  | 'rejected' // any other 4xx
  | 'wrong_surface' // an HTML page, a redirect or, for a list, a 404: the address belongs to something else
  | 'malformed_response' // not JSON, or JSON that is not what the surface promises
  | 'incomplete_response' // an answer leaves out what decides: nothing may be concluded from that
  | 'visibility_reduced' // much of what is ours does not show: the account may have lost sight of it
  | 'list_incomplete' // a list that ended before its total or repeated itself
  | 'unserved' // the routing names a surface that does not serve the kind
  | 'stack_invalid'
  | 'unsupported' // the embedded engine does not do it: Terraform does
  | 'reference_unresolved'
  | 'unknown_name' // no such role, container, user or group
  | 'ambiguous' // several objects answer to one name
  | 'duplicate' // two declarations of one object
  | 'not_ours' // exists, differs, and is not in the ledger
  | 'consent_missing' // would re-enable a disabled account
  | 'correlation_missing' // would create, without the key of an identity provider, what the surface may then duplicate
  | 'guarded' // prevent_destroy, allow_empty, allow_delete
  | 'refused_by_guard' // the plan takes away more than anybody allowed: nothing was written
  | 'stale_plan' // the live object is not what the plan saw
  | 'not_converged' // written, but the read-back says otherwise
  | 'half_done' // a regrant lost the old right and did not get the new one
  | 'skipped' // not attempted, because something it needs failed
  | 'ledger_missing'
  | 'ledger_damaged'
  | 'ledger_locked'
  | 'cancelled';

export interface ErrorDetails {
  /** What to do next, one sentence. */
  hint?: string | undefined;
  /** What to do next, as data: each front end names its own option for it, after the hint. */
  remedy?: Remedy | readonly Remedy[] | undefined;
  /** HTTP status, where there was an answer. */
  status?: number | undefined;
  /** Where: a resource address, an attribute path, a file. */
  path?: string | undefined;
  /** The write may or may not have been executed: observe before anything else. */
  uncertain?: boolean | undefined;
  cause?: unknown;
}

/** The only error that leaves the resource layer. The message is one line and holds no secret. */
export class DelineaError extends Error {
  override readonly name = 'DelineaError';
  readonly hint: string | undefined;
  readonly remedy: readonly Remedy[];
  readonly status: number | undefined;
  readonly path: string | undefined;
  readonly uncertain: boolean;
  /** The same for the same fault, wherever and of whatever it is said: several may wait for one answer. */
  #fault: object = this;

  constructor(
    readonly code: ErrorCode,
    message: string,
    details: ErrorDetails = {},
  ) {
    super(message.replace(/\s+/g, ' ').trim(), details.cause === undefined ? undefined : { cause: details.cause });
    this.hint = details.hint;
    this.remedy = details.remedy === undefined ? [] : [details.remedy].flat();
    this.status = details.status;
    this.path = details.path;
    this.uncertain = details.uncertain ?? false;
  }

  /** The same error, said of a place (an address or attribute path) that only the caller knows. */
  at(path: string): DelineaError {
    if (this.path !== undefined) return this;
    return this.again(this.message, { path });
  }

  /** The same error, naming what it is about. */
  about(name: string): DelineaError {
    if (this.message.includes(name)) return this;
    return this.again(`${name}: ${this.message}`);
  }

  /** What is one fault, however often it is said. */
  get origin(): object {
    return this.cause instanceof DelineaError ? this.cause.origin : this.#fault;
  }

  private again(message: string, more: ErrorDetails = {}): DelineaError {
    const { hint, remedy, status, path, uncertain, cause } = this;
    const same = new DelineaError(this.code, message, { hint, remedy, status, path, uncertain, cause, ...more });
    same.#fault = this.#fault;
    return same;
  }
}

/** Codes that mean "the tenant could not be read": such a run knows nothing and must never say "no drift". */
export const UNREADABLE: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'credentials_denied',
  'host_unreachable',
  'timed_out',
  'throttled',
  'server_error',
  'stopped',
  'budget_spent',
  'unauthorized',
  'forbidden',
  'wrong_surface',
  'malformed_response',
  'list_incomplete',
  'incomplete_response',
  'visibility_reduced',
]);

/** Several faults found at once; each is reported on its own line. */
export class DelineaErrors extends Error {
  override readonly name = 'DelineaErrors';
  constructor(readonly errors: readonly DelineaError[]) {
    super(errors.map((error) => error.message).join('\n'));
  }
}

/** Returns a `catch` handler that turns these codes into `undefined` and rethrows everything else. */
export function ignoreCodes(...codes: readonly ErrorCode[]): (error: unknown) => undefined {
  return (error) => {
    if (error instanceof DelineaError && codes.includes(error.code)) return undefined;
    throw error;
  };
}

/**
 * Returns a `catch` handler that returns errors with these codes, or every DelineaError if none is given, and rethrows
 * the rest.
 */
export function asError(...codes: readonly ErrorCode[]): (error: unknown) => DelineaError {
  return (error) => {
    if (error instanceof DelineaError && (codes.length === 0 || codes.includes(error.code))) return error;
    throw error;
  };
}
