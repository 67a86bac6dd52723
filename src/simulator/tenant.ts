import type { Directory } from './directory/directory.js';
import type { Faults } from './faults/faults.js';
import type { Tokens } from './http/tokens.js';
import type { ErrorThreshold } from './scim/error-threshold.js';

/** The credentials that the simulated tenant accepts. The defaults are public. */
export interface Credentials {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scimToken: string;
  /** User name and password of the connector's service user (fact sheet 3.1). */
  readonly serviceUser: string;
  readonly servicePassword: string;
  /** Static token of Secret Server's own SCIM (guide 001). */
  readonly secretServerScimToken: string;
  /** Static token of the on-prem SCIM Connector (fact sheet 4.2). */
  readonly connectorToken: string;
  /** A local account of Secret Server, for the password grant. */
  readonly secretServerUser: string;
  readonly secretServerPassword: string;
  /** The domain of that account; absent = local, and a request that names a domain is denied. */
  readonly secretServerDomain?: string;
  /** For the grant client_credentials of Secret Server. */
  readonly secretServerClientId: string;
  readonly secretServerClientSecret: string;
}

/** Variants of behavior that is unpublished or depends on the service's version. */
export interface TenantOptions {
  /** `split` (default): the connector has other ids than the Platform, which collide on purpose. */
  readonly idSpaces: 'shared' | 'split';
  /**
   * Ids are numbers from 1, of each kind and on each surface by itself, as in Secret Server. Default false: UUIDs, except
   * for containers.
   */
  readonly numbered: boolean;
  /** REST user lists carry only id, userName and active, as in the example of guide 000. Default false. */
  readonly leanLists: boolean;
  /** A second permission for one container and principal is a 409. Default true; unpublished. */
  readonly uniquePermissions: boolean;
  /** A SCIM write without externalId creates a duplicate user (guide 000). Default true. */
  readonly duplicatesWithoutExternalId: boolean;
  /**
   * `standalone` (default): Secret Server owns every user and group. `mirror`: it is integrated with the Platform and has
   * copies of the Platform's users and groups as of the last synchronisation, which only the Platform changes
   * (DelineaXPM/delinea-mcp; fact sheet C9).
   */
  readonly secretServer: 'standalone' | 'mirror';
  /** Names of the containers that the service user owns; it does not see others (guide 004). Default: all. */
  readonly visibleContainers?: readonly string[];
  /**
   * The writes of the identity API that the tenant exposes; another one is a 404 with an empty body. Default: `all`. The
   * vendor found tenants that expose those of users only.
   */
  readonly identityWrites: 'all' | 'users' | 'none';
  /** Case of the column names in the reports of the identity API, which differs by tenant. Default: as public clients show. */
  readonly rowKeys: 'as-documented' | 'lower' | 'upper';
}

/** The data that the surfaces share. */
export interface Tenant {
  readonly directory: Directory;
  readonly faults: Faults;
  readonly tokens: Tokens;
  readonly credentials: Credentials;
  readonly options: TenantOptions;
  /** Errors in a row of the on-prem connector. */
  readonly connectorErrors: ErrorThreshold;
  /** Ids of the containers that the service user owns; `undefined` = all. */
  ownedContainers: Set<string> | undefined;
}
