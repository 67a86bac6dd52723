import type { Hono } from 'hono';
import { Refusal } from '../http/refusal.js';
import { route } from '../http/routes.js';
import type { Tenant } from '../tenant.js';
import { scimAnswer, URN } from './scim-json.js';
import type { ScimService } from './scim-service.js';
import { USER_ATTRIBUTES } from './scim-user-json.js';

const CONFIG = {
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig'],
  changePassword: { supported: false },
  sort: { supported: false },
  etag: { supported: false },
};

/** The sizes of the on-prem connector (fact sheet 4.2). */
const BULK = { maxOperations: 1000, maxPayloadSize: 1_048_576 };

/** Serves discovery (RFC 7644, 4) and `/Bulk`, which is not simulated where a service has it. */
export function addDiscovery(app: Hono, { faults }: Tenant, service: ScimService): void {
  const { supported } = service.bulk;
  const type = service.name === 'connector' ? 'oauth2' : 'oauthbearertoken';
  route(app, '/ServiceProviderConfig', {
    GET: () =>
      scimAnswer({
        ...CONFIG,
        patch: { supported: !faults.conditions.withoutPatch },
        bulk: { supported, ...(supported ? BULK : { maxOperations: 0, maxPayloadSize: 0 }) },
        filter: { supported: true, maxResults: service.largestPage },
        authenticationSchemes: [{ type, name: 'Bearer token', description: 'RFC 6750' }],
      }),
  });
  if (service.schemas) {
    const schemas = [
      schema(URN.User, 'User', coreOf('User')),
      schema(URN.Enterprise, 'EnterpriseUser', coreOf('Enterprise')),
      schema(URN.Group, 'Group', ['displayName', 'description', 'externalId', 'members']),
      ...(service.containers ? PAM_SCHEMAS : []),
    ];
    route(app, '/Schemas', { GET: () => wholeList(schemas) });
  }
  if (service.resourceTypes) {
    const served = service.containers ? [...CORE_TYPES, ...PAM_TYPES] : CORE_TYPES;
    route(app, '/ResourceTypes', { GET: () => wholeList(served.map(([name, path]) => resourceType(name, path))) });
  }
  app.all('/Bulk', () => {
    throw new Refusal(service.bulk.status, 'Bulk operations are not supported.');
  });
}

const CORE_TYPES = [
  ['User', '/Users'],
  ['Group', '/Groups'],
] as const;
const PAM_TYPES = [
  ['Container', '/Containers'],
  ['ContainerPermission', '/ContainerPermissions'],
  ['PrivilegedData', '/PrivilegedData'],
] as const;
const PAM_SCHEMAS = [
  schema(URN.Container, 'Container', ['name', 'displayName', 'type', 'parent', 'privilegedData']),
  schema(URN.ContainerPermission, 'ContainerPermission', ['container', 'user', 'group', 'rights']),
  schema(URN.PrivilegedData, 'PrivilegedData', ['name', 'type']),
];

function resourceType(name: keyof typeof URN, endpoint: string): object {
  return {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:ResourceType'],
    id: name,
    name,
    endpoint,
    schema: URN[name],
  };
}

function wholeList(resources: object[]): Response {
  return scimAnswer({
    schemas: [URN.ListResponse],
    totalResults: resources.length,
    startIndex: 1,
    itemsPerPage: resources.length,
    Resources: resources,
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
