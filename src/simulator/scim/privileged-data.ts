import type { Hono } from 'hono';
import type { SecretRecord } from '../directory/records.js';
import type { Json } from '../http/body.js';
import { idOf, queryOf, route } from '../http/routes.js';
import type { Tenant } from '../tenant.js';
import { findByName } from './find-by-name.js';
import { foundResource, meta, projection, scimAnswer, scimList, URN } from './scim-json.js';
import type { ScimService } from './scim-service.js';

/** Serves `/PrivilegedData`: secrets, to read only (the connector's page on endpoints). The JSON is that of the PAM draft. */
export function addPrivilegedData(app: Hono, { directory }: Tenant, service: ScimService): void {
  route(app, '/PrivilegedData', {
    GET: (context) => {
      const query = queryOf(context);
      return scimList(
        query,
        service,
        (page) => findByName(directory.secrets, 'name', { name: ['eq', 'co'] }, query, page),
        scimSecret,
      );
    },
  });
  route(app, '/PrivilegedData/:id', {
    GET: (context) => {
      const secret = foundResource(directory.secrets.seen(idOf(context)), idOf(context));
      return scimAnswer(projection(queryOf(context))(scimSecret(secret)));
    },
  });
}

function scimSecret(secret: SecretRecord): Json {
  const { id, name } = secret;
  return { schemas: [URN.PrivilegedData], id, name, type: 'Secret', meta: meta('PrivilegedData', secret) };
}
