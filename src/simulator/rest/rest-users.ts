import type { Hono } from 'hono';
import { userFields } from '../directory/directory.js';
import { mergeFields, requireField, USER_CHECKS } from '../directory/fields.js';
import type { UserFields, UserRecord } from '../directory/records.js';
import type { Json } from '../http/body.js';
import { Refusal } from '../http/refusal.js';
import { idOf, route } from '../http/routes.js';
import type { Tenant } from '../tenant.js';
import { found, type RestEnv, readRoles, readWrite, requireWrite, restList } from './rest-request.js';

const WRITABLE = Object.keys(USER_CHECKS);

/** Serves `/api/v1/users` of guide 000. PUT is a 405: the guide only mentions that it may exist. */
export function addRestUsers(app: Hono<RestEnv>, tenant: Tenant): void {
  const { users, platformIds } = tenant.directory;
  const own = (shown: string) => platformIds.User.resolve(shown) ?? '';
  const brief = ({ id, userName, active }: UserRecord) => ({ id: platformIds.User.show(id), userName, active });
  route(app, '/users', {
    GET: (context) => {
      const render = tenant.options.leanLists ? brief : (user: UserRecord) => restUser(tenant, user);
      return restList(context, users, 'userName', render);
    },
    POST: async (context) => {
      const body = await readWrite(context, WRITABLE);
      requireField(body, 'userName');
      const fields = merge(tenant, { userName: '', active: true }, body);
      return Response.json(brief(tenant.directory.createUser(fields, readRoles(tenant, body))), { status: 201 });
    },
  });
  route(app, '/users/:id', {
    GET: (context) => Response.json(restUser(tenant, found(users.seen(own(idOf(context))), 'User'))),
    PATCH: async (context) => {
      const body = await readWrite(context, WRITABLE);
      const user = found(users.get(own(idOf(context))), 'User');
      const fields = merge(tenant, userFields(user), body, user.id);
      return Response.json(brief(tenant.directory.saveUser(user, fields, readRoles(tenant, body))));
    },
    DELETE: (context) => {
      requireWrite(context);
      tenant.directory.deleteUser(found(users.get(own(idOf(context))), 'User').id);
      return new Response(null, { status: 204 });
    },
  });
}

function merge(tenant: Tenant, fields: UserFields, body: Json, ownId?: string): UserFields {
  const merged = mergeFields(fields, body, USER_CHECKS);
  const { users, platformIds } = tenant.directory;
  if (body.manager && merged.manager) merged.manager = { value: platformIds.User.resolve(merged.manager.value) ?? '' };
  if (users.byName(merged.userName).some(({ id }) => id !== ownId) && body.userName !== undefined) {
    throw new Refusal(409, 'A user with this userName exists.', 'DuplicateUserName');
  }
  if (merged.manager && !users.get(merged.manager.value)) {
    throw new Refusal(400, "'manager' is not the id of a user.", 'InvalidAttribute');
  }
  return merged;
}

function restUser(tenant: Tenant, user: UserRecord): object {
  const { created, lastModified, roles, manager, ...fields } = user;
  const { users, platformIds } = tenant.directory;
  const groups = tenant.directory.groupsOf(user.id);
  return {
    ...fields,
    id: platformIds.User.show(user.id),
    ...(manager && users.seen(manager.value) && { manager: { value: platformIds.User.show(manager.value) } }),
    groups: groups.map(({ id, displayName }) => ({ value: platformIds.Group.show(id), display: displayName })),
    roles,
    meta: { created, lastModified },
  };
}
