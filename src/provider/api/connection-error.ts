import { DelineaError } from '../model/errors.js';

/** Failures before anything was sent: a write that ends so was certainly not executed. */
const NOT_SENT = new Set(
  `ENOTFOUND EAI_AGAIN ECONNREFUSED EHOSTUNREACH ENETUNREACH CERT_HAS_EXPIRED CERT_NOT_YET_VALID
  DEPTH_ZERO_SELF_SIGNED_CERT SELF_SIGNED_CERT_IN_CHAIN UNABLE_TO_VERIFY_LEAF_SIGNATURE
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY ERR_TLS_CERT_ALTNAME_INVALID`.split(/\s+/),
);

/** Failures of a connection that another attempt may not have. */
const TRANSIENT = new Set(
  `ECONNRESET ECONNREFUSED ECONNABORTED EPIPE ETIMEDOUT EAI_AGAIN EHOSTUNREACH ENETUNREACH
  ERR_READING_RESPONSE_STREAM ERR_HTTP_CONTENT_LENGTH_MISMATCH`.split(/\s+/),
);

/** A request without an answer. The client's own error is not kept: it carries the request with its bearer token. */
export class ConnectionFailure extends Error {
  /** @param code of the system or the client, such as `ECONNRESET` */
  constructor(
    readonly code: string,
    readonly timedOut: boolean,
  ) {
    super(`connection failed (${code})`);
  }
}

/** Whether the connection failed in a way that may pass. */
export function isTransient(error: unknown): boolean {
  return error instanceof ConnectionFailure && (error.timedOut || TRANSIENT.has(error.code));
}

/**
 * Maps a failure without an answer.
 * @returns DelineaError `timed_out` or `host_unreachable`; an error of another making as it is
 */
export function connectionError(error: unknown, what: string, url: string, write: boolean): unknown {
  if (!(error instanceof ConnectionFailure)) return error;
  const host = URL.canParse(url) ? new URL(url).host : url;
  const uncertain = write && !NOT_SENT.has(error.code);
  const look = 'The write may have been executed: plan again to see.';
  if (error.timedOut) {
    return new DelineaError('timed_out', `${what}: no answer from ${host} in time`, {
      hint: uncertain ? look : 'Check the network or raise "timeoutSeconds".',
      uncertain,
    });
  }
  return new DelineaError('host_unreachable', `${what}: connection to ${host} failed (${error.code})`, {
    hint: uncertain
      ? look
      : 'Check the URL or tenant name, the network, HTTPS_PROXY and, for private certificates, "caFile".',
    uncertain,
  });
}
