import type { Activity, Synchronisation } from './activity.js';
import type { Audit } from './audit.js';
import type { Causes } from './likely-causes.js';

/** The access that a request needs; each surface names the OAuth scope for it. */
export type AccessLevel = 'read' | 'write' | 'admin';

/** The way in which a surface gets its bearer token. */
export type Auth = OAuth | StaticToken;

/** Short-lived tokens from a token endpoint (RFC 6749). */
export interface OAuth {
  readonly kind: 'oauth';
  readonly grant: 'client_credentials' | 'password';
  /** Path of the token endpoint below the surface's host, or below the tenant's URL. */
  readonly tokenPath: string;
  readonly tokenHost?: 'tenant';
  /** OAuth scope by access; absent: the token request names no scope. */
  readonly scopes?: Readonly<Record<AccessLevel, string>>;
  /** Form fields of the token request, each with the settings that may hold its value: the first that is set counts. */
  readonly credentials: Readonly<Record<string, readonly string[]>>;
  /** Form fields that may stay unset. */
  readonly optional?: readonly string[];
  /** The form field that names the account. */
  readonly account: string;
  /** Hint for a token that the service rejects. */
  readonly renewal: string;
}

/** A bearer token that an administrator generated. */
export interface StaticToken {
  readonly kind: 'static';
  /** The settings that may hold the token. */
  readonly credentials: { readonly token: readonly string[] };
  readonly renewal: string;
}

/** The details with which a surface serves one kind. */
export interface Served {
  /** Attributes that the surface can filter by `eq`. */
  readonly filters: readonly string[];
  /** The access for writes, if not `write`. */
  readonly writeAccess?: AccessLevel;
  /** The kinds of members that its lists can hold, if not all. */
  readonly memberKinds?: readonly string[];
  /** Whether a DELETE only disables the object, so that no permanent deletion is possible. */
  readonly deleteDisables?: boolean;
  /** Whether no call changes an object after its creation. */
  readonly createOnly?: boolean;
  /** Whether no call deletes the object. */
  readonly undeletable?: boolean;
  /** Whether a list without a filter has all objects of the tenant, although others are filtered by their scope. */
  readonly listsAll?: boolean;
  /** Query of the list that has only the objects that the account owns. Empty: no list has others. */
  readonly owned?: Readonly<Record<string, string>>;
  /** Assumptions without a published source; printed in the docs. */
  readonly assumed?: string;
}

/** One API of a tenant. Differences between surfaces are data here and nowhere else. */
export interface Surface {
  readonly name: string;
  readonly title: string;
  /** The name of the Protocol and of the `wire` that each served definition has for it. */
  readonly protocol: string;
  /** Media type of request bodies. */
  readonly mediaType: string;
  /** The setting that holds the URL of the API's host; absent: the host is the tenant. */
  readonly host?: string;
  /** Path of the API below its host. */
  readonly basePath: string;
  readonly auth: Auth;
  /** Other ways to a token, in order: one is used if its credentials are set and those before it are not. */
  readonly otherAuth?: readonly Auth[];
  /** Surfaces with the same id space use the same ids. */
  readonly idSpace: string;
  /** Objects per page; guide 000: default 25, at most 100. */
  readonly pageSize: number;
  readonly serves: Readonly<Record<string, Served>>;
  /** Whether lists may omit attributes that a GET returns: guide 000's list shows only id, userName and active. */
  readonly partialLists?: boolean;
  /** Whether a search without a hit is a 404 on some tenants. */
  readonly missIs404?: boolean;
  /** Whether a 404 without a body means that the tenant does not expose the call, never that an object is gone. */
  readonly unexposedIs404?: boolean;
  /** Sessions and check-outs of accounts. */
  readonly activity?: Activity;
  /** The audit that this surface has. */
  readonly audit?: Audit;
  /** The surface whose audit has the changes of the objects of this one. */
  readonly auditedBy?: string;
  /** The request that has this surface copy users and groups of another product. */
  readonly synchronisation?: Synchronisation;
  /** Permissions that the account needs; the hint for a 403. */
  readonly permissions: string;
  /** The set-up that an administrator must do before the surface can be used. */
  readonly precondition: string;
  /** Likely causes that are particular to this surface. */
  readonly causes?: Causes;
}
