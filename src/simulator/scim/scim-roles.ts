import type { Hono } from 'hono';
import type { RoleRecord } from '../directory/records.js';
import type { Json } from '../http/body.js';
import { Refusal } from '../http/refusal.js';
import { idOf, queryOf, route } from '../http/routes.js';
import type { Tenant } from '../tenant.js';
import { passes, readFilter } from './scim-filter.js';
import { foundResource, projection, referenceOf, refOf, scimAnswer, scimList, URN, urlOf } from './scim-json.js';
import type { ScimService } from './scim-service.js';

/**
 * Serves `/Roles`, to read only: the connector lists roles and changes the `roles` of a user by PATCH from 4.4.4 on (fact
 * sheet 4.2). The path, the shape of a role, the filter and the shape of `roles` are assumptions.
 */
export function addScimRoles(app: Hono, tenant: Tenant, service: ScimService): void {
  const render = (request: Request) => (role: RoleRecord) => scimRole(tenant, service, request, role);
  route(app, '/Roles', {
    GET: (context) => {
      const query = queryOf(context);
      const filter = query.get('filter');
      const terms = filter === null ? [] : readFilter(filter, { displayName: ['eq', 'co'] });
      const roles = tenant.directory.roles().filter(({ name }) => terms.every((term) => passes(term, name)));
      const find = ({ skip, take }: { skip: number; take: number }) => ({
        rows: roles.slice(skip, skip + take),
        total: roles.length,
      });
      return scimList(query, service, find, render(context.req.raw));
    },
  });
  route(app, '/Roles/:id', {
    GET: (context) => {
      const role = foundResource(roleWithId(tenant, idOf(context)), idOf(context));
      return scimAnswer(projection(queryOf(context))(render(context.req.raw)(role)));
    },
  });
}

/** Returns the `roles` of a user. */
export function scimRoles(tenant: Tenant, service: ScimService, request: Request, names: readonly string[]): Json[] {
  return names.map((name) => {
    const value = roleId(tenant, name);
    return { value, display: name, $ref: refOf(request, service, 'Roles', value) };
  });
}

/** Returns the `roles` of a user's document without what only the service sets, so that a PATCH compares ids. */
export function roleValues(tenant: Tenant, names: readonly string[]): Json[] {
  return names.map((name) => ({ value: roleId(tenant, name) }));
}

/** Returns the names of the roles in a document. @throws {Refusal} 400 for an unknown id */
export function readRoleNames(tenant: Tenant, sent: unknown): string[] {
  const names = [sent ?? []].flat().map((role) => {
    const id = referenceOf(role, 'roles');
    const known = roleWithId(tenant, id);
    if (!known) throw new Refusal(400, `Resource '${id}' not found.`, 'invalidValue');
    return known.name;
  });
  return [...new Set(names)];
}

function roleId({ directory }: Tenant, name: string): string {
  return directory.secretServerIds.Role.show(directory.role(name)?.id ?? '');
}

function roleWithId({ directory }: Tenant, shown: string): RoleRecord | undefined {
  const wanted = directory.secretServerIds.Role.resolve(shown);
  return directory.roles().find(({ id }) => id === wanted);
}

function scimRole(tenant: Tenant, service: ScimService, request: Request, { name }: RoleRecord): Json {
  const id = roleId(tenant, name);
  return {
    schemas: [URN.Role],
    id,
    displayName: name,
    meta: { resourceType: 'Role', location: urlOf(request, service, `Roles/${id}`) },
  };
}
