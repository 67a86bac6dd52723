import type { Hono } from 'hono';
import { groupFields } from '../directory/directory.js';
import { GROUP_CHECKS, mergeFields, requireField } from '../directory/fields.js';
import type { GroupFields, GroupRecord, MemberType } from '../directory/records.js';
import type { Json } from '../http/body.js';
import type { Page } from '../http/paging.js';
import { Refusal } from '../http/refusal.js';
import { idOf, queryOf, route } from '../http/routes.js';
import type { Tenant } from '../tenant.js';
import { findByName } from './find-by-name.js';
import { patchGroup } from './group-patch.js';
import { readMembers } from './members.js';
import { NAME_FILTERS } from './scim-filter.js';
import { foundResource, meta, projection, readScim, scimAnswer, scimList, URN, urlOf } from './scim-json.js';
import type { ScimService } from './scim-service.js';

/**
 * Serves `/scim/v2/Groups` of either service: no PUT (guide 000). Assumptions: SCIM groups have a `description`, and
 * their displayName is unique.
 */
export function addScimGroups(app: Hono, tenant: Tenant, service: ScimService): void {
  const { directory } = tenant;
  const written = (id: string) => foundResource(directory.groups.get(service.ids.Group.resolve(id) ?? ''), id);
  route(app, '/Groups', {
    GET: (context) => {
      const query = queryOf(context);
      const find = (page: Page) => findByName(directory.groups, 'displayName', NAME_FILTERS, query, page);
      return scimList(query, find, (group) => scimGroup(tenant, service, context.req.raw, group));
    },
    POST: async ({ req }) => {
      const body = await readScim(req.raw, URN.Group);
      requireField(body, 'displayName');
      const fields = mergeFields<GroupFields>({ displayName: '' }, body, GROUP_CHECKS);
      requireUnique(tenant, fields);
      const members = new Map(body.members === undefined ? [] : readMembers(tenant, service, body.members));
      return answerCreated(req.raw, service, directory.createGroup(fields, members));
    },
  });
  route(app, '/Groups/:id', {
    GET: (context) => {
      const group = foundResource(directory.groups.seen(service.ids.Group.resolve(idOf(context)) ?? ''), idOf(context));
      return scimAnswer(projection(queryOf(context))(scimGroup(tenant, service, context.req.raw, group)));
    },
    PATCH: async (context) => {
      const group = written(idOf(context));
      const body = await readScim(context.req.raw, URN.PatchOp);
      const change = patchGroup(tenant, service, { fields: groupFields(group), members: new Map(group.members) }, body);
      if (change.members.has(group.id)) throw new Refusal(400, 'A group cannot be its own member.', 'invalidValue');
      requireUnique(tenant, change.fields, group.id);
      const saved = directory.saveGroup(group, change);
      const status = tenant.faults.conditions.patchAnswer ?? service.patchAnswer;
      if (status === 204) return new Response(null, { status });
      return scimAnswer(scimGroup(tenant, service, context.req.raw, saved));
    },
    DELETE: (context) => {
      directory.deleteGroup(written(idOf(context)).id);
      return new Response(null, { status: 204 });
    },
  });
}

function requireUnique({ directory }: Tenant, { displayName }: GroupFields, ownId?: string): void {
  if (directory.groups.byName(displayName).some(({ id }) => id !== ownId)) {
    throw new Refusal(409, "Attribute 'displayName' MUST be unique.", 'uniqueness');
  }
}

function answerCreated(request: Request, service: ScimService, group: GroupRecord): Response {
  const id = service.ids.Group.show(group.id);
  const location = urlOf(request, `Groups/${id}`);
  const body = { schemas: [URN.Group], id, displayName: group.displayName, meta: meta('Group', group, location) };
  return scimAnswer(body, 201, { location });
}

function scimGroup(tenant: Tenant, service: ScimService, request: Request, group: GroupRecord): Json {
  const id = service.ids.Group.show(group.id);
  return {
    schemas: [URN.Group],
    id,
    ...groupFields(group),
    members: [...group.members].map(([member, type]) => scimMember(tenant, service, request, member, type)),
    meta: meta('Group', group, urlOf(request, `Groups/${id}`)),
  };
}

function scimMember({ directory }: Tenant, service: ScimService, request: Request, id: string, type: MemberType): Json {
  const value = service.ids[type].show(id);
  const display = type === 'User' ? directory.users.get(id)?.userName : directory.groups.get(id)?.displayName;
  return { value, type, display, $ref: urlOf(request, `${type}s/${value}`) };
}
