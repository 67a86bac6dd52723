/** Routes a kind to another surface (API) of the tenant than the default one. */
export interface DelineaRoute {
  /** The kind, such as `user`. */
  readonly kind: string;
  /** The surface, such as `platform-scim`. */
  readonly surface: string;
}

/** Overrides for one surface (API) of the tenant that differs from the documentation. */
export interface DelineaSurface {
  /** The surface, such as `scim-cloud`. */
  readonly name: string;
  /** Base URL. @default below the tenant's URL */
  readonly baseUrl?: string;
  /** OAuth token URL. @default below the tenant's URL */
  readonly tokenUrl?: string;
  /** OAuth scope for reading. @default the documented one */
  readonly readScope?: string;
  /** OAuth scope for writing. @default the documented one */
  readonly writeScope?: string;
  /** OAuth scope for role assignments. @default the documented one */
  readonly adminScope?: string;
  /** Name of an id space. Surfaces with the same id space use the same ids; set it only if verified. @default the surface's own */
  readonly idSpace?: string;
}

/** Address and credentials of the tenant. Settings that are not set are read from the environment: `DELINEA_<NAME>`. */
export interface DelineaProviderProps {
  /** Tenant name, such as `acme` for https://acme.delinea.app. @default DELINEA_TENANT */
  readonly tenant?: string;
  /** URL of the tenant, if it is not <tenant>.delinea.app. @default DELINEA_URL */
  readonly url?: string;
  /** OAuth client of the Platform REST API. @default DELINEA_CLIENT_ID */
  readonly clientId?: string;
  /** Secret of the OAuth client: a reference to a sensitive variable, never the text. @default DELINEA_CLIENT_SECRET */
  readonly clientSecret?: string;
  /** Static bearer token of the Platform SCIM: a reference, never the text. @default DELINEA_SCIM_TOKEN */
  readonly scimToken?: string;
  /** Service user of the SCIM Cloud Connector. @default DELINEA_SCIM_CLIENT_ID, else clientId */
  readonly scimClientId?: string;
  /** Password of that service user: a reference, never the text. @default DELINEA_SCIM_CLIENT_SECRET, else clientSecret */
  readonly scimClientSecret?: string;
  /** The product that serves all kinds: `platform`, `platform-identity`, `scim-cloud`, `secret-server` or `scim-connector`. @default `platform` */
  readonly profile?: string;
  /** URL of Secret Server. @default DELINEA_SECRET_SERVER_URL */
  readonly secretServerUrl?: string;
  /** User of Secret Server REST. @default DELINEA_SECRET_SERVER_USER */
  readonly secretServerUser?: string;
  /** Password of that user: a reference, never the text. @default DELINEA_SECRET_SERVER_PASSWORD */
  readonly secretServerPassword?: string;
  /** Domain of that user. @default DELINEA_SECRET_SERVER_DOMAIN, else a local user */
  readonly secretServerDomain?: string;
  /** OAuth client of Secret Server REST, instead of a user. @default DELINEA_SECRET_SERVER_CLIENT_ID, else clientId */
  readonly secretServerClientId?: string;
  /** Secret of that client: a reference, never the text. @default DELINEA_SECRET_SERVER_CLIENT_SECRET */
  readonly secretServerClientSecret?: string;
  /** Static token of Secret Server's SCIM API: a reference, never the text. @default DELINEA_SECRET_SERVER_SCIM_TOKEN */
  readonly secretServerScimToken?: string;
  /** URL of the on-prem SCIM Connector. @default DELINEA_CONNECTOR_URL */
  readonly connectorUrl?: string;
  /** Token of an endpoint in the on-prem SCIM Connector: a reference, never the text. @default DELINEA_CONNECTOR_TOKEN */
  readonly connectorToken?: string;
  /** PEM file of an extra certificate authority. @default DELINEA_CA_FILE */
  readonly caFile?: string;
  /** Maximum number of concurrent requests, 1 to 64. @default 8 */
  readonly concurrency?: number;
  /** Timeout of one request, in seconds. @default 30 */
  readonly timeoutSeconds?: number;
  /** Number of retries of a failed read or a throttled write. @default 6 */
  readonly retries?: number;
  /** Maximum number of requests per run; the next request fails. @default no limit */
  readonly maxRequests?: number;
  /** Seconds to wait until a write is visible to reads. @default 30 */
  readonly visibilitySeconds?: number;
  /** Must be true for `OnRemoval.DELETE` (permanent deletion) to work. @default false */
  readonly allowDelete?: boolean;
  /** The attribute that gives a user created over SCIM its externalId if none is declared. @default none: such a user is an error */
  readonly externalIdFrom?: 'userName';
  /** Names of users and groups that lose access only if `allowPrincipals` names them. @default the accounts that log in */
  readonly protectedPrincipals?: string[];
  /** Roles that must keep an active holder, directly or through groups. @default none */
  readonly adminRoles?: string[];
  /** Allows a plan that removes exactly this many objects and members. Intended for one run. @default none */
  readonly allowRemovals?: number;
  /**
   * Continues although exactly this many managed objects are missing from the tenant. Intended for one run.
   * @default none
   */
  readonly allowMissing?: number;
  /** Protected users and groups that may lose access. Intended for one run. @default none */
  readonly allowPrincipals?: string[];
  /** Containers and admin roles that may be left without an active holder. Intended for one run. @default none */
  readonly allowOrphans?: string[];
  /** Kinds that another surface than the default one serves. @default none */
  readonly routing?: DelineaRoute[];
  /** Overrides for surfaces that differ from the documentation. @default none */
  readonly surfaces?: DelineaSurface[];
  /** Name of this provider block, if the stack has several tenants. @default none */
  readonly alias?: string;
}
