import type { Hono } from 'hono';
import { groupFields } from '../directory/directory.js';
import type { GroupRecord } from '../directory/records.js';
import type { Json } from '../http/body.js';
import { idOf, route } from '../http/routes.js';
import { membersOf } from './group-members.js';
import { Filter, records } from './lists.js';
import {
  changesIn,
  dirty,
  type Fields,
  filled,
  flag,
  found,
  id,
  ids,
  invalid,
  readData,
  readWrite,
  requirePathId,
  type SecretServerContext,
  type SecretServerEnv,
  text,
  texts,
} from './request.js';
import type { SecretServerData } from './secret-server-data.js';

const WRITE: Fields = {
  name: filled,
  enabled: flag,
  domainId: id,
  adGuid: text,
  synchronized: flag,
  synchronizeNow: flag,
  isPlatform: flag,
  hasGroupOwners: flag,
  ownerGroupIds: ids,
  ownerGroupNames: texts,
  ownerUserIds: ids,
  ownerUserNames: texts,
};

const PATCH: Fields = {
  name: dirty(filled),
  enabled: dirty(flag),
  ownerGroupIds: dirty(ids),
  addedOwnerGroupIds: ids,
  removedOwnerGroupIds: ids,
};

/** Serves `/groups`. Personal groups are not listed (assumption); owners are accepted and not simulated. */
export function addGroups(app: Hono<SecretServerEnv>, data: SecretServerData): void {
  const { directory } = data;
  route(app, '/groups', {
    GET: (context) => {
      const filter = new Filter(context);
      const rows = data
        .groups()
        .filter((group) => data.isEnabled(group.id) || filter.flag('includeInactive'))
        .filter(() => data.mirror !== undefined || !filter.flag('platformOnly'))
        .filter((group) => filter.matches(group.displayName));
      return records(context, rows, (group) => groupSummary(data, group));
    },
    POST: async (context) => {
      data.requireAdministration();
      const { name, enabled } = (await readWrite(context.req.raw, WRITE, ['name', 'enabled'])) as {
        name: string;
        enabled: boolean;
      };
      requireFreeName(data, name);
      const group = directory.createGroup({ displayName: name });
      if (!enabled) directory.saveLocal(group.id, { enabled });
      data.audit(context.get('caller'), 'Group', { id: group.id, name }, 'CREATE');
      return Response.json(groupModel(data, group));
    },
  });
  route(app, '/groups/:id', {
    GET: (context) => {
      const group = found(data.seenGroup(data.resolve('Group', idOf(context))), 'Group');
      return Response.json(groupModel(data, group));
    },
    PATCH: async (context) => {
      const body = await readData(context.req.raw, PATCH);
      return Response.json(groupModel(data, change(data, context, changesIn(body))));
    },
    PUT: async (context) => {
      const body = await readWrite(context.req.raw, { id, ...WRITE }, ['id']);
      requirePathId(context, body);
      return Response.json(groupModel(data, change(data, context, body)));
    },
    // Assumption: disables the group, as DELETE does for users; no source states that a group is removed.
    DELETE: (context) => {
      change(data, context, { enabled: false }, 'DELETE');
      return Response.json({ id: Number(idOf(context)), objectType: 'Group', responseCodes: [] });
    },
  });
}

function change(data: SecretServerData, context: SecretServerContext, body: Json, action = 'UPDATE'): GroupRecord {
  const { name, enabled } = body as { name?: string; enabled?: boolean };
  const group = found(data.group(idOf(context)), 'Group');
  if (name !== undefined || enabled !== undefined) data.requireLocal('Group', group.id);
  if (name !== undefined) requireFreeName(data, name, group.id);
  if (enabled !== undefined) data.directory.saveLocal(group.id, { enabled });
  data.audit(
    context.get('caller'),
    'Group',
    { id: group.id, name: group.displayName },
    action,
    Object.keys(body).join(', '),
  );
  if (name === undefined) return group;
  return data.directory.saveGroup(group, { fields: { ...groupFields(group), displayName: name } });
}

function requireFreeName({ directory }: SecretServerData, name: string, ownId?: string): void {
  if (directory.groups.byName(name).some((group) => group.id !== ownId)) {
    throw invalid('A group with this name already exists.');
  }
}

function groupSummary(data: SecretServerData, group: GroupRecord): object {
  return { ...common(data, group), domainGuid: null, memberCount: membersOf(data, group).length };
}

/** Returns a single group (GroupModel), which lacks two attributes of the row. */
function groupModel(data: SecretServerData, group: GroupRecord): object {
  const editable = data.mirror === undefined && data.local(group.id).domain === undefined;
  const own = { canEditMembers: editable, isEditable: editable, systemGroup: false, hasGroupOwners: false };
  return { ...common(data, group), ...own, adGuid: null, owners: [], ipAddressRestrictions: [] };
}

function common(data: SecretServerData, group: GroupRecord): object {
  const isPlatform = data.mirror !== undefined;
  return {
    id: data.numberOf('Group', group.id),
    name: group.displayName,
    enabled: data.isEnabled(group.id),
    created: group.created,
    ...data.domainOf(group.id),
    isPlatform,
    synchronized: isPlatform || data.local(group.id).domain !== undefined,
    synchronizeNow: false,
  };
}
