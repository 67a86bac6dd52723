import type { Hono } from 'hono';
import type { GroupRecord, MemberType, UserRecord } from '../directory/records.js';
import { idOf, queryOf, route } from '../http/routes.js';
import { Filter, records } from './lists.js';
import {
  type Fields,
  found,
  id,
  ids,
  invalid,
  readWrite,
  type SecretServerContext,
  type SecretServerEnv,
} from './request.js';
import type { SecretServerData } from './secret-server-data.js';
import { displayNameOf } from './user-json.js';

/**
 * Serves the members of a group, and the groups of a user. Groups have no nested groups here (OpenAPI 11.7.2): nested
 * groups of the shared directory are not shown, and writes leave them alone.
 */
export function addGroupMembers(app: Hono<SecretServerEnv>, data: SecretServerData): void {
  route(app, '/groups/:id/users', {
    GET: (context) => {
      const group = found(data.seenGroup(data.resolve('Group', idOf(context))), 'Group');
      const all = new Filter(context).flag('includeInactiveUsersForGroup');
      const members = membersOf(data, group).filter(({ active }) => active || all);
      return records(context, members, (user) => memberRow(data, group, user));
    },
    POST: async (context) => {
      const { userId } = await readWrite(context.req.raw, { userId: id }, ['userId']);
      const [user] = usersWith(data, [userId]);
      const group = edit(data, context, idOf(context), (members) => members.add(user!.id));
      const { displayName: _name, enabled: _enabled, ...member } = memberRow(data, group, user!);
      return Response.json(member);
    },
    PATCH: async (context) => {
      // The names are uneven and there is no envelope (OpenAPI 11.7.2).
      const fields: Fields = { addedUserIds: ids, removeUserIds: ids };
      const { addedUserIds = [], removeUserIds = [] } = await readWrite(context.req.raw, fields);
      const [added, removed] = [usersWith(data, addedUserIds), usersWith(data, removeUserIds)];
      edit(data, context, idOf(context), (members) => {
        for (const user of added) members.add(user.id);
        for (const user of removed) members.delete(user.id);
      });
      return Response.json({ success: true });
    },
    // The exact set: members that lists hide, since they are disabled, leave the group as well.
    PUT: async (context) => {
      const users = usersWith(data, (await readWrite(context.req.raw, { userIds: ids }, ['userIds'])).userIds);
      edit(data, context, idOf(context), (members) => {
        members.clear();
        for (const user of users) members.add(user.id);
      });
      return Response.json({ success: true });
    },
  });
  route(app, '/groups/:id/users/:userId', {
    DELETE: (context) => {
      const user = found(data.user(context.req.param('userId')), 'User');
      edit(data, context, idOf(context), (members) => found(members.delete(user.id) || undefined, 'Group member'));
      return Response.json({ id: Number(context.req.param('userId')), objectType: 'GroupUser', responseCodes: [] });
    },
  });
  route(app, '/users/:id/groups', {
    GET: (context) => {
      const user = found(data.seenUser(data.resolve('User', idOf(context))), 'User');
      const groups = data.groups().filter((group) => group.members.has(user.id));
      return records(context, groups, (group) => memberRow(data, group, user));
    },
    POST: async (context) => {
      const { groupIds } = await readWrite(context.req.raw, { groupIds: ids }, ['groupIds']);
      return editGroupsOf(data, context, groupIds as number[], (members, user) => members.add(user));
    },
    // The ids are in the query here (DelineaXPM/delinea-mcp), unlike those of roles.
    DELETE: (context) => {
      const groupIds = queryOf(context).getAll('groupIds').map(Number);
      return editGroupsOf(data, context, groupIds, (members, user) => members.delete(user));
    },
  });
}

/** Returns the users in a group that readers see, disabled ones included. */
export function membersOf(data: SecretServerData, group: GroupRecord): UserRecord[] {
  return [...group.members].flatMap(([member, type]) => {
    const user = type === 'User' ? data.seenUser(member) : undefined;
    return user ? [user] : [];
  });
}

/** Returns the users with these numbers. @throws {Refusal} 400 for an unknown one */
export function usersWith(data: SecretServerData, numbers: unknown): UserRecord[] {
  return (numbers as number[]).map((number) => {
    const user = data.user(number);
    if (!user) throw invalid(`There is no user ${number}.`);
    return user;
  });
}

/** Changes the users in a group. @throws {Refusal} 400 for a group whose members come from elsewhere */
export function edit(
  data: SecretServerData,
  context: SecretServerContext,
  groupId: unknown,
  change: (userIds: Set<string>) => void,
): GroupRecord {
  const group = found(data.group(groupId), 'Group');
  data.requireLocal('Group', group.id);
  const of = (type: MemberType) => [...group.members].flatMap(([member, is]) => (is === type ? [member] : []));
  const users = new Set(of('User'));
  change(users);
  const members = new Map<string, MemberType>();
  for (const user of users) members.set(user, 'User');
  for (const nested of of('Group')) members.set(nested, 'Group');
  data.audit(context.get('caller'), 'Group', { id: group.id, name: group.displayName }, 'UPDATE MEMBERS');
  return data.directory.saveGroup(group, { members });
}

function editGroupsOf(
  data: SecretServerData,
  context: SecretServerContext,
  groupIds: readonly number[],
  change: (members: Set<string>, user: string) => void,
): Response {
  const user = found(data.user(idOf(context)), 'User');
  for (const groupId of groupIds) if (!data.group(groupId)) throw invalid(`There is no group ${groupId}.`);
  for (const groupId of groupIds) edit(data, context, groupId, (members) => change(members, user.id));
  return Response.json({ success: true });
}

function memberRow(data: SecretServerData, group: GroupRecord, user: UserRecord) {
  const [ofGroup, ofUser] = [data.domainOf(group.id), data.domainOf(user.id)];
  return {
    userId: data.numberOf('User', user.id),
    userName: user.userName,
    displayName: displayNameOf(user),
    enabled: user.active,
    groupId: data.numberOf('Group', group.id),
    groupName: group.displayName,
    groupDomainId: ofGroup.domainId,
    groupDomainName: ofGroup.domainName,
    userDomainId: ofUser.domainId,
    userDomainName: ofUser.domainName,
  };
}
