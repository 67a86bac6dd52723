import { RESHUFFLED_IDS } from '../directory/identifiers.js';
import type { Tenant } from '../tenant.js';
import type { ScimService } from './scim-service.js';

/** Holds for both services of the Platform, which share the base (guide 000). */
const PLATFORM = {
  base: '/scim/v2',
  largestPage: 100,
  nameInUse: 'duplicate',
  fixedUserName: false,
  removalDisables: false,
  activeUsersOnly: false,
  roles: false,
  nestedGroups: true,
  groupPut: false,
  lowerCaseRefs: false,
  resourceTypes: false,
} as const;

/** Returns the Platform's own SCIM endpoint (guide 000), with the static token. */
export function platformScim({ directory }: Tenant): ScimService {
  return {
    ...PLATFORM,
    name: 'scim',
    ids: directory.platformIds,
    patchAnswer: 204,
    schemas: true,
    bulk: { status: 404, supported: false },
  };
}

/** Returns the SCIM Cloud Connector (guides 002 to 004) with the service user's OAuth token. */
export function connectorScim({ directory, options }: Tenant): ScimService {
  return {
    ...PLATFORM,
    name: 'connector',
    ids: options.idSpaces === 'split' ? directory.connectorIds : directory.platformIds,
    patchAnswer: 200,
    containers: {
      ownedOnly: true,
      filterRequired: true,
      lenientFilters: false,
      patch: false,
      privilegedData: false,
      refusalOfRight: () => "'rights' must begin with one of View, Edit, Add Secret, Owner.",
    },
    schemas: false,
    bulk: { status: 501, supported: false },
  };
}

/**
 * Returns Secret Server's own SCIM endpoint (guide 001), with its static token. The guide shows ids of the form of a UUID, and
 * a PATCH that returns the user. Bulk operations are named there and not simulated. Its largest page and a conflict for a name
 * in use are assumptions.
 */
export function secretServerScim(): ScimService {
  return {
    name: 'secret-server-scim',
    base: '/SecretServer/api/v1/scim',
    ids: { User: RESHUFFLED_IDS, Group: RESHUFFLED_IDS },
    largestPage: 100,
    patchAnswer: 200,
    nameInUse: 'conflict',
    fixedUserName: false,
    removalDisables: false,
    activeUsersOnly: false,
    roles: false,
    nestedGroups: false,
    groupPut: true,
    lowerCaseRefs: false,
    schemas: true,
    resourceTypes: false,
    bulk: { status: 501, supported: true },
  };
}

/**
 * Returns the on-prem SCIM Connector, a separate web app in front of Secret Server (fact sheet 4.2: its documentation and a
 * captured response), with its static token. 5,000 is the largest page in the capture. Bulk operations are documented and not
 * simulated. The status of a successful PATCH and PUT of groups are assumptions.
 */
export function onPremScim({ directory, connectorErrors }: Tenant): ScimService {
  return {
    name: 'scim-connector',
    base: '/SCIMConnector/v2',
    ids: directory.secretServerIds,
    largestPage: 5000,
    patchAnswer: 200,
    nameInUse: 'email',
    fixedUserName: true,
    removalDisables: true,
    activeUsersOnly: true,
    roles: true,
    nestedGroups: false,
    groupPut: true,
    containers: {
      ownedOnly: false,
      filterRequired: false,
      lenientFilters: true,
      patch: true,
      privilegedData: true,
      refusalOfRight: (right) =>
        `SCIM Connector could not find mapping for ${String(right)} right value with any of Secret Server rights values.`,
    },
    lowerCaseRefs: true,
    schemas: true,
    resourceTypes: true,
    bulk: { status: 501, supported: true },
    errors: connectorErrors,
  };
}
