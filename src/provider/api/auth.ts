import type { Got } from 'got';
import { DelineaError } from '../errors.js';
import { type ConfiguredSurface, environmentName, type Settings } from '../settings.js';
import { errorText, isObject } from './answers.js';
import type { Cost } from './meter.js';
import { networkError } from './network.js';
import type { Access } from './surfaces.js';

/** Gives the bearer token for a kind of access, and is told when the service no longer takes one. */
export interface TokenSource {
  token(access: Access): Promise<string>;
  /** The service refused this token: forget it. False where another cannot be had. */
  renew(token: string): boolean;
}

/** @throws DelineaError `credentials_missing`, naming the settings and environment variables to set. */
export function tokenSource(surface: ConfiguredSurface, settings: Settings, http: Got, cost: Cost): TokenSource {
  return surface.auth.kind === 'static' ? staticToken(surface) : oauthTokens(surface, settings, http, cost);
}

/** Guide 000: the SCIM token never expires by itself and cannot be renewed by API, so a 401 is final. */
function staticToken(surface: ConfiguredSurface): TokenSource {
  const refused = new DelineaError('credentials_denied', `the ${surface.title} refused its token`, {
    hint: 'Generate a new SCIM token in the console (Admin > Integrations > SCIM).',
    status: 401,
  });
  let denied = false;
  return {
    async token() {
      if (!surface.secret) throw missing(surface);
      if (denied) throw refused;
      return surface.secret;
    },
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

/** Guide 000: client credentials, short-lived bearer. One fetch at a time and scope; never a denied one again. */
function oauthTokens(surface: ConfiguredSurface, settings: Settings, http: Got, cost: Cost): TokenSource {
  const grants = new Map<string, Promise<Grant>>();
  const scopeOf = (access: Access) => (surface.auth.kind === 'oauth' ? surface.auth.scopes[access] : '');
  let denied: DelineaError | undefined;

  async function fetchGrant(scope: string): Promise<Grant> {
    if (denied) throw denied;
    const { tokenUrl, clientIdValue, secret } = surface;
    if (!tokenUrl || !clientIdValue || !secret) throw missing(surface);
    const form = { grant_type: 'client_credentials', client_id: clientIdValue, client_secret: secret, scope };
    const answer = await http
      .post(tokenUrl, { form, hooks: { beforeRequest: [() => void cost.tokens++] } })
      .catch((error: unknown) => {
        throw networkError(error, `token for scope "${scope}"`, surface.tokenUrl ?? '', false);
      });
    const body = parse(answer.body);
    const token = isObject(body) ? body['access_token'] : undefined;
    if (answer.statusCode >= 200 && answer.statusCode < 300 && typeof token === 'string') {
      const seconds = isObject(body) && Number(body['expires_in']) > 0 ? Number(body['expires_in']) : 300;
      return { token, freshUntil: Date.now() + seconds * 1000 - Math.min(60_000, seconds * 200) };
    }
    const said = errorText({ status: answer.statusCode, contentType: answer.headers['content-type'] ?? '', text: answer.body });
    const error = new DelineaError(
      answer.statusCode >= 500 || answer.statusCode === 429 ? 'server_error' : 'credentials_denied',
      `${surface.title}: no token for scope "${scope}": ${settings.redact(said) || 'refused'} (HTTP ${answer.statusCode} from ${tokenUrl})`,
      {
        hint: `Check ${names(surface).join(', ')}, the token URL and the scope; a denied grant is not tried again.`,
        status: answer.statusCode,
      },
    );
    // Repeated credential failures suspend accounts (fact sheet 5.1).
    if (error.code === 'credentials_denied') denied = error;
    throw error;
  }

  async function token(access: Access): Promise<string> {
    const scope = scopeOf(access);
    const known = grants.get(scope);
    if (known) {
      const grant = await known;
      if (Date.now() < grant.freshUntil) return grant.token;
      if (grants.get(scope) !== known) return token(access);
    }
    const fetching = fetchGrant(scope);
    grants.set(scope, fetching);
    fetching.catch(() => grants.get(scope) === fetching && grants.delete(scope));
    return (await fetching).token;
  }

  return {
    token,
    renew(refused) {
      for (const [scope, pending] of grants) {
        void pending.then(
          (grant) => grant.token === refused && grants.get(scope) === pending && grants.delete(scope),
          () => undefined,
        );
      }
      return true;
    },
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function names(surface: ConfiguredSurface): string[] {
  const { auth } = surface;
  return (auth.kind === 'static' ? [auth.token] : [auth.clientId[0]!, auth.clientSecret[0]!]).map(environmentName);
}

function missing(surface: ConfiguredSurface): DelineaError {
  const variables = names(surface);
  return new DelineaError('credentials_missing', `no credentials for the ${surface.title}`, {
    hint: `Set ${variables.join(' and ')} (a secret may come from ${variables.at(-1)}_FILE); it needs ${surface.precondition}.`,
  });
}
