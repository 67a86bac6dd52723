import type { Hono } from 'hono';
import { userFields } from '../directory/directory.js';
import type { GroupRecord, RoleRecord, UserRecord } from '../directory/records.js';
import { idOf, route } from '../http/routes.js';
import { Filter, records } from './lists.js';
import {
  changesIn,
  dirty,
  filled,
  flag,
  found,
  invalid,
  readData,
  readWrite,
  type SecretServerContext,
  type SecretServerEnv,
} from './request.js';
import type { SecretServerData } from './secret-server-data.js';

/** Newer calls write their parameters as `paging.filter.…`, seen on `/roles` (ams-consulting vault SDK). */
const PREFIX = 'paging.';

/** Serves `/roles`, without DELETE: a role is removed by disabling it (fact sheet 6.6). */
export function addRoles(app: Hono<SecretServerEnv>, data: SecretServerData): void {
  const { directory } = data;
  route(app, '/roles', {
    GET: (context) => {
      const filter = new Filter(context, PREFIX);
      const rows = rolesFor(data, filter).filter(({ id }) => data.isEnabled(id) || filter.flag('includeInactive'));
      return records(context, rows, (role) => roleModel(data, role), PREFIX);
    },
    POST: async (context) => {
      data.requireAdministration();
      const body = await readWrite(context.req.raw, { name: filled, enabled: flag }, ['name', 'enabled']);
      requireFreeName(data, String(body.name));
      const role = directory.addRole(String(body.name));
      directory.saveLocal(role.id, { enabled: body.enabled === true });
      data.audit(context.get('caller'), 'Role', role, 'CREATE');
      return Response.json(roleModel(data, role));
    },
  });
  route(app, '/roles/:id', {
    GET: (context) => Response.json(roleModel(data, roleWith(data, idOf(context)))),
    PATCH: async (context) => {
      data.requireAdministration();
      const role = roleWith(data, idOf(context));
      const { name, enabled } = changesIn(
        await readData(context.req.raw, { name: dirty(filled), enabled: dirty(flag) }),
      );
      if (name !== undefined) {
        requireFreeName(data, String(name), role.id);
        directory.renameRole(role, String(name));
      }
      if (enabled !== undefined) directory.saveLocal(role.id, { enabled: enabled === true });
      data.audit(context.get('caller'), 'Role', role, 'UPDATE');
      return Response.json(roleModel(data, roleWith(data, idOf(context))));
    },
  });
}

/** Returns the roles of a user, of a group, or all: `filter.userId` wins over `filter.groupId` (OpenAPI 11.7.2). */
function rolesFor(data: SecretServerData, filter: Filter): RoleRecord[] {
  const [userId, groupId] = [filter.number('userId'), filter.number('groupId')];
  if (userId !== undefined) return rolesOf(data, data.seenUser(data.resolve('User', userId)));
  if (groupId !== undefined) return rolesOf(data, data.seenGroup(data.resolve('Group', groupId)));
  return data.directory.roles();
}

/** Returns the roles that a user or group has by itself. */
export function rolesOf({ directory }: SecretServerData, owner: UserRecord | GroupRecord | undefined): RoleRecord[] {
  return (owner?.roles ?? []).flatMap((name) => directory.role(name) ?? []);
}

/** Returns the role with a number. @throws {Refusal} 404 */
export function roleWith(data: SecretServerData, number: unknown): RoleRecord {
  const id = data.resolve('Role', number);
  return found(
    data.directory.roles().find((role) => role.id === id),
    'Role',
  );
}

/** Returns the roles with these numbers. @throws {Refusal} 400 for an unknown one */
export function rolesWith(data: SecretServerData, numbers: unknown): RoleRecord[] {
  return (numbers as number[]).map((number) => {
    const id = data.resolve('Role', number);
    const role = data.directory.roles().find((candidate) => candidate.id === id);
    if (!role) throw invalid(`There is no role ${number}.`);
    return role;
  });
}

/** Writes the roles of a user or group, and records it for each role. */
export function saveRoles(
  data: SecretServerData,
  context: SecretServerContext,
  owner: UserRecord | GroupRecord,
  roles: readonly string[],
): void {
  const { directory } = data;
  const notes = 'userName' in owner ? owner.userName : owner.displayName;
  for (const name of new Set([...owner.roles, ...roles])) {
    if (owner.roles.includes(name) === roles.includes(name)) continue;
    const action = roles.includes(name) ? 'ASSIGN' : 'UNASSIGN';
    data.audit(context.get('caller'), 'Role', directory.role(name)!, action, notes);
  }
  if ('userName' in owner) directory.saveUser(owner, userFields(owner), roles);
  else directory.saveGroup(owner, { roles });
}

function roleModel(data: SecretServerData, { id, name }: RoleRecord): object {
  const enabled = data.isEnabled(id);
  return { id: data.numberOf('Role', id), name, enabled, isSystem: false, created: '2020-01-01T00:00:00Z' };
}

function requireFreeName({ directory }: SecretServerData, name: string, ownId?: string): void {
  const other = directory.role(name);
  if (other && other.id !== ownId) throw invalid('A role with this name already exists.');
}
