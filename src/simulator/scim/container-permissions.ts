import type { Hono } from 'hono';
import type { MemberType, PermissionRecord, Right } from '../directory/records.js';
import { RIGHTS } from '../directory/records.js';
import type { Json } from '../http/body.js';
import type { Page } from '../http/paging.js';
import { Refusal } from '../http/refusal.js';
import { idOf, queryOf, route } from '../http/routes.js';
import type { Tenant } from '../tenant.js';
import { containerRef, requireOwned } from './containers.js';
import { requiredFilter } from './find-by-name.js';
import { PERMISSION_FILTERS, passes, readFilter, type Term } from './scim-filter.js';
import {
  foundResource,
  meta,
  projection,
  readScim,
  referenceOf,
  scimAnswer,
  scimList,
  URN,
  urlOf,
} from './scim-json.js';
import type { ScimService } from './scim-service.js';

/**
 * Serves `/scim/v2/ContainerPermissions`: one principal's right on one folder. Lists need a filter (guide 002). There
 * is no update (fact sheet 3.2), so PUT and PATCH are a 405. The JSON is that of fact sheet 4.2.
 */
export function addContainerPermissions(app: Hono, tenant: Tenant, service: ScimService): void {
  const { directory } = tenant;
  const render = (request: Request) => (permission: PermissionRecord) =>
    scimPermission(tenant, service, request, permission);
  route(app, '/ContainerPermissions', {
    GET: (context) => {
      const query = queryOf(context);
      return scimList(query, (page) => find(tenant, service, query, page), render(context.req.raw));
    },
    POST: async ({ req }) => {
      const permission = create(tenant, service, await readScim(req.raw, URN.ContainerPermission));
      const location = urlOf(req.raw, `ContainerPermissions/${permission.id}`);
      return scimAnswer(render(req.raw)(permission), 201, { location });
    },
  });
  route(app, '/ContainerPermissions/:id', {
    GET: (context) => {
      const permission = foundResource(directory.permissions.seen(idOf(context)), idOf(context));
      requireOwned(tenant, permission.container);
      return scimAnswer(projection(queryOf(context))(render(context.req.raw)(permission)));
    },
    DELETE: (context) => {
      const permission = foundResource(directory.permissions.get(idOf(context)), idOf(context));
      requireOwned(tenant, permission.container);
      directory.deletePermission(permission);
      return new Response(null, { status: 204 });
    },
  });
}

function find(tenant: Tenant, service: ScimService, query: URLSearchParams, { skip, take }: Page) {
  const terms = readFilter(requiredFilter(query, PERMISSION_FILTERS), PERMISSION_FILTERS);
  const rows = candidates(tenant, service, terms).filter(
    (permission) =>
      (tenant.ownedContainers?.has(permission.container) ?? true) &&
      terms.every((term) => passes(term, attributeOf(tenant, service, permission, term.attribute))),
  );
  return { rows: rows.slice(skip, skip + take), total: rows.length };
}

/** Uses an index if the filter has an id. Only a filter by display name alone scans all rows. */
function candidates({ directory }: Tenant, { ids }: ScimService, terms: readonly Term[]): PermissionRecord[] {
  const value = (attribute: string) => terms.find((term) => term.attribute === attribute)?.value;
  const container = value('container.value');
  if (container !== undefined) return directory.seenPermissionsOf('container', container);
  const [user, group] = [value('user.value'), value('group.value')];
  if (user !== undefined) return directory.seenPermissionsOf('principal', ids.User.resolve(user) ?? '');
  if (group !== undefined) return directory.seenPermissionsOf('principal', ids.Group.resolve(group) ?? '');
  return directory.permissions.seenAll();
}

function attributeOf(
  tenant: Tenant,
  { ids }: ScimService,
  permission: PermissionRecord,
  attribute: string,
): string | undefined {
  const { container, principalType, principal } = permission;
  if (attribute === 'container.value') return container;
  const [kind, part] = attribute.split('.');
  if (kind !== principalType.toLowerCase()) return undefined;
  return part === 'value' ? ids[principalType].show(principal) : displayOf(tenant, principalType, principal);
}

/** Creates a permission. Only the first right is used; further ones are ignored without an error (guide 004). */
function create(tenant: Tenant, service: ScimService, body: Json): PermissionRecord {
  const { directory, options } = tenant;
  const container = referenceOf(body.container, 'container');
  if (!directory.containers.get(container))
    throw new Refusal(400, "'container' is not the id of a container.", 'invalidValue');
  requireOwned(tenant, container);
  const [type, id] = readPrincipal(tenant, service, body);
  const right = Array.isArray(body.rights) ? body.rights[0] : undefined;
  if (!RIGHTS.includes(right))
    throw new Refusal(400, `'rights' must begin with one of ${RIGHTS.join(', ')}.`, 'invalidValue');
  const taken = directory.permissionsOf('principal', id).some((permission) => permission.container === container);
  if (taken && options.uniquePermissions) {
    throw new Refusal(409, 'This principal has a permission on this container.', 'uniqueness');
  }
  return directory.createPermission(container, type, id, right as Right);
}

function readPrincipal({ directory }: Tenant, { ids }: ScimService, body: Json): [MemberType, string] {
  if ((body.user === undefined) === (body.group === undefined)) {
    throw new Refusal(400, "Give exactly one of 'user' and 'group'.", 'invalidValue');
  }
  const type: MemberType = body.user === undefined ? 'Group' : 'User';
  const id = ids[type].resolve(referenceOf(body.user ?? body.group, type.toLowerCase())) ?? '';
  const known = type === 'User' ? directory.users.get(id) : directory.groups.get(id);
  if (!known) throw new Refusal(400, `'${type.toLowerCase()}' not found.`, 'invalidValue');
  return [type, id];
}

function scimPermission(tenant: Tenant, { ids }: ScimService, request: Request, permission: PermissionRecord): Json {
  const { id, container, principalType, principal, right } = permission;
  const name = tenant.directory.containers.get(container)?.name;
  const value = ids[principalType].show(principal);
  const kind = principalType.toLowerCase();
  return {
    schemas: [URN.ContainerPermission],
    id,
    container: { name, display: name, value: container, $ref: containerRef(request, container) },
    [kind]: {
      display: displayOf(tenant, principalType, principal),
      value,
      $ref: `http://${new URL(request.url).host}/scim/v2/${kind}s/${value}`,
    },
    rights: [right],
    meta: meta('ContainerPermission', permission),
  };
}

function displayOf({ directory }: Tenant, type: MemberType, id: string): string | undefined {
  if (type === 'Group') return directory.groups.get(id)?.displayName;
  const user = directory.users.get(id);
  return user?.displayName ?? user?.userName;
}
