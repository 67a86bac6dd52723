import { type Directory, groupFields, userFields } from './directory.js';
import type { MemberType, UserFields } from './records.js';
import type { SimulatorData } from './seed.js';

type Identified<Items> = Items extends (infer Item)[] ? (Item & { id: string })[] : never;

/** The directory as plain JSON: the shape of {@link SimulatorData} with all values and ids, sorted. */
export interface SimulatorState {
  users: Identified<NonNullable<SimulatorData['users']>>;
  groups: Identified<NonNullable<SimulatorData['groups']>>;
  containers: { id: string; name: string; parent?: string; inherits?: boolean; personal?: boolean }[];
  containerPermissions: Identified<NonNullable<SimulatorData['containerPermissions']>>;
  roleBindings: NonNullable<SimulatorData['roleBindings']>;
  roles: string[];
}

/**
 * Returns the current state, including changes that readers do not see yet. Without timestamps, so that runs with the
 * same history are equal.
 */
export function stateOf(directory: Directory): SimulatorState {
  const { users, groups, containers, permissions, platformIds, locals } = directory;
  const localOf = (id: string) => {
    const { domain, enabled = true } = locals.get(id) ?? {};
    return { ...(domain !== undefined && { domain }), ...(!enabled && { enabled }) };
  };
  const nameOf = (type: MemberType, id: string) =>
    type === 'User' ? (users.get(id)?.userName ?? id) : (groups.get(id)?.displayName ?? id);
  const who = (type: MemberType, id: string) => ({ [type === 'User' ? 'user' : 'group']: nameOf(type, id) });
  const bindings = (type: MemberType, rows: Iterable<{ id: string; roles: readonly string[] }>) =>
    [...rows].flatMap(({ id, roles }) => roles.map((role) => ({ role, ...who(type, id) })));
  return {
    users: sorted(
      [...users.all()].map((user) => ({
        id: platformIds.User.show(user.id),
        ...withManager(directory, userFields(user)),
        ...localOf(user.id),
        roles: sorted([...user.roles]),
      })),
    ),
    groups: sorted(
      [...groups.all()].map((group) => ({
        id: platformIds.Group.show(group.id),
        ...groupFields(group),
        ...localOf(group.id),
        members: sorted([...group.members].map(([id, type]) => (type === 'Group' ? 'group:' : '') + nameOf(type, id))),
        roles: sorted([...group.roles]),
      })),
    ),
    containers: sorted(
      [...containers.all()].map(({ id, name, parent, inherits, personal }) => ({
        id,
        name,
        ...(parent && { parent: containers.get(parent)!.name }),
        ...(inherits && { inherits }),
        ...(personal && { personal }),
      })),
    ),
    containerPermissions: sorted(
      [...permissions.all()].map(({ id, container, principalType, principal, right, secretRight }) => ({
        id,
        container: containers.get(container)!.name,
        ...who(principalType, principal),
        right,
        ...(secretRight && { secretRight }),
      })),
    ),
    roleBindings: sorted([...bindings('User', users.all()), ...bindings('Group', groups.all())]),
    roles: sorted(directory.roles().map(({ name }) => name)),
  };
}

function withManager({ users }: Directory, { manager, ...fields }: UserFields) {
  const known = manager && users.get(manager.value);
  return { ...fields, ...(known && { manager: known.userName }) };
}

/** Sorts by name without case, then by content, so that the order does not depend on the history. */
function sorted<Item>(items: Item[]): Item[] {
  const keyed = items.map((item) => ({ item, key: keyOf(item) }));
  return keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)).map(({ item }) => item);
}

function keyOf(item: unknown): string {
  if (typeof item === 'string') return item.toLowerCase();
  const { userName, displayName, name, container, role, user, group, id } = item as Record<string, string | undefined>;
  const parts = [userName ?? displayName ?? name ?? container ?? role, user, group, id];
  return parts.map((part) => part?.toLowerCase() ?? '').join('\0');
}
