import { Hono } from 'hono';
import type { Credentials, Tenant } from '../tenant.js';
import { answerRefusal, Refusal } from './refusal.js';
import { route } from './routes.js';
import type { Credential, Surface } from './tokens.js';

/** Real tokens lived 3615 s (fact sheet 5.1); the lifetime for Platform REST clients is unpublished. */
const TOKEN_LIFE_S = 3600;

interface TokenEndpoint {
  readonly path: string;
  readonly surface: Surface;
  readonly scopes: readonly string[];
  readonly denied: 400 | 401;
  login(credentials: Credentials): { id: string; secret: string };
}

/**
 * The grants of the two token URLs: guide 000 for REST; fact sheet 3.1 with the scope of guide 004 for the connector;
 * `xpmheadless` is the scope of the vendor's own tools for the identity API and Secret Server (DelineaXPM/delinea-tools).
 */
const ENDPOINTS: readonly TokenEndpoint[] = [
  {
    path: '/identity/connect/token',
    surface: 'rest',
    scopes: ['delinea:api:read', 'delinea:api:write', 'delinea:api:admin'],
    denied: 401,
    login: ({ clientId, clientSecret }) => ({ id: clientId, secret: clientSecret }),
  },
  {
    path: '/identity/api/oauth2/token/xpmplatform',
    surface: 'connector',
    scopes: ['xpm.platform'],
    denied: 400,
    login: ({ serviceUser, servicePassword }) => ({ id: serviceUser, secret: servicePassword }),
  },
  {
    path: '/identity/api/oauth2/token/xpmplatform',
    surface: 'platform-identity',
    scopes: ['xpmheadless'],
    denied: 400,
    login: ({ clientId, clientSecret }) => ({ id: clientId, secret: clientSecret }),
  },
];

export function oauthApp(tenant: Tenant): Hono {
  const app = new Hono();
  for (const path of new Set(ENDPOINTS.map((endpoint) => endpoint.path))) {
    const here = ENDPOINTS.filter((endpoint) => endpoint.path === path);
    route(app, path, { POST: ({ req }) => grant(tenant, here, req.raw) });
  }
  app.onError((error, { req }) => answerRefusal(error, req.path));
  return app;
}

async function grant(tenant: Tenant, here: readonly TokenEndpoint[], request: Request): Promise<Response> {
  const form = await readForm(request);
  if (form.get('grant_type') !== 'client_credentials') {
    throw new Refusal(400, 'Only client_credentials is simulated.', 'unsupported_grant_type');
  }
  const scopes = (form.get('scope') ?? '').split(' ').filter(Boolean);
  const endpoint = here.find((candidate) => scopes.every((scope) => candidate.scopes.includes(scope)));
  if (scopes.length === 0 || !endpoint) {
    throw new Refusal(400, `Scopes here: ${here.flatMap((candidate) => candidate.scopes).join(' ')}.`, 'invalid_scope');
  }
  const { id, secret } = endpoint.login(tenant.credentials);
  if (form.get('client_id') !== id || form.get('client_secret') !== secret) {
    throw new Refusal(endpoint.denied, 'Unknown client or wrong secret.', 'invalid_client');
  }
  const scope = scopes.join(' ');
  return Response.json({ ...issue(tenant, { surface: endpoint.surface, scopes, account: id }, 'Bearer'), scope });
}

/** Reads a token request. @throws {Refusal} 400 for another media type */
export async function readForm(request: Request): Promise<URLSearchParams> {
  const type = request.headers.get('content-type') ?? '';
  if (!/^application\/x-www-form-urlencoded\b/i.test(type)) {
    throw new Refusal(400, 'Send the grant as application/x-www-form-urlencoded.', 'invalid_request');
  }
  return new URLSearchParams(await request.text());
}

/** Issues a token, as the body of the response. */
export function issue(tenant: Tenant, credential: Credential, type: string): object {
  const lifeS = tenant.faults.conditions.tokenLifeS ?? TOKEN_LIFE_S;
  return { access_token: tenant.tokens.issue(credential, lifeS), token_type: type, expires_in: lifeS };
}
