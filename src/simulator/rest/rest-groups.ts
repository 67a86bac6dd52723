import type { Hono } from 'hono';
import { groupFields } from '../directory/directory.js';
import { GROUP_CHECKS, mergeFields, requireField } from '../directory/fields.js';
import type { GroupFields, GroupRecord, MemberType } from '../directory/records.js';
import { isObject, type Json } from '../http/body.js';
import { Refusal } from '../http/refusal.js';
import { idOf, route } from '../http/routes.js';
import { principal } from '../scim/members.js';
import type { Tenant } from '../tenant.js';
import { found, type RestEnv, readRoles, readWrite, requireWrite, restList } from './rest-request.js';

const WRITABLE = [...Object.keys(GROUP_CHECKS), 'members'];

/**
 * Serves `/api/v1/groups`. The guide names "REST group endpoints" without a path (fact sheet U1); path, shape and the
 * merge PATCH that replaces `members` and `roles` whole are assumptions, kept in this file.
 */
export function addRestGroups(app: Hono<RestEnv>, tenant: Tenant): void {
  const { directory } = tenant;
  const own = (shown: string) => directory.platformIds.Group.resolve(shown) ?? '';
  route(app, '/groups', {
    GET: (context) => restList(context, directory.groups, 'displayName', (group) => restGroup(tenant, group)),
    POST: async (context) => {
      const body = await readWrite(context, WRITABLE);
      requireField(body, 'displayName');
      const fields = merge(tenant, { displayName: '' }, body);
      const members = readMembers(tenant, body);
      return Response.json(brief(tenant, directory.createGroup(fields, members, readRoles(tenant, body))), {
        status: 201,
      });
    },
  });
  route(app, '/groups/:id', {
    GET: (context) => Response.json(restGroup(tenant, found(directory.groups.seen(own(idOf(context))), 'Group'))),
    PATCH: async (context) => {
      const body = await readWrite(context, WRITABLE);
      const group = found(directory.groups.get(own(idOf(context))), 'Group');
      const fields = merge(tenant, groupFields(group), body, group.id);
      const [members, roles] = [readMembers(tenant, body, group.id), readRoles(tenant, body)];
      const saved = directory.saveGroup(group, { fields, ...(members && { members }), ...(roles && { roles }) });
      return Response.json(brief(tenant, saved));
    },
    DELETE: (context) => {
      requireWrite(context);
      directory.deleteGroup(found(directory.groups.get(own(idOf(context))), 'Group').id);
      return new Response(null, { status: 204 });
    },
  });
}

function merge(tenant: Tenant, fields: GroupFields, body: Json, ownId?: string): GroupFields {
  const merged = mergeFields(fields, body, GROUP_CHECKS);
  if (tenant.directory.groups.byName(merged.displayName).some(({ id }) => id !== ownId)) {
    throw new Refusal(409, 'A group with this displayName exists.', 'DuplicateGroupName');
  }
  return merged;
}

function readMembers(tenant: Tenant, body: Json, groupId?: string): Map<string, MemberType> | undefined {
  if (body.members === undefined) return undefined;
  if (!Array.isArray(body.members)) throw new Refusal(400, "'members' must be an array of {value}.", 'InvalidMember');
  const members = new Map<string, MemberType>();
  for (const member of body.members) {
    const shown = isObject(member) ? String(member.value) : '';
    const found = principal(tenant, tenant.directory.platformIds, shown, isObject(member) ? member.type : undefined);
    if (!found || found[0] === groupId) {
      throw new Refusal(400, `'members' has an unknown id: ${JSON.stringify(shown)}.`, 'InvalidMember');
    }
    members.set(...found);
  }
  return members;
}

function brief({ directory }: Tenant, { id, displayName }: GroupRecord): object {
  return { id: directory.platformIds.Group.show(id), displayName };
}

function restGroup(tenant: Tenant, group: GroupRecord): object {
  const { created, lastModified, members, roles, ...fields } = group;
  const { platformIds } = tenant.directory;
  return {
    ...fields,
    id: platformIds.Group.show(fields.id),
    members: [...members].map(([id, type]) => ({
      value: platformIds[type].show(id),
      type,
      display: displayOf(tenant, id, type),
    })),
    roles,
    meta: { created, lastModified },
  };
}

function displayOf({ directory }: Tenant, id: string, type: MemberType): string | undefined {
  return type === 'User' ? directory.users.get(id)?.userName : directory.groups.get(id)?.displayName;
}
