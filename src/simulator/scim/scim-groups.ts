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
import { type GroupDraft, patchGroup } from './group-patch.js';
import { readMembers } from './members.js';
import { NAME_FILTERS } from './scim-filter.js';
import { foundResource, meta, projection, readScim, refOf, scimAnswer, scimList, URN, urlOf } from './scim-json.js';
import type { ScimService } from './scim-service.js';

/**
 * Serves `/Groups`. The Platform has no PUT (guide 000), unless it has no PATCH. Assumptions: SCIM groups have a `description`,
 * and their displayName is unique.
 */
export function addScimGroups(app: Hono, tenant: Tenant, service: ScimService): void {
  const { directory } = tenant;
  const written = (id: string) => foundResource(directory.groups.get(service.ids.Group.resolve(id) ?? ''), id);
  route(app, '/Groups', {
    GET: (context) => {
      const query = queryOf(context);
      const find = (page: Page) => findByName(directory.groups, 'displayName', NAME_FILTERS, query, page);
      return scimList(query, service, find, (group) => scimGroup(tenant, service, context.req.raw, group));
    },
    POST: async ({ req }) => {
      const body = await readScim(req.raw, URN.Group);
      const { fields, members } = readGroup(tenant, service, body);
      requireUnique(tenant, fields);
      return answerCreated(req.raw, service, directory.createGroup(fields, members));
    },
  });
  const answerSaved = (request: Request, group: GroupRecord, status: number) =>
    status === 204 ? new Response(null, { status }) : scimAnswer(scimGroup(tenant, service, request, group));
  route(app, '/Groups/:id', {
    GET: (context) => {
      const group = foundResource(directory.groups.seen(service.ids.Group.resolve(idOf(context)) ?? ''), idOf(context));
      return scimAnswer(projection(queryOf(context))(scimGroup(tenant, service, context.req.raw, group)));
    },
    PUT: async (context) => {
      if (!service.groupPut && !tenant.faults.conditions.withoutPatch)
        throw new Refusal(405, 'PUT is not supported here.');
      const group = written(idOf(context));
      const draft = readGroup(tenant, service, await readScim(context.req.raw, URN.Group));
      return answerSaved(context.req.raw, save(tenant, group, draft), 200);
    },
    PATCH: async (context) => {
      const group = written(idOf(context));
      const body = await readScim(context.req.raw, URN.PatchOp);
      const draft = { fields: groupFields(group), members: new Map(group.members) };
      const saved = save(tenant, group, patchGroup(tenant, service, draft, body));
      const status = tenant.faults.conditions.patchAnswer ?? service.patchAnswer;
      return answerSaved(context.req.raw, saved, status);
    },
    DELETE: (context) => {
      directory.deleteGroup(written(idOf(context)).id);
      return new Response(null, { status: 204 });
    },
  });
}

/** Reads a whole group (POST, PUT). Missing attributes are cleared (RFC 7644, 3.5.1). */
function readGroup(tenant: Tenant, service: ScimService, body: Json): GroupDraft {
  requireField(body, 'displayName');
  const fields = mergeFields<GroupFields>({ displayName: '' }, body, GROUP_CHECKS);
  return { fields, members: new Map(body.members === undefined ? [] : readMembers(tenant, service, body.members)) };
}

function save(tenant: Tenant, group: GroupRecord, change: GroupDraft): GroupRecord {
  if (change.members.has(group.id)) throw new Refusal(400, 'A group cannot be its own member.', 'invalidValue');
  requireUnique(tenant, change.fields, group.id);
  return tenant.directory.saveGroup(group, change);
}

function requireUnique({ directory }: Tenant, { displayName }: GroupFields, ownId?: string): void {
  if (directory.groups.byName(displayName).some(({ id }) => id !== ownId)) {
    throw new Refusal(409, "Attribute 'displayName' MUST be unique.", 'uniqueness');
  }
}

function answerCreated(request: Request, service: ScimService, group: GroupRecord): Response {
  const id = service.ids.Group.show(group.id);
  const location = urlOf(request, service, `Groups/${id}`);
  const body = { schemas: [URN.Group], id, displayName: group.displayName, meta: meta('Group', group, location) };
  return scimAnswer(body, 201, { location });
}

function scimGroup(tenant: Tenant, service: ScimService, request: Request, group: GroupRecord): Json {
  const id = service.ids.Group.show(group.id);
  return {
    schemas: [URN.Group],
    id,
    ...groupFields(group),
    members: [...group.members]
      .filter(([, type]) => service.nestedGroups || type === 'User')
      .map(([member, type]) => scimMember(tenant, service, request, member, type)),
    meta: meta('Group', group, urlOf(request, service, `Groups/${id}`)),
  };
}

function scimMember({ directory }: Tenant, service: ScimService, request: Request, id: string, type: MemberType): Json {
  const value = service.ids[type].show(id);
  const display = type === 'User' ? directory.users.get(id)?.userName : directory.groups.get(id)?.displayName;
  return { value, type, display, $ref: refOf(request, service, `${type}s`, value) };
}
