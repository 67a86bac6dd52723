import type { Hono } from 'hono';
import type { MemberType, PermissionRecord, Right } from '../directory/records.js';
import { RIGHTS } from '../directory/records.js';
import type { Json } from '../http/body.js';
import { Refusal } from '../http/refusal.js';
import { idOf, queryOf, route } from '../http/routes.js';
import type { Tenant } from '../tenant.js';
import { requireOwned } from './containers.js';
import { findPermissions, principalDisplay } from './find-permissions.js';
import { requireActive } from './members.js';
import {
  foundResource,
  meta,
  pamRef,
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
 * Serves `/ContainerPermissions`: one principal's right on one folder. There is no update (fact sheet 3.2, and 4.2 lists the
 * kinds that have PATCH without this one), so PUT and PATCH are a 405. The JSON is that of fact sheet 4.2.
 */
export function addContainerPermissions(app: Hono, tenant: Tenant, service: ScimService): void {
  const { directory } = tenant;
  const render = (request: Request) => (permission: PermissionRecord) =>
    scimPermission(tenant, service, request, permission);
  route(app, '/ContainerPermissions', {
    GET: (context) => {
      const query = queryOf(context);
      return scimList(query, service, (page) => findPermissions(tenant, service, query, page), render(context.req.raw));
    },
    POST: async ({ req }) => {
      const permission = create(tenant, service, await readScim(req.raw, URN.ContainerPermission));
      const location = urlOf(req.raw, service, `ContainerPermissions/${permission.id}`);
      return scimAnswer(render(req.raw)(permission), 201, { location });
    },
  });
  route(app, '/ContainerPermissions/:id', {
    GET: (context) => {
      const permission = foundResource(directory.permissions.seen(idOf(context)), idOf(context));
      requireOwned(tenant, service, permission.container);
      return scimAnswer(projection(queryOf(context))(render(context.req.raw)(permission)));
    },
    DELETE: (context) => {
      const permission = foundResource(directory.permissions.get(idOf(context)), idOf(context));
      requireOwned(tenant, service, permission.container);
      if (permission.right === 'Owner') requireShared(tenant, permission.container);
      directory.deletePermission(permission);
      return new Response(null, { status: 204 });
    },
  });
}

/** Creates a permission. Only the first right is used; further ones are ignored without an error (guide 004). */
function create(tenant: Tenant, service: ScimService, body: Json): PermissionRecord {
  const { directory, options } = tenant;
  const container = referenceOf(body.container, 'container');
  if (!directory.containers.get(container))
    throw new Refusal(400, "'container' is not the id of a container.", 'invalidValue');
  requireOwned(tenant, service, container);
  requireShared(tenant, container);
  const [type, id] = readPrincipal(tenant, service, body);
  const right = Array.isArray(body.rights) ? body.rights[0] : undefined;
  if (!RIGHTS.includes(right)) throw new Refusal(400, service.containers!.refusalOfRight(right), 'invalidValue');
  const taken = directory.permissionsOf('principal', id).some((permission) => permission.container === container);
  if (taken && options.uniquePermissions) {
    throw new Refusal(409, 'This principal has a permission on this container.', 'uniqueness');
  }
  return directory.createPermission(container, type, id, right as Right);
}

/**
 * Checks that a folder is not personal: such a folder takes no direct grants and keeps its owner (fact sheet 4.2). The status is
 * an assumption.
 * @throws {Refusal} 403
 */
function requireShared({ directory }: Tenant, container: string): void {
  if (directory.containers.get(container)?.personal) {
    throw new Refusal(403, 'Operation is not permitted based on the supplied authorization.');
  }
}

function readPrincipal({ directory }: Tenant, service: ScimService, body: Json): [MemberType, string] {
  if ((body.user === undefined) === (body.group === undefined)) {
    throw new Refusal(400, "Give exactly one of 'user' and 'group'.", 'invalidValue');
  }
  const type: MemberType = body.user === undefined ? 'Group' : 'User';
  const shown = referenceOf(body.user ?? body.group, type.toLowerCase());
  const id = service.ids[type].resolve(shown) ?? '';
  const known = type === 'User' ? directory.users.get(id) : directory.groups.get(id);
  if (!known) throw new Refusal(400, `'${type.toLowerCase()}' not found.`, 'invalidValue');
  if (type === 'User') requireActive(directory.users.get(id)!, service, shown);
  return [type, id];
}

function scimPermission(tenant: Tenant, service: ScimService, request: Request, permission: PermissionRecord): Json {
  const { id, container, principalType, principal, right } = permission;
  const name = tenant.directory.containers.get(container)?.name;
  const value = service.ids[principalType].show(principal);
  const kind = principalType.toLowerCase();
  return {
    schemas: [URN.ContainerPermission],
    id,
    container: { name, display: name, value: container, $ref: pamRef(request, service, 'Containers', container) },
    [kind]: {
      display: principalDisplay(tenant, principalType, principal),
      value,
      $ref: pamRef(request, service, `${principalType}s`, value),
    },
    rights: [right],
    meta: meta('ContainerPermission', permission),
  };
}
