import { DelineaError } from '../model/errors.js';
import { ExcessiveResponse } from './receive.js';
import { UNDOCUMENTED_RESPONSE } from './response.js';

/** Failures before anything was sent: the write was certainly not executed. */
const NOT_SENT = new Set(
  `ENOTFOUND EAI_AGAIN ECONNREFUSED EHOSTUNREACH ENETUNREACH CERT_HAS_EXPIRED CERT_NOT_YET_VALID
  DEPTH_ZERO_SELF_SIGNED_CERT SELF_SIGNED_CERT_IN_CHAIN UNABLE_TO_VERIFY_LEAF_SIGNATURE
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY ERR_TLS_CERT_ALTNAME_INVALID`.split(/\s+/),
);

/** Connection failures that another attempt may avoid. */
const TRANSIENT_FAILURES = new Set(
  `ECONNRESET ECONNREFUSED ECONNABORTED EPIPE ETIMEDOUT EAI_AGAIN EHOSTUNREACH ENETUNREACH
  ERR_READING_RESPONSE_STREAM ERR_HTTP_CONTENT_LENGTH_MISMATCH`.split(/\s+/),
);

/** A request without a response. Does not keep the client's own error, which contains the bearer token. */
export class ConnectionFailure extends Error {
  /** @param code error code of the system or the client, such as `ECONNRESET` */
  constructor(
    readonly code: string,
    readonly timedOut: boolean,
  ) {
    super(`connection failed (${code})`);
  }
}

/** A request that was not sent, because the proxy opened no connection to its host. Proves nothing about the service. */
export class ProxyFailure extends Error {
  /**
   * @param code error code of the system, or the proxy's response
   * @param proxy scheme, host and port, without name and password
   * @param lasting whether another attempt would fail as well
   */
  constructor(
    readonly code: string,
    readonly proxy: string,
    readonly lasting: boolean,
  ) {
    super(`proxy failed (${code})`);
  }
}

/** Returns whether the connection failure may be temporary. */
export function isTransientFailure(error: unknown): boolean {
  if (error instanceof ProxyFailure) return !error.lasting && TRANSIENT_FAILURES.has(error.code);
  return error instanceof ConnectionFailure && (error.timedOut || TRANSIENT_FAILURES.has(error.code));
}

/**
 * Converts a connection failure to a DelineaError `timed_out`, `host_unreachable` or `cancelled`, and an excessive
 * response to `malformed_response`; returns other errors unchanged.
 * @param write an error of a write that may have been executed is `uncertain`
 */
export function connectionError(error: unknown, what: string, url: string, write: boolean): unknown {
  if (error instanceof ProxyFailure) {
    return new DelineaError('host_unreachable', `${what}: the proxy ${error.proxy} failed (${error.code})`, {
      hint: 'Check HTTPS_PROXY, and NO_PROXY for a host that needs no proxy. Nothing was sent to the tenant.',
    });
  }
  if (error instanceof ExcessiveResponse) {
    return new DelineaError('malformed_response', `${what}: ${error.message}`, {
      hint: UNDOCUMENTED_RESPONSE,
      uncertain: write,
    });
  }
  if (!(error instanceof ConnectionFailure)) return error;
  const host = URL.canParse(url) ? new URL(url).host : url;
  const uncertain = write && !NOT_SENT.has(error.code);
  const mayBeDone = 'The write may have been executed. Plan again to check.';
  if (error.code === 'ERR_ABORTED') {
    return new DelineaError('cancelled', `${what}: given up without a response, since the run was stopped`, {
      hint: uncertain ? mayBeDone : 'Run again.',
      uncertain,
    });
  }
  if (error.timedOut) {
    return new DelineaError('timed_out', `${what}: no response from ${host} in time`, {
      hint: uncertain ? mayBeDone : 'Check the network.',
      remedy: uncertain ? [] : { kind: 'raise', setting: 'timeoutSeconds' },
      uncertain,
    });
  }
  return new DelineaError('host_unreachable', `${what}: connection to ${host} failed (${error.code})`, {
    hint: uncertain
      ? mayBeDone
      : 'Check the URL or tenant name, the network, HTTPS_PROXY and, for private certificates, DELINEA_CA_FILE.',
    uncertain,
  });
}
