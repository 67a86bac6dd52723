/** Which surface of the tenant serves a kind, where it is not the default. */
export interface DelineaRoute {
  /** The kind, such as `user`. */
  readonly kind: string;
  /** The surface, such as `platform-scim`. */
  readonly surface: string;
}

/** What differs from the documented surface of a tenant. */
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
  /** Surfaces that are given one id space share ids. @default the surface's own */
  readonly idSpace?: string;
  /** Where sessions can be read, below the base URL. @default unknown */
  readonly sessionsPath?: string;
  /** Where open check-outs can be read, below the base URL. @default unknown */
  readonly checkoutsPath?: string;
}

/** Where the tenant is and how to log in. Whatever is left out is read from the environment: `DELINEA_<NAME>`. */
export interface DelineaProviderProps {
  /** Tenant name: `acme` stands for https://acme.delinea.app. @default DELINEA_TENANT */
  readonly tenant?: string;
  /** The tenant's URL, where it is not <tenant>.delinea.app. @default DELINEA_URL */
  readonly url?: string;
  /** OAuth client of the Platform REST API. @default DELINEA_CLIENT_ID */
  readonly clientId?: string;
  /** Its secret: a reference to a sensitive variable, never the text. @default DELINEA_CLIENT_SECRET */
  readonly clientSecret?: string;
  /** Static bearer token of the Platform SCIM: a reference, never the text. @default DELINEA_SCIM_TOKEN */
  readonly scimToken?: string;
  /** Service user of the SCIM Cloud Connector. @default DELINEA_SCIM_CLIENT_ID, else clientId */
  readonly scimClientId?: string;
  /** Its password: a reference, never the text. @default DELINEA_SCIM_CLIENT_SECRET, else clientSecret */
  readonly scimClientSecret?: string;
  /** PEM file of an extra certificate authority. @default DELINEA_CA_FILE */
  readonly caFile?: string;
  /** Requests in flight at most, 1 to 64. @default 8 */
  readonly concurrency?: number;
  /** Seconds that one request may take. @default 30 */
  readonly timeoutSeconds?: number;
  /** How often a read, or a throttled write, is tried again. @default 6 */
  readonly retries?: number;
  /** Requests that one run sends at most; the next one is an error instead. @default no limit */
  readonly maxRequests?: number;
  /** Seconds to wait until a write shows in a read. @default 30 */
  readonly visibilitySeconds?: number;
  /** The second key of `OnRemoval.DELETE`, which is permanent. @default false */
  readonly allowDelete?: boolean;
  /** What a user created over SCIM gets as externalId where none is declared. @default none: that is an error */
  readonly externalIdFrom?: 'userName';
  /** Users and groups that lose no access without being named at the apply. @default the accounts that log in */
  readonly protectedPrincipals?: string[];
  /** Roles that no apply may leave without an active holder, counted through groups. @default none */
  readonly adminRoles?: string[];
  /** Lets a plan through that removes exactly so many objects and members; for one run. @default none */
  readonly allowRemovals?: number;
  /** Goes on although exactly so many of our objects do not show: they are really gone; for one run. @default none */
  readonly allowMissing?: number;
  /** Protected accounts and groups that may lose access; for one run. @default none */
  readonly allowPrincipals?: string[];
  /** Containers and admin roles that may be left without an active holder; for one run. @default none */
  readonly allowOrphans?: string[];
  /** Which surface serves which kind, where not the default. @default none */
  readonly routing?: DelineaRoute[];
  /** What differs from the documented surfaces. @default none */
  readonly surfaces?: DelineaSurface[];
  /** Tells several tenants of one stack apart. @default none */
  readonly alias?: string;
}
