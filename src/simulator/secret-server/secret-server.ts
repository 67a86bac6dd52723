import { Hono } from 'hono';
import { answerRefusal, Refusal } from '../http/refusal.js';
import { route } from '../http/routes.js';
import type { Credential, Surface } from '../http/tokens.js';
import type { Tenant } from '../tenant.js';
import { addAudits } from './audits.js';
import { addBulkOperations } from './bulk-operations.js';
import { addCheckouts } from './checkouts.js';
import { addFolderPermissions } from './folder-permissions.js';
import { addFolders } from './folders.js';
import { addGroupMembers } from './group-members.js';
import { addGroups } from './groups.js';
import { grantToken } from './login.js';
import { addPlatform } from './platform.js';
import type { SecretServerEnv } from './request.js';
import { addRoleBindings } from './role-bindings.js';
import { addRoleGroups } from './role-groups.js';
import { addRoles } from './roles.js';
import { SecretServerData } from './secret-server-data.js';
import { addSessions } from './sessions.js';
import { addUsers } from './users.js';

/** Tokens of Secret Server itself, and of the Platform in front of it (DelineaXPM/tss-sdk-go). */
const ACCEPTED: readonly Surface[] = ['secret-server', 'platform-identity'];

function isAccepted(credential: Credential | undefined): credential is Credential {
  return credential !== undefined && ACCEPTED.includes(credential.surface);
}

/**
 * Returns Secret Server's REST API, `/SecretServer/api/v1`, from its OpenAPI 11.7.2. A search without a hit is an empty
 * list here; on Secret Server Cloud it can be a 404 (PasMigration), which a `status` fault simulates.
 */
export function secretServerApp(tenant: Tenant): Hono<SecretServerEnv> {
  const app = new Hono<SecretServerEnv>().basePath('/SecretServer');
  const data = new SecretServerData(tenant);
  route(app, '/oauth2/token', { POST: ({ req }) => grantToken(tenant, req.raw) });
  // Anonymous: clients find out with it which product is at a URL (DelineaXPM/tss-sdk-go).
  route(app, '/api/v1/healthcheck', { GET: () => Response.json({ healthy: true }) });
  app.use('/api/*', async (context, next) => {
    const header = context.req.header('authorization') ?? null;
    const [credential, ended] = [tenant.tokens.identify(header), tenant.tokens.ended(header)];
    // An ended token is a 403 with this body; an invalid one, or one for another product, is a 401 (delinea-tools).
    if (isAccepted(ended)) throw new Refusal(403, 'Authentication failed or expired token.');
    if (!isAccepted(credential)) throw new Refusal(401, 'Authorization has been denied for this request.');
    context.set('caller', data.callerNamed(credential.account ?? ''));
    await next();
  });
  const [v1, v2] = [app.basePath('/api/v1'), app.basePath('/api/v2')];
  route(v1, '/oauth-expiration', {
    POST: ({ req }) => {
      tenant.tokens.expire(req.header('authorization') ?? null);
      return Response.json(true);
    },
  });
  addAudits(v1, data);
  addUsers(v1, data);
  addGroups(v1, data);
  addGroupMembers(v1, data);
  addRoles(v1, data);
  addRoleBindings(v1, v2, data);
  addRoleGroups(v1, data);
  addFolders(v1, data);
  addFolderPermissions(v1, data);
  addSessions(v1, data);
  addCheckouts(v1, data);
  addBulkOperations(v1, data);
  addPlatform(v1, data);
  app.notFound(({ req }) => answerRefusal(new Refusal(404, 'No such path.'), req.path));
  app.onError((error, { req }) => answerRefusal(error, req.path));
  return app;
}
