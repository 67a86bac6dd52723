import type { Hono } from 'hono';
import type { GroupRecord, UserRecord } from '../directory/records.js';
import { idOf, route } from '../http/routes.js';
import { records } from './lists.js';
import { found, ids, readWrite, type SecretServerContext, type SecretServerEnv } from './request.js';
import { rolesOf, rolesWith, saveRoles } from './roles.js';
import type { SecretServerData } from './secret-server-data.js';

type Owner = UserRecord | GroupRecord;
type Change = (own: readonly string[], sent: readonly string[]) => readonly string[];

const ADD: Change = (own, sent) => [...new Set([...own, ...sent])];
const REMOVE: Change = (own, sent) => own.filter((role) => !sent.includes(role));
const REPLACE: Change = (_own, sent) => [...new Set(sent)];

/**
 * Serves the roles of a user and of a group. Every write has the body `{roleIds}`, DELETE included. The exact set of a
 * group is PUT in v2 (OpenAPI 11.7.2; v1 in 11.2.2), so PUT in v1 is a 405 here.
 */
export function addRoleBindings(v1: Hono<SecretServerEnv>, v2: Hono<SecretServerEnv>, data: SecretServerData): void {
  const user = (number: string) => data.user(number);
  const group = (number: string) => data.group(number);
  route(v1, '/users/:id/roles', {
    GET: (context) => list(data, context, found(data.seenUser(data.resolve('User', idOf(context))), 'User')),
    POST: (context) => write(data, context, user, ADD),
    PUT: (context) => write(data, context, user, REPLACE),
    DELETE: (context) => write(data, context, user, REMOVE),
  });
  route(v1, '/groups/:id/roles', {
    GET: (context) => list(data, context, found(data.seenGroup(data.resolve('Group', idOf(context))), 'Group')),
    POST: (context) => write(data, context, group, ADD),
    DELETE: (context) => write(data, context, group, REMOVE),
  });
  route(v2, '/groups/:id/roles', { PUT: (context) => write(data, context, group, REPLACE) });
  route(v1, '/users/:id/roles-assigned', {
    GET: (context) => {
      const own = found(data.seenUser(data.resolve('User', idOf(context))), 'User');
      const groups = data.groups().filter((candidate) => candidate.members.has(own.id));
      const all = new Set([own, ...groups].flatMap((owner) => rolesOf(data, owner)));
      return records(context, [...all], ({ id, name }) => ({
        roleId: data.numberOf('Role', id),
        roleName: name,
        isDirectAssignment: own.roles.includes(name),
        groups: groups
          .filter(({ roles }) => roles.includes(name))
          .map((owner) => ({ groupId: data.numberOf('Group', owner.id), groupName: owner.displayName })),
      }));
    },
  });
}

function list(data: SecretServerData, context: SecretServerContext, owner: Owner): Response {
  return records(context, rolesOf(data, owner), ({ id, name }) => ({ roleId: data.numberOf('Role', id), name }));
}

async function write(
  data: SecretServerData,
  context: SecretServerContext,
  owner: (number: string) => Owner | undefined,
  change: Change,
): Promise<Response> {
  data.requireAdministration();
  const { roleIds } = await readWrite(context.req.raw, { roleIds: ids }, ['roleIds']);
  const current = found(owner(idOf(context)), 'Owner of roles');
  const sent = rolesWith(data, roleIds).map(({ name }) => name);
  saveRoles(data, context, current, change(current.roles, sent));
  return Response.json({ success: true });
}
