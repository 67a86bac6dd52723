import { isDeepStrictEqual } from 'node:util';
import { DelineaError, type ErrorCode } from '../model/errors.js';
import { type ConfiguredSurface, credentialVariables, requiredFields } from '../settings/configured-surface.js';
import type { Settings } from '../settings/settings.js';
import type { AccessLevel, OAuth } from '../settings/surfaces.js';
import { Breaker } from './breaker.js';
import { type HttpResponse, isObject, isUnreadable, jsonOf, oauthErrorText } from './response.js';
import { sendWithRetries, type Transport } from './transport.js';

/** Supplies the bearer token for each access and tracks which tokens the service accepts. */
export interface TokenSource {
  /**
   * Returns a valid token for this access; requests one if needed.
   * @throws DelineaError `credentials_missing`, `credentials_denied` and every error of the token request
   */
  token(access: AccessLevel): Promise<string>;
  /** Records that the service accepted this token. */
  accepted(access: AccessLevel, token: string): void;
  /** Drops a token that the service rejected. Returns false if no other token can be requested. */
  renew(access: AccessLevel, token: string): boolean;
}

/** Returns the token source of a surface. Sends nothing until a token is needed. */
export function tokenSource(surface: ConfiguredSurface, transport: Transport): TokenSource {
  const { auth } = surface;
  return auth.kind === 'static' ? staticToken(surface) : oauthTokens(surface, auth, transport);
}

/** Returns the configured token. Guide 000: it never expires and the API cannot renew it, so a 401 is final. */
function staticToken(surface: ConfiguredSurface): TokenSource {
  let denied = false;
  return {
    async token() {
      const { token } = surface.credentials;
      if (!token) throw missing(surface);
      if (!HEADER_TEXT.test(token)) throw unusable(surface);
      if (!denied) return token;
      throw new DelineaError('credentials_denied', `the ${surface.title} rejected its token`, {
        hint: surface.auth.renewal,
        status: 401,
      });
    },
    accepted() {},
    renew() {
      denied = true;
      return false;
    },
  };
}

/** The characters that any HTTP client sends in a header (RFC 9110 5.5). */
const HEADER_TEXT = /^[\x20-\x7e]+$/;

function unusable(surface: ConfiguredSurface): DelineaError {
  return new DelineaError('settings_invalid', `the token of the ${surface.title} has characters outside of ASCII`, {
    hint: `Copy it again, and set ${credentialVariables(surface.auth).join(', ')}.`,
  });
}

/** A token that was granted. */
interface Grant {
  readonly token: string;
  /** Milliseconds since the epoch after which another token is requested. */
  readonly freshUntil: number;
}

/**
 * Requests short-lived tokens (guide 000), one at a time. Never repeats a denied request, and requests no third token
 * after the surface rejected two in a row: the second one was fresh.
 */
function oauthTokens(surface: ConfiguredSurface, auth: OAuth, transport: Transport): TokenSource {
  const grants = new Map<string, Promise<Grant>>();
  const rejected = new Set<string>();
  const scopeOf = (access: AccessLevel) => auth.scopes?.[access] ?? '';
  // Repeated credential failures suspend accounts (fact sheet 5.1).
  const deniedScopes = new Map<string, DelineaError>();
  let denied: DelineaError | undefined;
  let lastFetch: Promise<unknown> = Promise.resolve();
  // Rejected tokens by scope, since the last accepted one.
  const rejections = new Map<string, number>();
  // The token service is another service than the surface, so its errors are counted apart.
  const breaker = new Breaker(`token service of the ${surface.title}`);

  async function fetchGrant(scope: string): Promise<Grant> {
    const { tokenUrl, credentials } = surface;
    const before = denied ?? deniedScopes.get(scope);
    if (before) throw before;
    if (!tokenUrl || requiredFields(auth).some((field) => !credentials[field])) throw missing(surface);
    const request = { tokenUrl, credentials, scope };
    const elsewhere = transport.denials.find((denial) => isDeepStrictEqual(denial.request, request));
    if (elsewhere) throw elsewhere.error;
    const form = { grant_type: auth.grant, ...credentials, ...(scope && { scope }) };
    const what = tokenFor(scope);
    const options = { method: 'POST', form } as const;
    const spec = { url: tokenUrl, options, counted: 'tokens', write: false, what, breaker } as const;
    const response = await sendWithRetries(transport, spec);
    hideTokens(response, transport.settings);
    const grant = readGrant(response);
    if (grant) return grant;
    const error = grantError(response, surface, scope, transport.settings.redact);
    if (isInvalidScope(response)) deniedScopes.set(scope, error);
    else if (LASTING.has(error.code)) denied = error;
    if (isInvalidScope(response) || LASTING.has(error.code)) transport.denials.push({ request, error });
    throw error;
  }

  async function token(access: AccessLevel): Promise<string> {
    const scope = scopeOf(access);
    const known = grants.get(scope);
    if (known) {
      const grant = await known;
      if (Date.now() < grant.freshUntil && !rejected.has(grant.token)) return grant.token;
      if (grants.get(scope) !== known) return token(access);
    }
    const fetching = lastFetch
      .then(() => fetchGrant(scope))
      .catch(async (error) => {
        throw await breaker.explain(error);
      });
    lastFetch = fetching.catch(() => undefined);
    grants.set(scope, fetching);
    fetching.catch(() => grants.get(scope) === fetching && grants.delete(scope));
    return (await fetching).token;
  }

  return {
    token,
    accepted(access, token) {
      if (!rejected.has(token)) rejections.delete(scopeOf(access));
    },
    renew(access, token) {
      const scope = scopeOf(access);
      if (!rejected.has(token)) rejections.set(scope, (rejections.get(scope) ?? 0) + 1);
      rejected.add(token);
      if ((rejections.get(scope) ?? 0) < 2) return true;
      deniedScopes.set(scope, rejectedTokens(surface, scope));
      return false;
    },
  };
}

