import type { Directory } from '../directory/directory.js';
import { NumberedIds } from '../directory/identifiers.js';
import type { GroupRecord, LocalRecord, MemberType, UserRecord } from '../directory/records.js';
import { Refusal } from '../http/refusal.js';
import type { Tenant } from '../tenant.js';
import { type Caller, invalid } from './request.js';

/** The kinds of objects that have audits. */
export type AuditedKind = 'User' | 'Group' | 'Role' | 'Folder';

export interface Audit {
  readonly kind: AuditedKind;
  readonly id: string;
  readonly name: string;
  readonly action: string;
  readonly notes: string;
  readonly dateRecorded: string;
  readonly caller: Caller;
}

type ShownKind = 'session' | 'secret' | 'inheritedPermission';

/** Users and groups as of a synchronisation. */
interface Mirror {
  readonly startDateTime: string;
  readonly users: ReadonlyMap<string, UserRecord>;
  readonly groups: ReadonlyMap<string, GroupRecord>;
}

/** The view that Secret Server has of the directory, and the data that only it has. Numbers are its ids. */
export class SecretServerData {
  readonly audits: Audit[] = [];
  /** Numbers of objects that have UUIDs in the directory, or that only Secret Server shows: given when first shown. */
  readonly #shown: Readonly<Record<ShownKind, NumberedIds>> = {
    session: new NumberedIds(1),
    secret: new NumberedIds(1),
    inheritedPermission: new NumberedIds(1_000_000),
  };
  #mirror: Mirror | undefined;

  constructor(readonly tenant: Tenant) {
    if (tenant.options.secretServer === 'mirror') this.synchronise();
  }

  get directory(): Directory {
    return this.tenant.directory;
  }

  get mirror(): Mirror | undefined {
    return this.#mirror;
  }

  /**
   * Copies users and groups from the Platform. A user or group that is gone there stays, disabled (OpenAPI 11.7.2 on
   * unlinking: "will disable the group"; for users an assumption).
   */
  synchronise(): void {
    const { directory } = this;
    const [users, groups] = [new Map<string, UserRecord>(), new Map<string, GroupRecord>()];
    for (const user of this.#mirror?.users.values() ?? []) users.set(user.id, { ...user, active: false });
    for (const user of directory.users.all()) users.set(user.id, user);
    for (const group of this.#mirror?.groups.values() ?? []) groups.set(group.id, { ...group, members: new Map() });
    for (const group of directory.groups.all()) groups.set(group.id, group);
    for (const { id } of groups.values()) {
      if (!directory.groups.get(id)) directory.saveLocal(id, { enabled: false });
    }
    this.#mirror = { startDateTime: new Date().toISOString(), users, groups };
  }

  /** Returns the users that readers see. */
  users(): UserRecord[] {
    return this.#mirror ? [...this.#mirror.users.values()] : this.directory.users.seenAll();
  }

  groups(): GroupRecord[] {
    return this.#mirror ? [...this.#mirror.groups.values()] : this.directory.groups.seenAll();
  }

  /** Returns a user that readers see, by the id of the directory. */
  seenUser(id: string): UserRecord | undefined {
    return this.#mirror ? this.#mirror.users.get(id) : this.directory.users.seen(id);
  }

  seenGroup(id: string): GroupRecord | undefined {
    return this.#mirror ? this.#mirror.groups.get(id) : this.directory.groups.seen(id);
  }

  /** Returns the current user with a number, for a write. */
  user(number: unknown): UserRecord | undefined {
    const id = this.resolve('User', number);
    return this.#mirror ? this.#mirror.users.get(id) : this.directory.users.get(id);
  }

  group(number: unknown): GroupRecord | undefined {
    const id = this.resolve('Group', number);
    return this.#mirror ? this.#mirror.groups.get(id) : this.directory.groups.get(id);
  }

  /** Returns the id of the directory for a number; `''` if there is none. A personal group has the id of its user. */
  resolve(kind: MemberType | 'Role', number: unknown): string {
    return this.directory.secretServerIds[kind].resolve(String(number)) ?? '';
  }

  numberOf(kind: MemberType | 'Role', id: string): number {
    return Number(this.directory.secretServerIds[kind].show(id));
  }

  /** Returns the number of an object that is numbered when first shown. */
  shownNumber(kind: ShownKind, key: string): number {
    const ids = this.#shown[kind];
    if (ids.show(key) === key) ids.add(key);
    return Number(ids.show(key));
  }

  /** Returns the attributes of a user, group or role that only Secret Server has, as readers see them. */
  local(id: string): LocalRecord {
    return this.directory.locals.seen(id) ?? { id };
  }

  isEnabled(id: string): boolean {
    return this.local(id).enabled ?? true;
  }

  /**
   * Checks that Secret Server owns a user or group, and neither the Platform nor a directory service does.
   * @throws {Refusal} 400; status and message are assumptions
   */
  requireLocal(kind: MemberType, id: string): void {
    const owner = this.#mirror ? 'the Platform' : this.local(id).domain;
    if (owner) throw invalid(`${kind} is managed by ${owner} and cannot be changed here.`);
  }

  /** Returns the domain of a user or group; at most one directory service is simulated. */
  domainOf(id: string): { domainId: number; domainName: string } {
    const { domain } = this.local(id);
    return domain === undefined ? { domainId: -1, domainName: '' } : { domainId: 1, domainName: domain };
  }

  /**
   * Checks that roles, and new users and groups, are administered here.
   * @throws {Refusal} 403 in a tenant that the Platform administers (fact sheet C9, trap 61; the body is unpublished)
   */
  requireAdministration(): void {
    if (this.#mirror) throw new Refusal(403, 'Access Denied. This is administered in the Platform.');
  }

  audit(
    caller: Caller,
    kind: AuditedKind,
    { id, name }: { id: string; name: string },
    action: string,
    notes = '',
  ): void {
    this.audits.push({ kind, id, name, action, notes, dateRecorded: new Date().toISOString(), caller });
  }

  /** Returns the account of a token: a user with its name, or one that lists do not show (number 1), an assumption. */
  callerNamed(name: string): Caller {
    const user = this.directory.users.byName(name)[0];
    return { name, userId: user ? this.numberOf('User', user.id) : 1 };
  }
}
