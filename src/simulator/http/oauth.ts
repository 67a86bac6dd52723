import { Hono } from 'hono';
import type { Credentials, Tenant } from '../tenant.js';
import { answerRefusal, Refusal } from './refusal.js';
import { route } from './routes.js';
import type { Surface } from './tokens.js';

/** Real tokens lived 3615 s (fact sheet 5.1); the lifetime for Platform REST clients is unpublished. */
const TOKEN_LIFE_S = 3600;

interface TokenEndpoint {
  readonly path: string;
  readonly surface: Surface;
  readonly scopes: readonly string[];
  readonly denied: 400 | 401;
  login(credentials: Credentials): { id: string; secret: string };
}

/** The two token endpoints: guide 000 for REST; fact sheet 3.1 with the scope of guide 004 for the connector. */
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
];

export function oauthApp(tenant: Tenant): Hono {
  const app = new Hono();
  for (const endpoint of ENDPOINTS) {
    route(app, endpoint.path, { POST: ({ req }) => grant(tenant, endpoint, req.raw) });
  }
  app.onError((error, { req }) => answerRefusal(error, req.path));
  return app;
}

async function grant(tenant: Tenant, endpoint: TokenEndpoint, request: Request): Promise<Response> {
  const type = request.headers.get('content-type') ?? '';
  if (!/^application\/x-www-form-urlencoded\b/i.test(type)) {
    throw new Refusal(400, 'Send the grant as application/x-www-form-urlencoded.', 'invalid_request');
  }
  const form = new URLSearchParams(await request.text());
  if (form.get('grant_type') !== 'client_credentials') {
    throw new Refusal(400, 'Only client_credentials is simulated.', 'unsupported_grant_type');
  }
  const { id, secret } = endpoint.login(tenant.credentials);
  if (form.get('client_id') !== id || form.get('client_secret') !== secret) {
    throw new Refusal(endpoint.denied, 'Unknown client or wrong secret.', 'invalid_client');
  }
  const scopes = (form.get('scope') ?? '').split(' ').filter(Boolean);
  if (scopes.length === 0 || !scopes.every((scope) => endpoint.scopes.includes(scope))) {
    throw new Refusal(400, `Scopes here: ${endpoint.scopes.join(' ')}.`, 'invalid_scope');
  }
  const lifeS = tenant.faults.conditions.tokenLifeS ?? TOKEN_LIFE_S;
  return Response.json({
    access_token: tenant.tokens.issue({ surface: endpoint.surface, scopes }, lifeS),
    token_type: 'Bearer',
    expires_in: lifeS,
    scope: scopes.join(' '),
  });
}
