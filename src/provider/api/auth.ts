import { DelineaError, type ErrorCode } from '../model/errors.js';
import type { ConfiguredSurface } from '../settings/configured-surface.js';
import { environmentName } from '../settings/settings.js';
import type { Access, OAuth } from '../settings/surfaces.js';
import { Breaker } from './breaker.js';
import { type HttpResponse, isObject, parseJson, serviceText } from './response.js';
import { sendWithRetries, type Transport } from './transport.js';

/** Gives the bearer token for a kind of access, and is told when the service no longer takes one. */
export interface TokenSource {
  /** @throws DelineaError `credentials_missing`, `credentials_denied` and whatever else keeps a token away */
  token(access: Access): Promise<string>;
  /** The service took this token. */
  accepted(access: Access, token: string): void;
  /** The service refused this token: forget it. False where another cannot be had. */
  renew(access: Access, token: string): boolean;
}

/** Sends nothing until a token is asked for. */
export function tokenSource(surface: ConfiguredSurface, line: Transport): TokenSource {
  const { auth } = surface;
  return auth.kind === 'static' ? staticToken(surface) : oauthTokens(surface, auth, line);
}

/** Guide 000: the SCIM token never expires by itself and cannot be renewed by API, so a 401 is final. */
function staticToken(surface: ConfiguredSurface): TokenSource {
  let denied = false;
  return {
    async token() {
      const { token } = surface.credentials;
      if (!token) throw missing(surface);
      if (!denied) return token;
      throw new DelineaError('credentials_denied', `the ${surface.title} refused its token`, {
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

interface Grant {
  readonly token: string;
  /** Milliseconds since the epoch after which another is fetched. */
  readonly freshUntil: number;
}

/**
 * Guide 000: client credentials, short-lived bearer. One fetch at a time; never a denied one again, nor where the service
 * refuses two tokens running: the second was fresh.
 */
function oauthTokens(surface: ConfiguredSurface, auth: OAuth, line: Transport): TokenSource {
  const grants = new Map<string, Promise<Grant>>();
  const refused = new Set<string>();
  const scopeOf = (access: Access) => auth.scopes?.[access] ?? '';
  // Repeated credential failures suspend accounts (fact sheet 5.1).
  const deniedScopes = new Map<string, DelineaError>();
  let denied: DelineaError | undefined;
  let lastFetch: Promise<unknown> = Promise.resolve();
  // By scope: how many tokens were refused since one was taken.
  const refusals = new Map<string, number>();
  // The token service is not the surface: its errors and successes say nothing of the other.
  const breaker = new Breaker(`token service of the ${surface.title}`);

  async function fetchGrant(scope: string): Promise<Grant> {
    const before = denied ?? deniedScopes.get(scope);
    if (before) throw before;
    const { tokenUrl, credentials } = surface;
    if (!tokenUrl || required(surface).some((field) => !credentials[field])) throw missing(surface);
    const form = { grant_type: auth.grant, ...credentials, ...(scope && { scope }) };
    const what = tokenFor(scope);
    const options = { method: 'POST', form } as const;
    const ask = () => sendWithRetries(line, { url: tokenUrl, options, counted: 'tokens', write: false, what, breaker });
    let answer = await ask();
    for (let again = 0; isCutOff(answer) && again < line.settings.retries && !breaker.stopped; again++) {
      line.cost.waits++;
      answer = await ask();
    }
    const grant = readGrant(answer);
    if (grant) return grant;
    const error = grantError(answer, surface, scope, line.settings.redact);
    if (isInvalidScope(answer)) deniedScopes.set(scope, error);
    else if (LASTING.has(error.code)) denied = error;
    throw error;
  }

  async function token(access: Access): Promise<string> {
    const scope = scopeOf(access);
    const known = grants.get(scope);
    if (known) {
      const grant = await known;
      if (Date.now() < grant.freshUntil && !refused.has(grant.token)) return grant.token;
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
      if (!refused.has(token)) refusals.delete(scopeOf(access));
    },
    renew(access, token) {
      const scope = scopeOf(access);
      if (!refused.has(token)) refusals.set(scope, (refusals.get(scope) ?? 0) + 1);
      refused.add(token);
      if ((refusals.get(scope) ?? 0) < 2) return true;
      deniedScopes.set(scope, refusedTokens(surface, scope));
      return false;
    },
  };
}

/** Renewed a minute, or a fifth of its life, before it ends. Without `expires_in`: five minutes, an assumption. */
function readGrant(answer: HttpResponse): Grant | undefined {
  const body = answer.status >= 200 && answer.status < 300 ? parseJson(answer.text) : undefined;
  if (!isObject(body) || typeof body.access_token !== 'string' || body.access_token === '') return undefined;
  const seconds = Number(body.expires_in) > 0 ? Number(body.expires_in) : 300;
  return { token: body.access_token, freshUntil: Date.now() + seconds * 1000 - Math.min(60_000, seconds * 200) };
}

/** What another attempt in this run would not change. */
const LASTING: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['credentials_denied', 'wrong_surface']);

/** RFC 6749 §5.2: the client is fine, the scope is not, so that others may still be granted. */
function isInvalidScope(answer: HttpResponse): boolean {
  const body = parseJson(answer.text);
  return isObject(body) && body.error === 'invalid_scope';
}

/** Fact sheet 5.1: 400, 401 and 403 are denials; 408, 429 and 5xx pass; the rest is no token endpoint. */
function grantError(
  answer: HttpResponse,
  surface: ConfiguredSurface,
  scope: string,
  redact: (text: string) => string,
): DelineaError {
  const { status } = answer;
  const [code, hint]: [ErrorCode, string] = [400, 401, 403].includes(status)
    ? ['credentials_denied', `Check ${variables(surface).join(', ')} and the scope; a denied grant is not tried again.`]
    : status === 429
      ? ['throttled', 'The tenant limits requests: run again later.']
      : status >= 500 || status === 408 || isCutOff(answer)
        ? ['server_error', 'The token service failed; run again later.']
        : ['wrong_surface', `Check the token URL: set "tokenUrl" of ${surface.name} under "surfaces".`];
  const said = serviceText(answer, redact) || 'refused';
  const message = `${surface.title}: no ${tokenFor(scope)}: ${said} (HTTP ${status} from ${surface.tokenUrl})`;
  return new DelineaError(code, message, { hint, status });
}

function refusedTokens(surface: ConfiguredSurface, scope: string): DelineaError {
  return new DelineaError(
    'credentials_denied',
    `the ${surface.title} refused two tokens${scope && ` for scope "${scope}"`} in a row`,
    {
      hint: `Check ${variables(surface).join(', ')}, the scope and the token URL ${surface.tokenUrl}; no other is asked for.`,
      status: 401,
    },
  );
}

/** A success that says it is JSON and breaks off is a broken read, not the wrong address. */
function isCutOff({ status, contentType, text }: HttpResponse): boolean {
  return status < 300 && contentType.includes('json') && parseJson(text) === undefined;
}

function tokenFor(scope: string): string {
  return `token${scope && ` for scope "${scope}"`}`;
}

/** Returns the fields of the surface's credentials without which no token can be requested. */
function required({ auth }: ConfiguredSurface): string[] {
  const optional = auth.kind === 'oauth' ? auth.optional : undefined;
  return Object.keys(auth.credentials).filter((field) => !optional?.includes(field));
}

/** Returns the environment variables of the required credentials, the secret last. */
function variables(surface: ConfiguredSurface): string[] {
  const credentials: Readonly<Record<string, readonly string[]>> = { ...surface.auth.credentials };
  return required(surface).map((field) => environmentName(credentials[field]![0]!));
}

function missing(surface: ConfiguredSurface): DelineaError {
  const names = variables(surface);
  return new DelineaError('credentials_missing', `no credentials for the ${surface.title}`, {
    hint: `Set ${names.join(' and ')} (a secret may come from ${names.at(-1)}_FILE); it needs ${surface.precondition}.`,
  });
}
