import { groupFields } from '../directory/directory.js';
import type { GroupFields, GroupRecord, MemberType } from '../directory/records.js';
import { isObject, type Json } from '../http/body.js';
import { Refusal } from '../http/refusal.js';
import type { Tenant } from '../tenant.js';
import { GROUP_IDS, SYSTEM_GROUPS } from './groups.js';
import { type IdentityCalls, textArg } from './identity-call.js';
import { rowsResult } from './rows.js';

/**
 * Returns the calls on groups, which this API names roles. Sources: ams-consulting's client; for `UpdateLocalGroup`, of
 * which only the removal of users was seen, Array Systems' client. From the documented sibling product CyberArk Identity,
 * and so assumptions here: `NewName`, `Description` and `Roles` of `UpdateRole`, the columns of `GetRoleMembers`, and that
 * the system groups list no members. No call is documented that removes a group, or that binds a role to it.
 */
export function groupCalls(tenant: Tenant): IdentityCalls {
  const { directory } = tenant;
  return {
    'Roles/StoreRole': {
      writes: 'groups',
      run: (args) => {
        const fields = changed(tenant, { displayName: textArg(args, 'Name') }, args);
        return GROUP_IDS.show(directory.createGroup(fields).id);
      },
    },
    'Roles/UpdateRole': {
      writes: 'groups',
      run: (args) => {
        const group = changeable(tenant, textArg(args, 'Name'));
        const displayName = args.NewName === undefined ? group.displayName : textArg(args, 'NewName');
        const fields = changed(tenant, { ...groupFields(group), displayName }, args, group.id);
        const members = new Map(group.members);
        changeMembers(tenant, members, 'User', args.Users);
        changeMembers(tenant, members, 'Group', args.Roles);
        if (members.has(group.id)) throw new Refusal(200, 'A role cannot be its own member.');
        directory.saveGroup(group, { fields, members });
        return null;
      },
    },
    'LocalGroups/UpdateLocalGroup': {
      writes: 'groups',
      run: (args) => {
        const group = changeable(tenant, textArg(args, 'Name'));
        const { Delete = [], ...others } = isObject(args.Users) ? args.Users : {};
        if (![others, args.Roles, args.Groups].every(isEmpty)) {
          throw new Refusal(200, "Only 'Users' with 'Delete' is documented for this call.");
        }
        const members = new Map(group.members);
        changeMembers(tenant, members, 'User', { Delete });
        directory.saveGroup(group, { members });
        return null;
      },
    },
    'Roles/GetRoleMembers': {
      run: (args) => {
        const id = textArg(args, args.name === undefined ? 'Name' : 'name');
        const isSystem = SYSTEM_GROUPS.some((group) => group.ID === id);
        const members = isSystem ? [] : known(directory.groups.seen(GROUP_IDS.resolve(id) ?? '')).members;
        return rowsResult(
          tenant,
          [...members].map(([member, type]) => memberRow(tenant, member, type)),
        );
      },
    },
  };
}

function memberRow({ directory }: Tenant, id: string, type: MemberType) {
  return type === 'User'
    ? { Guid: id, Name: directory.users.get(id)?.userName, Type: 'User' }
    : { Guid: GROUP_IDS.show(id), Name: directory.groups.get(id)?.displayName, Type: 'Role' };
}

function known(group: GroupRecord | undefined): GroupRecord {
  if (!group) throw new Refusal(200, 'The role was not found.');
  return group;
}

function changeable({ directory }: Tenant, id: string): GroupRecord {
  if (SYSTEM_GROUPS.some(({ ID }) => ID === id)) throw new Refusal(200, 'A system role cannot be changed.');
  return known(directory.groups.get(GROUP_IDS.resolve(id) ?? ''));
}

function changed({ directory }: Tenant, fields: GroupFields, { Description }: Json, own?: string): GroupFields {
  const names = SYSTEM_GROUPS.map(({ name }) => name.toLowerCase());
  const taken = directory.groups.byName(fields.displayName).some(({ id }) => id !== own);
  if (taken || names.includes(fields.displayName.toLowerCase())) {
    throw new Refusal(200, 'A role with this name exists.');
  }
  return { ...fields, ...(typeof Description === 'string' && { description: Description }) };
}

/** Adds and deletes the members of one type: `{Add: [id], Delete: [id]}`. An unknown id fails the whole call. */
function changeMembers(
  { directory }: Tenant,
  members: Map<string, MemberType>,
  type: MemberType,
  change: unknown,
): void {
  const { Add = [], Delete = [] } = isObject(change) ? change : {};
  const idsOf = (sent: unknown) =>
    (Array.isArray(sent) ? sent : [sent]).map((shown) => {
      const id = type === 'User' ? String(shown) : (GROUP_IDS.resolve(String(shown)) ?? '');
      const exists = type === 'User' ? directory.users.get(id) : directory.groups.get(id);
      if (!exists) throw new Refusal(200, `The member ${JSON.stringify(shown)} was not found.`);
      return id;
    });
  for (const id of idsOf(Add)) members.set(id, type);
  for (const id of idsOf(Delete)) members.delete(id);
}

function isEmpty(value: unknown): boolean {
  return !isObject(value) || Object.values(value).every((part) => Array.isArray(part) && part.length === 0);
}
