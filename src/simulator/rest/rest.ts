import { Hono } from 'hono';
import { restPage } from '../http/paging.js';
import { answerRefusal, Refusal } from '../http/refusal.js';
import { queryOf, route } from '../http/routes.js';
import type { Tenant } from '../tenant.js';
import { restFilter } from './rest-filter.js';
import { addRestGroups } from './rest-groups.js';
import { envelope, READ, type RestContext, type RestEnv, requireScope, slice } from './rest-request.js';
import { addRestUsers } from './rest-users.js';

/** Returns the Platform's REST surface, `/api/v1` (guide 000). */
export function restApp(tenant: Tenant): Hono<RestEnv> {
  const app = new Hono<RestEnv>().basePath('/api/v1');
  app.use('*', async (context, next) => {
    const credential = tenant.tokens.identify(context.req.header('authorization') ?? null);
    if (!credential || credential.surface === 'scim' || credential.surface === 'secret-server') {
      throw new Refusal(401, 'Missing, wrong or expired token.', 'Unauthorized', {
        'www-authenticate': 'Bearer error="invalid_token"',
      });
    }
    context.set('scopes', credential.scopes);
    if (credential.surface !== 'rest')
      throw new Refusal(403, 'This token is not for the REST API.', 'InsufficientScope');
    if (context.req.method === 'GET') requireScope(context, READ);
    await next();
  });
  addRestUsers(app, tenant);
  addRestGroups(app, tenant);
  route(app, '/roles', { GET: (context) => listRoles(tenant, context) });
  app.notFound(({ req }) => answerRefusal(new Refusal(404, 'No such path.', 'NotFound'), req.path));
  app.onError((error, { req }) => answerRefusal(error, req.path));
  return app;
}

/** Returns the list of roles. Its path is an assumption (fact sheet U1). */
function listRoles({ directory }: Tenant, context: RestContext): Response {
  const page = restPage(queryOf(context));
  const name = restFilter(queryOf(context), 'name')?.toLowerCase();
  const roles = directory.roles().filter((role) => name === undefined || role.name.toLowerCase() === name);
  const { rows, total } = slice(roles, page);
  return envelope(rows, total, page);
}
