import { type GrowingIds, Identifiers, NumberedIds, OWN_IDS, ShiftedIds } from './identifiers.js';
import { MultiMap } from './multimap.js';
import type {
  AuditEventRecord,
  ContainerRecord,
  GroupFields,
  GroupRecord,
  LocalRecord,
  MemberType,
  PermissionRecord,
  Right,
  RoleRecord,
  SecretRecord,
  SecretRight,
  SessionRecord,
  Stamps,
  UserFields,
  UserRecord,
} from './records.js';
import { Table } from './table.js';

/** Roles that every tenant has (fact sheet 5.4; "User" is the role in the example of guide 000). */
const BUILT_IN_ROLES = ['Platform Admin', 'Platform User', 'User'];

/**
 * The directory that the surfaces share. It keeps references consistent (deleting a user removes memberships,
 * permissions, sessions and manager references) and enforces nothing else: each surface has its own rules for requests.
 */
export class Directory {
  readonly users: Table<UserRecord>;
  readonly groups: Table<GroupRecord>;
  readonly containers: Table<ContainerRecord>;
  readonly permissions: Table<PermissionRecord>;
  readonly secrets: Table<SecretRecord>;
  readonly platformIds: Readonly<Record<MemberType, GrowingIds>>;
  readonly connectorIds: Readonly<Record<MemberType, GrowingIds>>;
  /** Numbers of Secret Server. A user's id in `Group` is the number of its personal group (fact sheet (b)). */
  readonly secretServerIds: Readonly<Record<MemberType | 'Role', GrowingIds>>;
  readonly locals: Table<LocalRecord>;
  readonly #ids = new Identifiers();
  readonly #roles = new Map<string, RoleRecord>();
  readonly #memberOf = new MultiMap();
  readonly #permissionsOf = new MultiMap();
  readonly #sessions = new Map<string, SessionRecord[]>();
  readonly #checkouts = new Map<string, SessionRecord[]>();
  /** Events of the Platform's audit, oldest first. */
  readonly events: AuditEventRecord[] = [];
  #lastContainer = 0;
  #lastSecret = 0;
  #lastPermission = 0;