/** Reads a token. It is renewed a minute, or a fifth of its life, before it expires; without `expires_in`, an assumed five minutes. */
function readGrant(response: HttpResponse): Grant | undefined {
  const body = response.status >= 200 && response.status < 300 ? jsonOf(response) : undefined;
  const token = isObject(body) && typeof body.access_token === 'string' ? body.access_token.trim() : '';
  // The characters of a bearer token (RFC 6750 §2.1).
  if (!isObject(body) || !/^[\w.~+/-]+=*$/.test(token)) return undefined;
  const seconds = Number(body.expires_in) > 0 ? Number(body.expires_in) : 300;
  return { token, freshUntil: Date.now() + seconds * 1000 - Math.min(60_000, seconds * 200) };
}

/** Has every later text hide the tokens of a response, also those that are not used. */
function hideTokens(response: HttpResponse, { hide }: Settings): void {
  const body = jsonOf(response);
  if (!isObject(body)) return;
  for (const token of [body.access_token, body.refresh_token, body.id_token]) {
    if (typeof token === 'string') hide(token.trim());
  }
}

/** Errors that another attempt in this run would not change. */
const LASTING: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['credentials_denied', 'wrong_surface']);

/** Returns whether only the scope was denied (RFC 6749 §5.2): other scopes may still be granted. */
function isInvalidScope(response: HttpResponse): boolean {
  const body = jsonOf(response);
  return isObject(body) && body.error === 'invalid_scope';
}

/**
 * Returns the error of a token request. Fact sheet 5.1: 400, 401 and 403 are denials; 408, 429 and 5xx are temporary;
 * others are not a token endpoint.
 */
function grantError(
  response: HttpResponse,
  surface: ConfiguredSurface,
  scope: string,
  redact: (text: string) => string,
): DelineaError {
  const { status } = response;
  const [code, hint]: [ErrorCode, string] = [400, 401, 403].includes(status)
    ? [
        'credentials_denied',
        `Check ${credentialVariables(surface.auth).join(', ')} and the scope. A denied token request is not repeated.`,
      ]
    : status === 429
      ? ['throttled', 'The tenant limits requests: run again later.']
      : status >= 500 || status === 408 || (isUnreadable(response) && response.contentType.includes('json'))
        ? ['server_error', 'The token service failed; run again later.']
        : ['wrong_surface', `Check the token URL of ${surface.name} in the provider setting "surfaces".`];
  const reason = oauthErrorText(response, redact) || 'refused';
  const message = `${surface.title}: no ${tokenFor(scope)}: ${reason} (HTTP ${status} from ${surface.tokenUrl})`;
  return new DelineaError(code, message, { hint, status });
}

function rejectedTokens(surface: ConfiguredSurface, scope: string): DelineaError {
  return new DelineaError(
    'credentials_denied',
    `the ${surface.title} rejected two tokens${scope && ` for scope "${scope}"`} in a row`,
    {
      hint: `Check ${credentialVariables(surface.auth).join(', ')}, the scope and the token URL ${surface.tokenUrl}. No further token is requested.`,
      status: 401,
    },
  );
}

function tokenFor(scope: string): string {
  return `token${scope && ` for scope "${scope}"`}`;
}

function missing(surface: ConfiguredSurface): DelineaError {
  const names = credentialVariables(surface.auth);
  return new DelineaError('credentials_missing', `no credentials for the ${surface.title}`, {
    hint: `Set ${names.join(' and ')} (a secret may come from ${names.at(-1)}_FILE); it needs ${surface.precondition}.`,
  });
}
