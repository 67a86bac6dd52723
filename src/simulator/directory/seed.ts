import { type Directory, userFields } from './directory.js';
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
import type { MultiValue } from './records.js';

/**
 * A tenant as data. References are names, compared without case. Other keys are ignored, so that a file can have notes.
 */
export interface SimulatorData {
  users?: {
    userName: string;
    displayName?: string;
    name?: { givenName?: string; familyName?: string };
    emails?: MultiValue[];
    phoneNumbers?: MultiValue[];
    active?: boolean;
    externalId?: string;
    title?: string;
    department?: string;
    /** userName of the manager. */
    manager?: string;
    roles?: string[];
    /** Domain of the directory service that owns the user in Secret Server. */
    domain?: string;
  }[];
  groups?: {
    displayName: string;
    description?: string;
    externalId?: string;
    /** userName, or `group:NAME` for a nested group. */
    members?: string[];
    roles?: string[];
    /** As for users. */
    domain?: string;
  }[];
  /** `inherits`: the permissions of the parent apply; `personal`: the folder of the user who is its Owner. */
  containers?: (string | { name: string; parent?: string; inherits?: boolean; personal?: boolean })[];
  containerPermissions?: {
    container: string;
    group?: string;
    user?: string;
    right: string;
    secretRight?: string;
  }[];
  secrets?: { name: string; container: string }[];
  roleBindings?: { role: string; user?: string; group?: string }[];
  roles?: string[];
}

type SeedUser = NonNullable<SimulatorData['users']>[number];
type SeedGroup = NonNullable<SimulatorData['groups']>[number];
type SeedContainer = NonNullable<SimulatorData['containers']>[number];

/**
 * Fills a directory.
 * @param seedUsers number of additional users, `user00001@example.com` and so on
 * @throws {Error} when the data refers to an object that it does not define
 */
export function seed(directory: Directory, data: SimulatorData, seedUsers: number): void {
  for (const role of data.roles ?? []) directory.addRole(role);
  for (const user of data.users ?? []) seedUser(directory, user);
  for (let number = 1; number <= seedUsers; number += 1) seedUser(directory, numbered(number));
  for (const user of data.users ?? []) seedManager(directory, user);
  for (const group of data.groups ?? []) seedGroup(directory, group);
  for (const group of data.groups ?? []) seedMembers(directory, group);
  for (const container of data.containers ?? []) seedContainer(directory, container);
  for (const { name, container } of data.secrets ?? [])
    directory.createSecret(name, containerNamed(directory, container));
  for (const { container, right, secretRight, ...who } of data.containerPermissions ?? []) {
    const [type, id] = principalNamed(directory, who);
    directory.createPermission(
      containerNamed(directory, container),
      type,
      id,
      rightNamed(right),
      secretRightNamed(secretRight),
    );
  }
  for (const { role, ...who } of data.roleBindings ?? []) bindRole(directory, role, who);
}

/** Gives a role to a user or group. Creates the role if it does not exist. */
export function bindRole(directory: Directory, role: string, who: Principal): void {
  const { name } = directory.addRole(role);
  changeRoles(directory, who, (roles) => [...new Set([...roles, name])]);
}

export function changeRoles(
  directory: Directory,
  who: Principal,
  change: (roles: readonly string[]) => string[],
): void {
  const [type, id] = principalNamed(directory, who);
  if (type === 'User') {
    const user = directory.users.get(id)!;
    directory.saveUser(user, userFields(user), change(user.roles));
  } else {
    const group = directory.groups.get(id)!;
    directory.saveGroup(group, { roles: change(group.roles) });
  }
}

function numbered(number: number): SeedUser {
  const padded = String(number).padStart(5, '0');
  return { userName: `user${padded}@example.com`, displayName: `User ${padded}` };
}

function seedUser(directory: Directory, user: SeedUser): void {
  const { userName, displayName, name, emails, phoneNumbers, active = true, externalId, title, department } = user;
  const optional = { displayName, name, emails, phoneNumbers, externalId, title, department };
  const given = Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined));
  const roles = (user.roles ?? []).map((role) => directory.addRole(role).name);
  const { id } = directory.createUser({ userName, active, ...given }, roles);
  if (user.domain !== undefined) directory.saveLocal(id, { domain: user.domain });
}

function seedManager(directory: Directory, { userName, manager }: SeedUser): void {
  if (manager === undefined) return;
  const user = directory.users.get(userNamed(directory, userName))!;
  directory.saveUser(user, { ...userFields(user), manager: { value: userNamed(directory, manager) } });
}

function seedGroup(directory: Directory, group: SeedGroup): void {
  const { displayName, description, externalId, roles = [], domain } = group;
  const fields = { displayName, ...(description && { description }), ...(externalId && { externalId }) };
  const { id } = directory.createGroup(
    fields,
    new Map(),
    roles.map((role) => directory.addRole(role).name),
  );
  if (domain !== undefined) directory.saveLocal(id, { domain });
}

function seedMembers(directory: Directory, { displayName, members = [] }: SeedGroup): void {
  const group = directory.groups.get(groupNamed(directory, displayName))!;
  directory.saveGroup(group, { members: new Map(members.map((name) => memberNamed(directory, name))) });
}

function seedContainer(directory: Directory, container: SeedContainer): void {
  const {
    name,
    parent,
    inherits = false,
    personal = false,
  } = typeof container === 'string' ? { name: container } : container;
  const above = parent === undefined ? undefined : containerNamed(directory, parent);
  const made = directory.createContainer(name, above, inherits);
  if (personal) directory.makePersonal(made);
}
