import type { Hono } from 'hono';
import type { GroupRecord, UserRecord } from '../directory/records.js';
import { idOf, route } from '../http/routes.js';
import { records } from './lists.js';
import { changesIn, dirty, ids, invalid, readData, type SecretServerEnv } from './request.js';
import { roleWith, saveRoles } from './roles.js';
import type { SecretServerData } from './secret-server-data.js';
import { displayNameOf } from './user-json.js';

/** Serves the groups of a role. A direct role of a user is a row of its personal group, `personal: true` (fact sheet (b)). */
export function addRoleGroups(app: Hono<SecretServerEnv>, data: SecretServerData): void {
  route(app, '/roles/:id/groups', {
    GET: (context) => {
      const { name } = roleWith(data, idOf(context));
      const owners = [...data.groups(), ...data.users()].filter(({ roles }) => roles.includes(name));
      return records(context, owners, (owner) => row(data, owner));
    },
    PATCH: async (context) => {
      data.requireAdministration();
      const { name } = roleWith(data, idOf(context));
      const fields = { groupIdsToAdd: dirty(ids), groupIdsToRemove: dirty(ids) };
      const { groupIdsToAdd = [], groupIdsToRemove = [] } = changesIn(await readData(context.req.raw, fields));
      const [added, removed] = [ownersWith(data, groupIdsToAdd), ownersWith(data, groupIdsToRemove)];
      for (const owner of added) saveRoles(data, context, owner, [...new Set([...owner.roles, name])]);
      for (const owner of removed) {
        saveRoles(
          data,
          context,
          owner,
          owner.roles.filter((role) => role !== name),
        );
      }
      return Response.json({ success: true });
    },
  });
}

/** Returns groups by number, and users by that of their personal group. @throws {Refusal} 400 for an unknown one */
function ownersWith(data: SecretServerData, numbers: unknown): (UserRecord | GroupRecord)[] {
  return (numbers as number[]).map((number) => {
    const id = data.resolve('Group', number);
    const owner = data.directory.groups.get(id) ?? data.directory.users.get(id);
    if (!owner) throw invalid(`There is no group ${number}.`);
    return owner;
  });
}

function row(data: SecretServerData, owner: UserRecord | GroupRecord): object {
  const personal = 'userName' in owner;
  return {
    groupId: data.numberOf('Group', owner.id),
    name: personal ? owner.userName : owner.displayName,
    displayName: personal ? displayNameOf(owner) : owner.displayName,
    domainName: '',
    enabled: personal ? owner.active : data.isEnabled(owner.id),
    personal,
    created: owner.created,
  };
}
