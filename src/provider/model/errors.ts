import type { Remedy } from './remedy.js';

/** The error as a stable code that programs may branch on. The message is for people. */
export type ErrorCode =
  | 'settings_invalid' // a setting or environment variable is missing or malformed
  | 'untrusted_host' // code sends credentials of the environment to a host that the environment does not name
  | 'credentials_missing' // no credential for a surface that the run needs
  | 'credentials_denied' // the service refused the credential: not retried
  | 'host_unreachable' // no connection: host name, port, TLS or proxy
  | 'timed_out' // no complete response in time
  | 'throttled' // 429 after all retries
  | 'server_error' // 5xx after all retries
  | 'stopped' // too many consecutive failures: this run sends nothing more to the service
  | 'budget_spent' // max_requests were sent: this run sends nothing more
  | 'unauthorized' // 401 after a fresh token
  | 'forbidden' // 403: not visible or not allowed, never "deleted"
  | 'not_found' // 404
  | 'conflict' // 409
  | 'overwritten' // a concurrent run replaced a list and lost the element just written
  | 'rejected' // any other 4xx
  | 'wrong_surface' // an HTML page, a redirect or, for a list, a 404: the address belongs to something else
  | 'malformed_response' // not JSON, or JSON that is not what the surface promises
  | 'incomplete_response' // a response omits an attribute that decides: nothing is concluded from that
  | 'visibility_reduced' // too many managed objects are missing: the account may no longer see them
  | 'list_incomplete' // a list ended before its total or repeated itself
  | 'unserved' // the routed surface does not serve the kind or the attribute
  | 'stack_invalid' // a declaration has an unknown attribute, a wrong type, a cycle
  | 'unsupported' // Terraform supports it, the embedded engine does not
  | 'reference_unresolved' // a reference to an address or attribute that does not exist
  | 'unknown_name' // no such role, container, user or group
  | 'ambiguous' // several objects have the name
  | 'duplicate' // two declarations of one object
  | 'not_ours' // the object exists, differs, and is not managed
  | 'consent_missing' // the plan would enable a disabled account, or create a deleted one again
  | 'correlation_missing' // a create without the correlation key, which the surface may duplicate later
  | 'immutable' // the surface sets this attribute at creation only
  | 'guarded' // refused by prevent_destroy, allow_empty or allow_delete
  | 'refused_by_guard' // the plan reduces access more than is allowed: nothing was written
  | 'stale_plan' // the live object has changed since the plan was made
  | 'not_converged' // the API accepted the change, but it reads back unchanged
  | 'half_done' // a replacement removed the old right and failed to create the new one
  | 'skipped' // not attempted, because an object it needs has an error
  | 'ledger_missing' // there is no ledger file
  | 'ledger_edited' // the ledger is not as the last apply left it
  | 'ledger_damaged' // the ledger file is not readable as a ledger
  | 'ledger_locked' // another run has the ledger
  | 'file_refused' // a link, a device or a file of something else where this file should be, or it is too large
  | 'cancelled'; // the user stopped the run

export interface ErrorDetails {
  /** Advice on what to do next, in one or two sentences. */
  hint?: string | undefined;
  /** Remedies, as data: each front end names its own option for it, after the hint. */
  remedy?: Remedy | readonly Remedy[] | undefined;
  /** HTTP status, if there was a response. */
  status?: number | undefined;
  /** A resource address, `<address>.<attribute_in_snake_case>`, or a file. */
  path?: string | undefined;
  /** The write may or may not have been executed: read before writing again. */
  uncertain?: boolean | undefined;
  cause?: unknown;
}

/**
 * The only error that leaves the resource layer. The message contains no secret; names in it are as the tenant or the code
 * has them, so only `visible` makes it safe to print.
 */
export class DelineaError extends Error {
  override readonly name = 'DelineaError';
  readonly hint: string | undefined;
  readonly remedy: readonly Remedy[];
  readonly status: number | undefined;
  readonly path: string | undefined;
  readonly uncertain: boolean;
  /** Identity of the fault. Copies share it: several callers may wait for one failing request. */
  #fault: object = this;

  constructor(
    readonly code: ErrorCode,
    message: string,
    details: ErrorDetails = {},
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.hint = details.hint;
    this.remedy = details.remedy === undefined ? [] : [details.remedy].flat();
    this.status = details.status;
    this.path = details.path;
    this.uncertain = details.uncertain ?? false;
  }

  /** Returns the error with a path that only the caller knows; unchanged if it has one. */
  at(path: string): DelineaError {
    if (this.path !== undefined) return this;
    return this.again(this.message, { path });
  }

  /** Returns the error with the name of the object before the message; unchanged if the message has it. */
  about(name: string): DelineaError {
    if (this.message.includes(name)) return this;
    return this.again(`${name}: ${this.message}`);
  }

  /** Returns the identity of the fault, which copies of this error and errors caused by it share. */
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

/** Codes that mean "the tenant could not be read": a run with such an error must never report "no drift". */
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

/** Several errors found at once; each is reported on its own line. */
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
