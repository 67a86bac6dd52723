import { Hono } from 'hono';
import type { ScimBase } from '../http/base-paths.js';
import { answerRefusal, Refusal } from '../http/refusal.js';
import type { Surface } from '../http/tokens.js';
import type { Tenant } from '../tenant.js';
import { addContainerPermissions } from './container-permissions.js';
import { addContainers } from './containers.js';
import { addDiscovery } from './discovery.js';
import { addPrivilegedData } from './privileged-data.js';
import { addScimGroups } from './scim-groups.js';
import { addScimRoles } from './scim-roles.js';
import type { ScimService } from './scim-service.js';
import { connectorScim, onPremScim, platformScim, secretServerScim } from './scim-services.js';
import { addScimUsers } from './scim-users.js';

/** The surfaces of the Platform, whose tokens are known there but valid on their own surface only. */
const PLATFORM: readonly Surface[] = ['rest', 'scim', 'connector', 'platform-identity'];

/** Serves the SCIM services of one base, chosen by the credential: there are two at `/scim/v2`. */
export function scimApp(tenant: Tenant, base: ScimBase): Hono {
  const all = [platformScim(tenant), connectorScim(tenant), secretServerScim(), onPremScim(tenant)];
  const services = all
    .filter((service) => service.base === base)
    .map((service) => ({ service, app: serviceApp(tenant, service) }));
  const app = new Hono();
  app.all('*', async ({ req }) => {
    const credential = tenant.tokens.identify(req.header('authorization') ?? null);
    const found = services.find(({ service }) => service.name === credential?.surface);
    if (!found) throw refusalOf(credential?.surface, base);
    const { errors } = found.service;
    errors?.requireEnabled();
    const response = await found.app.fetch(req.raw);
    errors?.count(response.status);
    return response;
  });
  app.onError((error, { req }) => answerRefusal(error, req.path));
  return app;
}

/** A token of another product is a 401 (the vendor's live matrix); one of another surface of the Platform a 403 (assumption). */
function refusalOf(surface: Surface | undefined, base: ScimBase): Refusal {
  if (surface && PLATFORM.includes(surface) && base === '/scim/v2') {
    return new Refusal(403, 'Operation is not permitted based on the supplied authorization.');
  }
  return new Refusal(401, 'Missing, wrong or expired token.', undefined, {
    'www-authenticate': 'Bearer error="invalid_token"',
  });
}

function serviceApp(tenant: Tenant, service: ScimService): Hono {
  const app = new Hono().basePath(service.base);
  app.on('PATCH', '*', (_, next) => {
    if (tenant.faults.conditions.withoutPatch) throw new Refusal(501, 'PATCH is not supported.');
    return next();
  });
  addScimUsers(app, tenant, service);
  addScimGroups(app, tenant, service);
  addDiscovery(app, tenant, service);
  if (service.roles) addScimRoles(app, tenant, service);
  if (service.containers) {
    addContainers(app, tenant, service);
    addContainerPermissions(app, tenant, service);
    if (service.containers.privilegedData) addPrivilegedData(app, tenant, service);
  }
  app.notFound(({ req }) => answerRefusal(new Refusal(404, 'No such endpoint.'), req.path));
  app.onError((error, { req }) => answerRefusal(error, req.path));
  return app;
}
