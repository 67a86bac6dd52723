import type { ErrorThreshold } from '../scim/error-threshold.js';
import { type Directory, groupFields, userFields } from './directory.js';
import {
  containerNamed,
  groupNamed,
  memberNamed,
  type Principal,
  principalNamed,
  rightNamed,
  secretRightNamed,
  userNamed,
} from './names.js';
import type { MemberType, PermissionRecord } from './records.js';
import { bindRole, changeRoles, type SimulatorData, seed } from './seed.js';

type UserData = NonNullable<SimulatorData['users']>[number];
type GroupData = NonNullable<SimulatorData['groups']>[number];

/** Changes that an administrator makes in the console, outside of the client. Objects are identified by name. */
export type Admin = ReturnType<typeof adminOf>;

/**
 * Returns the actions on a directory. Each throws an Error that names a missing object. Principals are `{user}` or
 * `{group}`.
 */
export function adminOf(directory: Directory, connectorErrors: ErrorThreshold) {
  const user = (name: string) => directory.users.get(userNamed(directory, name))!;
  const group = (name: string) => directory.groups.get(groupNamed(directory, name))!;
  const changeMembers = (name: string, change: (members: Map<string, MemberType>) => void) => {
    const members = new Map(group(name).members);
    change(members);
    directory.saveGroup(group(name), { members });
  };
  const permission = (container: string, principal: Principal): PermissionRecord => {
    const [, id] = principalNamed(directory, principal);
    const on = containerNamed(directory, container);
    const found = directory.permissionsOf('principal', id).find((candidate) => candidate.container === on);
    if (!found) throw new Error(`No permission of ${JSON.stringify(principal)} on '${container}'.`);
    return found;
  };
  return {
    addUser: (data: UserData) => seed(directory, { users: [data] }, 0),
    setActive: (userName: string, active: boolean) =>
      void directory.saveUser(user(userName), { ...userFields(user(userName)), active }),
    /** Changes any writable attribute except the manager. */
    editUser: (userName: string, change: Partial<Omit<UserData, 'manager' | 'roles'>>) =>
      void directory.saveUser(user(userName), { ...userFields(user(userName)), ...change }),
    renameUser: (from: string, to: string) =>
      void directory.saveUser(user(from), { ...userFields(user(from)), userName: to }),
    deleteUser: (userName: string) => directory.deleteUser(user(userName).id),
    addGroup: (data: GroupData) => seed(directory, { groups: [data] }, 0),
    renameGroup: (from: string, to: string) =>
      void directory.saveGroup(group(from), { fields: { ...groupFields(group(from)), displayName: to } }),
    deleteGroup: (name: string) => directory.deleteGroup(group(name).id),
    /** @param member a userName, or `group:NAME` */
    addMember: (name: string, member: string) =>
      changeMembers(name, (members) => members.set(...memberNamed(directory, member))),
    removeMember: (name: string, member: string) =>
      changeMembers(name, (members) => members.delete(memberNamed(directory, member)[0])),
    addContainer: (name: string, parent?: string, inherits = false) =>
      seed(directory, { containers: [{ name, ...(parent !== undefined && { parent }), inherits }] }, 0),
    renameContainer: (from: string, to: string) =>
      void directory.renameContainer(directory.containers.get(containerNamed(directory, from))!, to),
    deleteContainer: (name: string) => directory.deleteContainer(containerNamed(directory, name)),
    grant: (container: string, principal: Principal, right: string, secretRight?: string) => {
      const [type, id] = principalNamed(directory, principal);
      directory.createPermission(
        containerNamed(directory, container),
        type,
        id,
        rightNamed(right),
        secretRightNamed(secretRight),
      );
    },
    revoke: (container: string, principal: Principal) => directory.deletePermission(permission(container, principal)),
    setRight: (container: string, principal: Principal, right: string, secretRight?: string) =>
      void directory.saveRight(permission(container, principal), rightNamed(right), secretRightNamed(secretRight)),
    bindRole: (role: string, principal: Principal) => bindRole(directory, role, principal),
    unbindRole: (role: string, principal: Principal) =>
      changeRoles(directory, principal, (roles) => roles.filter((name) => name.toLowerCase() !== role.toLowerCase())),
    addRole: (name: string) => void directory.addRole(name),
    /** Adds an event to the Platform's audit. @param at the time; absent: now */
    audit: (actor: string, action: string, principal: Principal, at = new Date().toISOString()) => {
      const [type, id] = principalNamed(directory, principal);
      const name = type === 'User' ? directory.users.get(id)!.userName : directory.groups.get(id)!.displayName;
      const shown = directory.platformIds[type].show(id);
      directory.events.push({ actor, action, at, target: { id: shown, name, type: type.toLowerCase() } });
    },
    openSession: (userName: string) => directory.openSession(user(userName).id),
    endSessions: (userName: string) => directory.endSessions(user(userName).id),
    openCheckout: (userName: string) => directory.openCheckout(user(userName).id),
    endCheckouts: (userName: string) => directory.endCheckouts(user(userName).id),
    /** Enables the on-prem connector after it switched itself off. */
    enableConnector: () => connectorErrors.enable(),
  };
}
