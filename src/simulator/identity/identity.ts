import { Hono } from 'hono';
import { IDENTITY_BASE } from '../http/base-paths.js';
import { type Json, readBody } from '../http/body.js';
import { answerRefusal, Refusal } from '../http/refusal.js';
import { queryOf } from '../http/routes.js';
import type { Tenant } from '../tenant.js';
import { envelope } from './envelope.js';
import type { IdentityCall } from './identity-call.js';
import { groupCalls } from './identity-groups.js';
import { userCalls } from './identity-users.js';
import { reportCalls } from './reports.js';

/**
 * Serves the Platform's identity API: remote procedure calls by POST (the vendor's and other public clients; no
 * specification is published). Paths compare without case, because clients that work use different cases. A call that does
 * not exist, and a write that the tenant does not expose (`identityWrites`), is a 404 with an empty body, as the vendor's
 * live test found for the calls that change roles.
 */
export function identityApp(tenant: Tenant): Hono {
  const calls = Object.entries({ ...reportCalls(tenant), ...userCalls(tenant), ...groupCalls(tenant) });
  const byPath = new Map(calls.map(([path, call]) => [`${IDENTITY_BASE}/${path}`.toLowerCase(), call]));
  const app = new Hono();
  app.all('*', async (context) => {
    requireToken(tenant, context.req.header('authorization') ?? null);
    const call = byPath.get(context.req.path.toLowerCase());
    if (!call || !isExposed(tenant, call)) return new Response(null, { status: 404 });
    if (context.req.method !== 'POST') throw new Refusal(405, 'Calls are sent by POST.', undefined, { allow: 'POST' });
    const args = { ...Object.fromEntries(queryOf(context)), ...(await readArgs(context.req.raw)) };
    return Response.json(envelope(true, call.run(args)));
  });
  app.onError((error, { req }) => answerRefusal(error, req.path));
  return app;
}

function isExposed({ options }: Tenant, { writes }: IdentityCall): boolean {
  return writes === undefined || options.identityWrites === 'all' || options.identityWrites === writes;
}

/** Checks the token. 403 for a token of the Platform with another scope is an assumption. */
function requireToken({ tokens }: Tenant, header: string | null): void {
  const credential = tokens.identify(header);
  if (!credential) {
    throw new Refusal(401, 'Missing, wrong or expired token.', undefined, {
      'www-authenticate': 'Bearer error="invalid_token"',
    });
  }
  if (credential.surface !== 'platform-identity') throw new Refusal(403, 'This token is not for the identity API.');
}

/** Reads the arguments. A call whose arguments are in the query string has no body. */
async function readArgs(request: Request): Promise<Json> {
  return (await request.clone().text()) === '' ? {} : readBody(request, ['application/json']);
}
