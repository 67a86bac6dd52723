import type { Hono } from 'hono';
import { Refusal } from '../http/refusal.js';
import { route } from '../http/routes.js';
import { scimAnswer, URN } from './scim-json.js';
import type { ScimService } from './scim-service.js';
import { USER_ATTRIBUTES } from './scim-user-json.js';

const CONFIG = {
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig'],
  patch: { supported: true },
  bulk: { supported: false, maxOperations: 0, maxPayloadSize: 0 },
  filter: { supported: true, maxResults: 100 },
  changePassword: { supported: false },
  sort: { supported: false },
  etag: { supported: false },
};

/** Serves discovery (RFC 7644, 4) and `/Bulk`, which is not supported (guide 002). */
export function addDiscovery(app: Hono, service: ScimService): void {
  const type = service.name === 'connector' ? 'oauth2' : 'oauthbearertoken';
  route(app, '/ServiceProviderConfig', {
    GET: () =>
      scimAnswer({ ...CONFIG, authenticationSchemes: [{ type, name: 'Bearer token', description: 'RFC 6750' }] }),
  });
  if (service.schemas) {
    const schemas = [
      schema(URN.User, 'User', coreOf('User')),
      schema(URN.Enterprise, 'EnterpriseUser', coreOf('Enterprise')),
      schema(URN.Group, 'Group', ['displayName', 'description', 'externalId', 'members']),
    ];
    route(app, '/Schemas', {
      GET: () =>
        scimAnswer({
          schemas: [URN.ListResponse],
          totalResults: schemas.length,
          startIndex: 1,
          itemsPerPage: schemas.length,
          Resources: schemas,
        }),
    });
  }
  app.all('/Bulk', () => {
    throw new Refusal(service.bulk, 'Bulk operations are not supported.');
  });
}

function coreOf(part: 'User' | 'Enterprise'): string[] {
  return Object.keys(USER_ATTRIBUTES).filter((name) => (USER_ATTRIBUTES[name] === undefined) === (part === 'User'));
}

function schema(id: string, name: string, attributes: string[]): object {
  return {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:Schema'],
    id,
    name,
    attributes: attributes.map((attribute) => ({ name: attribute, mutability: 'readWrite' })),
  };
}
