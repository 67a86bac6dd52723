import { Hono } from 'hono';
import { answerRefusal, Refusal } from '../http/refusal.js';
import type { Surface } from '../http/tokens.js';
import type { Tenant } from '../tenant.js';
import { addContainerPermissions } from './container-permissions.js';
import { addContainers } from './containers.js';
import { addDiscovery } from './discovery.js';
import { addScimGroups } from './scim-groups.js';
import { connectorScim, platformScim, type ScimService } from './scim-service.js';
import { addScimUsers } from './scim-users.js';

/** Serves `/scim/v2`: two implementations at the same base URL, chosen by the credential. */
export function scimApp(tenant: Tenant): Hono {
  const services: Partial<Record<Surface, Hono>> = {
    scim: serviceApp(tenant, platformScim(tenant)),
    connector: serviceApp(tenant, connectorScim(tenant)),
  };
  const app = new Hono();
  app.all('*', ({ req }) => {
    const credential = tenant.tokens.identify(req.header('authorization') ?? null);
    if (!credential || credential.surface === 'secret-server') {
      throw new Refusal(401, 'Missing, wrong or expired token.', undefined, {
        'www-authenticate': 'Bearer error="invalid_token"',
      });
    }
    const service = services[credential.surface];
    if (!service) throw new Refusal(403, 'Operation is not permitted based on the supplied authorization.');
    return service.fetch(req.raw);
  });
  app.onError((error, { req }) => answerRefusal(error, req.path));
  return app;
}

function serviceApp(tenant: Tenant, service: ScimService): Hono {
  const app = new Hono().basePath('/scim/v2');
  addScimUsers(app, tenant, service);
  addScimGroups(app, tenant, service);
  addDiscovery(app, service);
  if (service.containers) {
    addContainers(app, tenant);
    addContainerPermissions(app, tenant, service);
  }
  app.notFound(({ req }) => answerRefusal(new Refusal(404, 'No such endpoint.'), req.path));
  app.onError((error, { req }) => answerRefusal(error, req.path));
  return app;
}