  /**
   * @param delayMs how long a change stays invisible to readers, in milliseconds; read at every change
   * @param numbered whether users, groups and roles number from 1, each kind and each surface by itself
   */
  constructor(
    private readonly delayMs: () => number,
    private readonly numbered = false,
  ) {
    this.users = new Table((user) => user.userName, delayMs);
    this.groups = new Table((group) => group.displayName, delayMs);
    this.containers = new Table((container) => container.name, delayMs);
    this.permissions = new Table((permission) => permission.id, delayMs);
    this.secrets = new Table((secret) => secret.name, delayMs);
    const platform = () => (numbered ? new NumberedIds(1) : OWN_IDS);
    // The connector's first user and group are the service user and its group, so its numbers are shifted by one.
    const connector = (kind: string) =>
      numbered ? new NumberedIds(2) : new ShiftedIds((id) => this.#ids.uuid(kind, id));
    this.platformIds = { User: platform(), Group: platform() };
    this.connectorIds = { User: connector('connector-user'), Group: connector('connector-group') };
    // User 1 of Secret Server is the account of the API with personal group 1, and group 2 is its built-in "Everyone".
    this.secretServerIds = { User: new NumberedIds(2), Group: new NumberedIds(3), Role: new NumberedIds(1) };
    this.locals = new Table((local) => local.id, delayMs);
    for (const name of BUILT_IN_ROLES) this.addRole(name);
  }

  createUser(fields: UserFields, roles: readonly string[] = []): UserRecord {
    const user = this.users.put({ ...fields, roles, ...stamps(this.#ids.uuid('user', fields.userName)) });
    this.#number('User', user.id);
    return user;
  }

  /** Replaces the writable part of a user. Roles stay unless given. */
  saveUser(user: UserRecord, fields: UserFields, roles: readonly string[] = user.roles): UserRecord {
    return this.users.put({ ...fields, roles, ...restamp(user) });
  }

  deleteUser(id: string): void {
    this.#forgetPrincipal(id);
    for (const user of [...this.users.all()]) {
      if (user.manager?.value === id) this.saveUser(user, withoutManager(userFields(user)));
    }
    this.#sessions.delete(id);
    this.#checkouts.delete(id);
    this.users.delete(id);
  }

  createGroup(
    fields: GroupFields,
    members: ReadonlyMap<string, MemberType> = new Map(),
    roles: readonly string[] = [],
  ): GroupRecord {
    const group = this.groups.put({
      ...fields,
      members,
      roles,
      ...stamps(this.#ids.uuid('group', fields.displayName)),
    });
    this.#number('Group', group.id);
    for (const member of members.keys()) this.#memberOf.add(member, group.id);
    return group;
  }

  /** Replaces a group's fields, members or roles. Parts that are not given stay. */
  saveGroup(
    group: GroupRecord,
    change: { fields?: GroupFields; members?: ReadonlyMap<string, MemberType>; roles?: readonly string[] },
  ): GroupRecord {
    const { fields = groupFields(group), members = group.members, roles = group.roles } = change;
    if (members !== group.members) {
      for (const id of group.members.keys()) if (!members.has(id)) this.#memberOf.delete(id, group.id);
      for (const id of members.keys()) this.#memberOf.add(id, group.id);
    }
    return this.groups.put({ ...fields, members, roles, ...restamp(group) });
  }

  deleteGroup(id: string): void {
    this.#forgetPrincipal(id);
    for (const member of this.groups.get(id)?.members.keys() ?? []) this.#memberOf.delete(member, id);
    this.groups.delete(id);
  }

  /** Returns the groups of which readers see a user or group as a direct member. */
  groupsOf(memberId: string): GroupRecord[] {
    const candidates = new Set([...this.#memberOf.get(memberId), ...this.groups.unsettled()]);
    return [...candidates].flatMap((id) => {
      const group = this.groups.seen(id);
      return group?.members.has(memberId) ? [group] : [];
    });
  }

  createContainer(name: string, parent?: string, inherits = false): ContainerRecord {
    this.#lastContainer += 1;
    const id = String(this.#lastContainer);
    return this.containers.put({ name, ...(parent && { parent }), ...(inherits && { inherits }), ...stamps(id) });
  }

  /** Makes a container the personal folder of its Owner. */
  makePersonal(container: ContainerRecord): void {
    this.containers.put({ ...container, personal: true });
  }

  createSecret(name: string, container: string): SecretRecord {
    this.#lastSecret += 1;
    return this.secrets.put({ name, container, ...stamps(String(this.#lastSecret)) });
  }

  secretsIn(container: string): SecretRecord[] {
    return this.secrets.seenAll().filter((secret) => secret.container === container);
  }

  renameContainer(container: ContainerRecord, name: string): ContainerRecord {
    return this.saveContainer(container, { name });
  }

  saveContainer(
    container: ContainerRecord,
    change: Partial<Pick<ContainerRecord, 'name' | 'parent' | 'inherits'>>,
  ): ContainerRecord {
    return this.containers.put({ ...container, ...change, ...restamp(container) });
  }

  /** Deletes a container and the permissions on it. */
  deleteContainer(id: string): void {
    for (const permission of this.permissionsOf('container', id)) this.deletePermission(permission);
    this.containers.delete(id);
  }

  /** @param id of a permission that readers knew as inherited; absent = the next number */
  createPermission(
    container: string,
    principalType: MemberType,
    principal: string,
    right: Right,
    secretRight?: SecretRight,
    id = String(this.#lastPermission + 1),
  ): PermissionRecord {
    this.#lastPermission += 1;
    const rights = { right, ...(secretRight && { secretRight }) };
    const made = { container, principalType, principal, ...rights, ...stamps(id) };
    this.#permissionsOf.add(`container ${container}`, made.id);
    this.#permissionsOf.add(`principal ${principal}`, made.id);
    return this.permissions.put(made);
  }

  saveRight(permission: PermissionRecord, right: Right, secretRight = permission.secretRight): PermissionRecord {
    return this.permissions.put({ ...permission, right, secretRight, ...restamp(permission) });
  }

  deletePermission(permission: PermissionRecord): void {
    this.#permissionsOf.delete(`container ${permission.container}`, permission.id);
    this.#permissionsOf.delete(`principal ${permission.principal}`, permission.id);
    this.permissions.delete(permission.id);
  }

  /** Returns the current permissions on a container or of a principal. */
  permissionsOf(side: 'container' | 'principal', id: string): PermissionRecord[] {
    return [...this.#permissionsOf.get(`${side} ${id}`)].map((permission) => this.permissions.get(permission)!);
  }

  /** Returns the permissions that readers see, which may lag behind. */
  seenPermissionsOf(side: 'container' | 'principal', id: string): PermissionRecord[] {
    const candidates = new Set([...this.#permissionsOf.get(`${side} ${id}`), ...this.permissions.unsettled()]);
    return [...candidates].flatMap((key) => {
      const permission = this.permissions.seen(key);
      return permission && permission[side] === id ? [permission] : [];
    });
  }

  addRole(name: string): RoleRecord {
    const known = this.role(name);
    if (known) return known;
    const id = this.numbered ? String(this.#roles.size + 1) : this.#ids.uuid('role', name);
    const role = { id, name, description: '' };
    this.#roles.set(name.toLowerCase(), role);
    this.secretServerIds.Role.add(id);
    return role;
  }

  /** Renames a role, also on the users and groups that have it. */
  renameRole(role: RoleRecord, name: string): void {
    this.#roles.delete(role.name.toLowerCase());
    this.#roles.set(name.toLowerCase(), { ...role, name });
    const renamed = (roles: readonly string[]) => roles.map((other) => (other === role.name ? name : other));
    for (const user of [...this.users.all()]) {
      if (user.roles.includes(role.name)) this.saveUser(user, userFields(user), renamed(user.roles));
    }
    for (const group of [...this.groups.all()]) {
      if (group.roles.includes(role.name)) this.saveGroup(group, { roles: renamed(group.roles) });
    }
  }

  /** Changes the attributes of Secret Server. */
  saveLocal(id: string, change: Partial<LocalRecord>): void {
    this.locals.put({ ...this.locals.get(id), ...change, id });
  }

  role(name: string): RoleRecord | undefined {
    return this.#roles.get(name.toLowerCase());
  }

  roles(): RoleRecord[] {
    return [...this.#roles.values()];
  }

  sessionsOf(userId: string): readonly SessionRecord[] {
    return (this.#sessions.get(userId) ?? []).map(asSeen);
  }

  openSession(userId: string): void {
    const session = { id: this.#ids.uuid('session', userId), userId, active: true };
    this.#sessions.set(userId, [...this.sessionsOf(userId), session]);
  }

  /** @param id the session to end; absent = all of the user */
  endSessions(userId: string, id?: string): void {
    this.#sessions.set(userId, this.sessionsOf(userId).map(this.#ended(id)));
  }

  checkoutsOf(userId: string): readonly SessionRecord[] {
    return (this.#checkouts.get(userId) ?? []).map(asSeen);
  }

  openCheckout(userId: string): void {
    const checkout = { id: this.#ids.uuid('checkout', userId), userId, active: true };
    this.#checkouts.set(userId, [...this.checkoutsOf(userId), checkout]);
  }

  /** @param id the check-out to end; absent = all of the user */
  endCheckouts(userId: string, id?: string): void {
    this.#checkouts.set(userId, this.checkoutsOf(userId).map(this.#ended(id)));
  }

  /** Sessions and check-outs end as late as other changes become visible (guide 000: clean-up is asynchronous). */
  #ended(id?: string): (session: SessionRecord) => SessionRecord {
    const end = performance.now() + this.delayMs();
    return (session) => {
      if (id !== undefined && session.id !== id) return session;
      return { ...session, endsAt: Math.min(end, session.endsAt ?? end) };
    };
  }

  #number(type: MemberType, id: string): void {
    this.platformIds[type].add(id);
    this.connectorIds[type].add(id);
    this.secretServerIds[type].add(id);
    if (type === 'User') this.secretServerIds.Group.add(id);
  }

  #forgetPrincipal(id: string): void {
    for (const permission of this.permissionsOf('principal', id)) this.deletePermission(permission);
    for (const groupId of [...this.#memberOf.get(id)]) {
      const group = this.groups.get(groupId)!;
      this.saveGroup(group, { members: new Map([...group.members].filter(([member]) => member !== id)) });
    }
  }
}

function asSeen(session: SessionRecord): SessionRecord {
  return { ...session, active: session.endsAt === undefined || performance.now() < session.endsAt };
}

function stamps(id: string): Stamps {
  const now = new Date().toISOString();
  return { id, created: now, lastModified: now };
}

function restamp({ id, created }: Stamps): Stamps {
  return { id, created, lastModified: new Date().toISOString() };
}

function withoutManager({ manager: _manager, ...fields }: UserFields): UserFields {
  return fields;
}

/** Returns the writable part of a user, to merge a change into it. */
export function userFields(user: UserRecord): UserFields {
  const { id: _id, created: _created, lastModified: _modified, roles: _roles, ...fields } = user;
  return fields;
}

/** Returns the writable part of a group, without members and roles. */
export function groupFields(group: GroupRecord): GroupFields {
  const { id: _id, created: _c, lastModified: _m, roles: _r, members: _members, ...fields } = group;
  return fields;
}
