import type { IdSpaces } from '../directory/identifiers.js';
import type { Tenant } from '../tenant.js';

/** The differences between the two implementations of `/scim/v2`, as data. */
export interface ScimService {
  readonly name: 'scim' | 'connector';
  readonly ids: IdSpaces;
  /** Either is documented, "depending on platform version" (guide 000); which one by default is an assumption. */
  readonly patchAnswer: 200 | 204;
  /** Containers and ContainerPermissions (guide 002). */
  readonly containers: boolean;
  /** `/Schemas` is listed for the Platform only (guide 000). */
  readonly schemas: boolean;
  /** Status of `/Bulk`: unlisted on the Platform, "not supported" on the connector (guide 002). */
  readonly bulk: 404 | 501;
}

/** Returns the Platform's own SCIM endpoint (guide 000), with the static token. */
export function platformScim({ directory }: Tenant): ScimService {
  return { name: 'scim', ids: directory.platformIds, patchAnswer: 204, containers: false, schemas: true, bulk: 404 };
}

/** Returns the SCIM Cloud Connector (guides 002 to 004) with the service user's OAuth token. */
export function connectorScim({ directory, options }: Tenant): ScimService {
  const ids = options.idSpaces === 'split' ? directory.connectorIds : directory.platformIds;
  return { name: 'connector', ids, patchAnswer: 200, containers: true, schemas: false, bulk: 501 };
}
