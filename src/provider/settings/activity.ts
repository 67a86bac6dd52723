import type { JsonObject } from '../model/values.js';

/** The sessions and check-outs that a surface lists, and the requests that end them. */
export interface Activity {
  readonly lists: readonly OpenList[];
  readonly logOut: LogOut;
  /** Assumptions without a published source; printed in the docs. */
  readonly assumed: string;
}

/** A list of sessions or check-outs, and the request that ends one entry. */
export interface OpenList {
  /** The entries in texts: `sessions`. */
  readonly what: string;
  /** Path of the list below the surface's base URL. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Query parameter that selects an account; absent: the list has the entries of all accounts. */
  readonly accountFilter?: string;
  /** Names of the fields of an entry: `open` is true while it is open. */
  readonly fields: {
    readonly id: string;
    readonly account: string;
    readonly name: string;
    readonly open: string;
  };
  /** Permission that the list needs. */
  readonly permission: string;
  readonly end: EndRequest;
}

/** The request that ends one session or check-out. */
export interface EndRequest {
  readonly method: 'POST' | 'PATCH';
  /** `{id}` is replaced by the id of the entry. */
  readonly path: string;
  readonly body: JsonObject;
  /** Fields of the entry that the body repeats. */
  readonly repeats?: readonly string[];
  readonly permission: string;
}

/** The request that ends all log-ins of an account. No call lists the log-ins of another account. */
export interface LogOut {
  readonly path: string;
  /** Path of the progress; `{id}` is replaced by the id of the operation. */
  readonly progress: string;
  readonly permission: string;
}

/** The request that has a product copy the users and groups of another one. */
export interface Synchronisation {
  readonly path: string;
  /** Path of the state of the last synchronisation; without its date, the products are not connected. */
  readonly state: string;
  readonly dates: readonly string[];
  /** Surfaces of the product that is copied. */
  readonly from: readonly string[];
  readonly kinds: readonly string[];
}

/**
 * Secrets that are double-locked, or need an approval or a comment to view, are left out of both lists by default (OpenAPI
 * 11.7.2), their sessions and check-outs too.
 */
const RESTRICTED = { 'filter.includeRestricted': 'true' };

/**
 * The activity in Secret Server (OpenAPI 11.7.2): recorded sessions, check-out fields of secrets, and the bulk operation
 * that logs users out. Names of permissions are from the vendor's list of role permissions.
 */
export const secretServerActivity: Activity = {
  lists: [
    {
      what: 'sessions',
      path: '/v1/recorded-sessions',
      query: { 'filter.active': 'true', ...RESTRICTED },
      accountFilter: 'filter.userIds',
      fields: { id: 'secretSessionId', account: 'userId', name: 'secretName', open: 'active' },
      permission: 'View Session Monitoring',
      end: {
        method: 'PATCH',
        path: '/v1/secrets/launcher-sessions',
        body: { action: 'Terminate' },
        repeats: ['secretSessionId', 'secretId'],
        permission: 'View Session Monitoring',
      },
    },
    {
      what: 'check-outs',
      path: '/v1/secrets',
      query: RESTRICTED,
      fields: { id: 'id', account: 'checkOutUserId', name: 'name', open: 'checkedOut' },
      permission: 'View Secret',
      end: {
        method: 'POST',
        path: '/v1/secrets/{id}/check-in',
        body: { forceCheckIn: true },
        permission: 'Force Check In',
      },
    },
  ],
  logOut: {
    path: '/v1/bulk-user-operations/force-logout',
    progress: '/v1/bulk-operations/{id}/progress',
    permission: 'Administer Users',
  },
  assumed:
    'The permission "View Session Monitoring" is enough to end a session, and "Administer Users" to log users out: the vendor publishes both names, but not the calls that need them. The account of the run sees every recorded session; check-outs only of the secrets that it may view.',
};

/** The copy of the Platform in Secret Server (OpenAPI 11.7.2, tag platform; guide 004: Platform Groups Sync). */
export const platformSynchronisation: Synchronisation = {
  path: '/v1/platform/synchronization-now',
  state: '/v1/platform/synchronization',
  dates: ['startDateTime', 'endDateTime'],
  from: ['platform-rest', 'platform-scim', 'platform-identity'],
  kinds: ['user', 'group'],
};
