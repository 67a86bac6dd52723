/** Read-only metadata of every object; values in requests are refused or ignored (guide 004). */
export interface Stamps {
  readonly id: string;
  readonly created: string;
  readonly lastModified: string;
}

export interface MultiValue {
  value: string;
  type?: string;
  primary?: boolean;
}

/** The writable attributes of a user: the field table of guide 000, without the read-only fields. */
export interface UserFields {
  userName: string;
  displayName?: string;
  name?: { givenName?: string; familyName?: string };
  emails?: MultiValue[];
  phoneNumbers?: MultiValue[];
  active: boolean;
  externalId?: string;
  title?: string;
  department?: string;
  /** `value` is the manager's platform id, whichever surface wrote it. */
  manager?: { value: string };
}

/** Returns the primary e-mail address, or the first one. */
export function mailOf({ emails = [] }: Pick<UserFields, 'emails'>): string | undefined {
  return (emails.find(({ primary }) => primary) ?? emails[0])?.value;
}

export interface UserRecord extends UserFields, Stamps {
  readonly roles: readonly string[];
}

export type MemberType = 'User' | 'Group';

export interface GroupFields {
  displayName: string;
  description?: string;
  externalId?: string;
}

export interface GroupRecord extends GroupFields, Stamps {
  /** Platform id -> kind of member. */
  readonly members: ReadonlyMap<string, MemberType>;
  readonly roles: readonly string[];
}

/** A folder of the vault. Ids are integers written as strings (fact sheet 4.2). */
export interface ContainerRecord extends Stamps {
  readonly name: string;
  readonly parent?: string;
  /** The personal folder of a user, who owns it (fact sheet 4.2). */
  readonly personal?: boolean;
  /** The permissions of the parent apply instead of own ones (`inheritPermissions` of Secret Server). */
  readonly inherits?: boolean;
}

export interface SecretRecord extends Stamps {
  readonly name: string;
  readonly container: string;
}

/** No order or inclusion between rights is assumed, since none is published (fact sheet (c)). */
export const RIGHTS = ['View', 'Edit', 'Add Secret', 'Owner'] as const;
export type Right = (typeof RIGHTS)[number];

/** Rights on the secrets of a folder, the second vocabulary of Secret Server (fact sheet (c)). */
export const SECRET_RIGHTS = ['View', 'Edit', 'List', 'Owner', 'None'] as const;
export type SecretRight = (typeof SECRET_RIGHTS)[number];

export interface PermissionRecord extends Stamps {
  readonly container: string;
  readonly principalType: MemberType;
  /** Platform id of the user or group. */
  readonly principal: string;
  readonly right: Right;
  /** Absent = None. */
  readonly secretRight?: SecretRight | undefined;
}

export interface RoleRecord {
  readonly id: string;
  readonly name: string;
  readonly description: string;
}

/** Attributes of a user, group or role that only Secret Server has. */
export interface LocalRecord {
  /** The id of the user, group or role. */
  readonly id: string;
  /** Groups and roles; absent = enabled. */
  readonly enabled?: boolean;
  readonly isLockedOut?: boolean;
  readonly isApplicationAccount?: boolean;
  /** The domain of the directory service that owns the user or group; absent = local. */
  readonly domain?: string;
}

/** One event of the Platform's audit. */
export interface AuditEventRecord {
  readonly actor: string;
  readonly action: string;
  readonly target: { readonly id: string; readonly name: string; readonly type: string };
  readonly at: string;
}

/** A vault session or a check-out. It stays open after a deactivation until the asynchronous clean-up (guide 000). */
export interface SessionRecord {
  readonly id: string;
  readonly userId: string;
  readonly active: boolean;
  /** The time since the start of the process from which it is not active. */
  readonly endsAt?: number;
}
