import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { Hono } from 'hono';
import { controlApp } from './control.js';
import { EFFECTS, type Outcome } from './faults/effects.js';
import type { Fault } from './faults/fault.js';
import { isTokenUrl, SCIM_BASES } from './http/base-paths.js';
import { oauthApp } from './http/oauth.js';
import { refusalOfForeign } from './http/own-address.js';
import { answerRefusal, Refusal } from './http/refusal.js';
import type { Traffic } from './http/traffic.js';
import { identityApp } from './identity/identity.js';
import { auditApp } from './platform-audit/platform-audit.js';
import { restApp } from './rest/rest.js';
import { scimApp } from './scim/scim.js';
import { secretServerApp } from './secret-server/secret-server.js';
import type { Simulator } from './simulator.js';
import type { Tenant } from './tenant.js';

type Handler = (request: Request, env: { incoming: IncomingMessage }) => Promise<Response>;

/** Handles one request: counts it, applies faults, executes and logs it, and sends the response. */
export function requestHandler(tenant: Tenant, traffic: Traffic, simulator: Simulator): Handler {
  const surfaces = surfacesApp(tenant);
  const control = controlApp(simulator);
  return async (request, { incoming }) => {
    const { pathname: path, search: query } = new URL(request.url);
    const foreign = refusalOfForeign(incoming);
    if (foreign) return answerRefusal(foreign, path);
    if (path.startsWith('/_simulator')) return control.fetch(request);
    const { method } = request;
    traffic.begin(method, path);
    const active = tenant.faults.affecting(request);
    const scope = isTokenUrl(path) ? await scopeIn(request.clone()) : undefined;
    const outcome = await carryOut(tenant, active, request, surfaces);
    const status = outcome instanceof Response ? outcome.status : 0;
    const surface = surfaceOf(tenant, request, path);
    const response = await deliver(outcome, incoming);
    const faults = active.map(({ kind }) => kind);
    const at = new Date().toISOString();
    traffic.end({ at, method, path, query, status, surface, ...(scope !== undefined && { scope }), faults });
    return response;
  };
}

function surfacesApp(tenant: Tenant): Hono {
  const [oauth, identity, rest] = [oauthApp(tenant), identityApp(tenant), restApp(tenant)];
  const [secretServer, audit] = [secretServerApp(tenant), auditApp(tenant)];
  const app = new Hono();
  app.all('/identity/*', ({ req }) => (isTokenUrl(req.path) ? oauth : identity).fetch(req.raw));
  app.all('/audit/*', ({ req }) => audit.fetch(req.raw));
  app.all('/api/v1/*', ({ req }) => rest.fetch(req.raw));
  for (const base of SCIM_BASES) {
    const scim = scimApp(tenant, base);
    app.all(`${base}/*`, ({ req }) => scim.fetch(req.raw));
  }
  app.all('/SecretServer/*', ({ req }) => secretServer.fetch(req.raw));
  app.notFound(({ req }) => answerRefusal(new Refusal(404, 'No such path.', 'NotFound'), req.path));
  return app;
}

async function carryOut(tenant: Tenant, faults: Fault[], request: Request, app: Hono): Promise<Outcome> {
  const { latencyMs = 0 } = tenant.faults.conditions;
  if (latencyMs > 0) await sleep(latencyMs);
  for (const fault of faults) {
    const outcome = EFFECTS[fault.kind].instead?.(fault, request);
    if (outcome) return outcome;
  }
  let sent = request;
  for (const fault of faults) sent = (await EFFECTS[fault.kind].before?.(sent, fault)) ?? sent;
  let outcome: Outcome = await app.fetch(sent);
  for (const fault of faults) {
    if (outcome instanceof Response) outcome = (await EFFECTS[fault.kind].after?.(fault, outcome, request)) ?? outcome;
  }
  return outcome;
}

async function deliver(outcome: Outcome, { socket }: IncomingMessage): Promise<Response> {
  if (outcome instanceof Response) return outcome;
  if (outcome === 'reset') hangUp(socket);
  else if (!socket.destroyed) await new Promise((resolve) => socket.once('close', resolve));
  return RESPONSE_ALREADY_SENT;
}

/** Resets a connection. A TLS socket cannot be reset, so it is destroyed, which looks the same to the client. */
function hangUp(socket: Socket): void {
  if ('encrypted' in socket) socket.destroy();
  else socket.resetAndDestroy();
}

/** Returns the scope that a token request asks for. */
async function scopeIn(request: Request): Promise<string | undefined> {
  return new URLSearchParams(await request.text()).get('scope') ?? undefined;
}

function surfaceOf(tenant: Tenant, request: Request, path: string): string {
  if (isTokenUrl(path)) return 'token';
  return tenant.tokens.identify(request.headers.get('authorization'))?.surface ?? 'none';
}
