import { envelope } from '../identity/envelope.js';
import { IDENTITY_BASE, isScim, isTokenUrl } from './base-paths.js';

/** The families of error bodies, by path (fact sheet trap 53). */
export type Family = 'rest' | 'scim' | 'oauth' | 'identity' | 'secret-server';

/** An error response of the service. `code` is REST's errorCode, SCIM's scimType or OAuth's error. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: string | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, message: string, code?: string, headers: Record<string, string> = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

/** Returns the family of the surface at a path. */
export function familyOf(path: string): Family {
  if (isScim(path)) return 'scim';
  if (path.startsWith('/SecretServer/')) return 'secret-server';
  if (isTokenUrl(path)) return 'oauth';
  return path.startsWith(`${IDENTITY_BASE}/`) ? 'identity' : 'rest';
}

/** REST's error body is unpublished (fact sheet U2): `{message, errorCode}` is an assumption. SCIM: RFC 7644, 3.12. */
const bodies: Record<Family, { type: string; body(refusal: Refusal): object }> = {
  rest: {
    type: 'application/json',
    body: ({ message, code, status }) => ({ message, errorCode: code ?? `HTTP_${status}` }),
  },
  scim: {
    type: 'application/scim+json',
    body: ({ message, code, status }) => ({
      schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
      status: String(status),
      ...(code && { scimType: code }),
      detail: message,
    }),
  },
  oauth: {
    type: 'application/json',
    body: ({ message, code }) => ({ error: code ?? 'invalid_request', error_description: message }),
  },
  identity: {
    type: 'application/json',
    body: ({ message, code }) => envelope(false, null, message, code),
  },
  // The declared bodies of 400, 403 and 500 (OpenAPI 11.7.2); a denied token request has only `error` (tss issue 30).
  'secret-server': {
    type: 'application/json',
    body: ({ message, code, status }) => {
      if (code === 'invalid_grant') return { error: message };
      if (status >= 500) {
        return {
          message: 'An error has occurred.',
          exceptionMessage: message,
          exceptionType: 'Exception',
          stackTrace: '',
        };
      }
      return { message, ...(status === 400 && code && { errorCode: code }) };
    },
  },
};

/** Returns the response for an exception in a request handler. */
export function answerRefusal(thrown: unknown, path: string): Response {
  const refusal = thrown instanceof Refusal ? thrown : new Refusal(500, `simulator fault: ${String(thrown)}`);
  const { type, body } = bodies[familyOf(path)];
  return new Response(JSON.stringify(body(refusal)), {
    status: refusal.status,
    headers: { 'content-type': type, ...refusal.headers },
  });
}
