import { DelineaError } from '../model/errors.js';
import { platformSynchronisation, secretServerActivity } from './activity.js';
import { platformAudit, secretServerAudit } from './audit.js';
import { environmentName } from './environment.js';
import { likelyCauses } from './likely-causes.js';
import type { OAuth, Surface } from './surface.js';

export type { AccessLevel, Auth, OAuth, Surface } from './surface.js';

const CHECK_CLIENT = 'Check client id, secret, token URL and scope.';

/** The token of the Platform for its clients without a browser (fact sheet 5.1). */
const HEADLESS: OAuth = {
  kind: 'oauth',
  grant: 'client_credentials',
  tokenPath: '/identity/api/oauth2/token/xpmplatform',
  scopes: { read: 'xpmheadless', write: 'xpmheadless', admin: 'xpmheadless' },
  credentials: { client_id: ['clientId'], client_secret: ['clientSecret'] },
  account: 'client_id',
  renewal: CHECK_CLIENT,
};

const rows: readonly Surface[] = [
  {
    name: 'platform-rest',
    title: 'Platform REST',
    protocol: 'rest',
    mediaType: 'application/json',
    basePath: '/api/v1',
    auth: {
      kind: 'oauth',
      grant: 'client_credentials',
      tokenPath: '/identity/connect/token',
      scopes: { read: 'delinea:api:read', write: 'delinea:api:write', admin: 'delinea:api:admin' },
      credentials: { client_id: ['clientId'], client_secret: ['clientSecret'] },
      account: 'client_id',
      renewal: CHECK_CLIENT,
    },
    idSpace: 'platform',
    pageSize: 100,
    partialLists: true,
    serves: {
      user: { filters: ['userName'] },
      group: {
        filters: ['displayName'],
        assumed:
          'Groups are at /api/v1/groups, in the shape of users: {id, displayName, description, externalId, members: [{value, type}], roles: [name]}. PATCH merges, and replaces whole arrays. Guide 000 mentions "REST group endpoints" without a path.',
      },
      'group-membership': { filters: [] },
      role: {
        filters: ['name'],
        assumed: 'Roles are listed at /api/v1/roles as {id, name, description}. Guide 000 gives no path.',
      },
      'role-binding': {
        filters: [],
        writeAccess: 'admin',
        assumed:
          'A group has `roles: [name]` as a user does (guide 000 documents the array for users only). PATCH with scope delinea:api:admin changes it.',
      },
    },
    permissions: 'an API client with the scopes delinea:api:read, delinea:api:write and, for roles, delinea:api:admin',
    precondition: 'an API client (Admin > Integrations > API Clients)',
    auditedBy: 'platform-audit',
    causes: likelyCauses['platform-rest'],
  },
  {
    name: 'platform-scim',
    title: 'Platform SCIM (static token)',
    protocol: 'scim',
    mediaType: 'application/scim+json',
    basePath: '/scim/v2',
    auth: {
      kind: 'static',
      credentials: { token: ['scimToken'] },
      renewal: 'Generate a new SCIM token in the console (Admin > Integrations > SCIM): the API cannot renew it.',
    },
    idSpace: 'platform',
    pageSize: 100,
    serves: {
      user: { filters: ['userName'] },
      group: {
        filters: ['displayName'],
        assumed: 'A SCIM Group has `description` in addition to the attributes of RFC 7643.',
      },
      'group-membership': { filters: [] },
    },
    permissions: 'a SCIM token (Admin > Integrations > SCIM)',
    precondition: 'the Enterprise plan with SSO active',
    auditedBy: 'platform-audit',
    causes: likelyCauses['platform-scim'],
  },
  {
    name: 'platform-identity',
    title: 'Platform identity API',
    protocol: 'identity',
    mediaType: 'application/json',
    basePath: '/identity/api',
    auth: HEADLESS,
    idSpace: 'platform-identity',
    pageSize: 1000,
    partialLists: true,
    unexposedIs404: true,
    serves: {
      user: {
        filters: ['userName'],
        assumed:
          'The column `status` of the reports is `Active` or `Suspended` (only `Suspended` is published). Without the column, or with another text, it is unknown whether an account is active: then `active` cannot be declared, and a plan that depends on it is refused. `ChangeUser` renames by `Name` and clears with an empty text. A report accepts a `PageSize` above 60, and a page behind its end is empty.',
      },
      group: {
        filters: ['displayName'],
        undeletable: true,
        assumed:
          'Groups are the "roles" of this API. `UpdateRole` renames by `NewName`, and changes `Description` and members in one request (CyberArk Identity, of the same origin, documents that). `GetRoleMembers` shows all members, with the columns `Guid` and `Type` (`User` or `Role`). Ids of users are UUIDs, and those of groups are not (they have underscores): a new member is a user if its id is a UUID.',
      },
      'group-membership': { filters: [] },
    },
    permissions:
      'a service user with a role that has delinea.platform/identity/admin/read and may manage users and groups',
    precondition: 'a service user whose token has the scope xpmheadless',
    auditedBy: 'platform-audit',
    causes: likelyCauses['platform-identity'],
  },
  {
    name: 'platform-audit',
    title: 'Platform audit',
    protocol: 'identity',
    mediaType: 'application/json',
    basePath: '/audit/api',
    auth: HEADLESS,
    idSpace: 'platform',
    pageSize: 1000,
    serves: {},
    audit: platformAudit,
    permissions: 'a service user with a role that has delinea.platform/audit/event/read',
    precondition: 'a service user whose token has the scope xpmheadless',
  },
  {
    name: 'scim-cloud',
    title: 'SCIM Cloud Connector',
    protocol: 'scim',
    mediaType: 'application/scim+json',
    basePath: '/scim/v2',
    auth: {
      kind: 'oauth',
      grant: 'client_credentials',
      tokenPath: '/identity/api/oauth2/token/xpmplatform',
      scopes: { read: 'xpm.platform', write: 'xpm.platform', admin: 'xpm.platform' },
      credentials: {
        client_id: ['scimClientId', 'clientId'],
        client_secret: ['scimClientSecret', 'clientSecret'],
      },
      account: 'client_id',
      renewal: CHECK_CLIENT,
    },
    idSpace: 'scim-cloud',
    pageSize: 100,
    serves: {
      user: { filters: ['userName'] },
      group: { filters: ['displayName'] },
      'group-membership': { filters: [] },
      container: {
        filters: ['name'],
        owned: {},
        createOnly: true,
        assumed:
          'Container and ContainerPermission have the JSON of the on-prem connector (fact sheet 4.2), `parent` of a new Container included; ids are opaque strings. An unfiltered GET /Containers lists the folders that the service user owns. Only creation and search of folders are published (fact sheet 3.2).',
      },
      'container-permission': {
        filters: ['container', 'principalId'],
        assumed:
          'A permission is read back by filter and changed by delete and create. Its user and group ids are those of /Users and /Groups on the same surface.',
      },
    },
    permissions:
      'a service user with "Bypass Direct API Authentication Restriction", "Manage Identity Settings" and Owner on the folders',
    precondition: 'the SCIM Cloud Connector (private preview)',
    auditedBy: 'platform-audit',
    causes: likelyCauses['scim-cloud'],
  },
  {
    name: 'secret-server',
    title: 'Secret Server REST',
    protocol: 'secretServer',
    mediaType: 'application/json',
    host: 'secretServerUrl',
    basePath: '/api',
    auth: {
      kind: 'oauth',
      grant: 'password',
      tokenPath: '/oauth2/token',
      credentials: {
        username: ['secretServerUser'],
        password: ['secretServerPassword'],
        domain: ['secretServerDomain'],
      },
      optional: ['domain'],
      account: 'username',
      renewal: 'Check user, password and domain of the Secret Server account.',
    },
    otherAuth: [
      {
        kind: 'oauth',
        grant: 'client_credentials',
        tokenPath: '/oauth2/token',
        credentials: { client_id: ['secretServerClientId'], client_secret: ['secretServerClientSecret'] },
        account: 'client_id',
        renewal: CHECK_CLIENT,
      },
      { ...HEADLESS, tokenHost: 'tenant' },
    ],
    idSpace: 'secret-server',
    pageSize: 1000,
    missIs404: true,
    serves: {
      user: {
        filters: ['userName'],
        deleteDisables: true,
        assumed:
          'A user is created with a random password that nothing keeps. GET /v1/users/{id} shows a disabled user with `includeInactive=true`.',
      },
      group: {
        filters: ['displayName'],
        memberKinds: ['user'],
        deleteDisables: true,
        assumed: 'GET /v1/groups/{id} shows a disabled group.',
      },
      'group-membership': { filters: [] },
      role: { filters: [] },
      'role-binding': { filters: [] },
      container: {
        filters: ['name'],
        owned: { 'filter.permissionRequired': 'Owner' },
        assumed:
          'A new folder has the type 1 (the OpenAPI gives 1 to 3 without names), and its creator is its Owner (a migration tool of the vendor removes that permission).',
      },
      'container-permission': {
        filters: ['container', 'principalId'],
        listsAll: true,
        assumed:
          'GET /v1/folder-permissions without `filter.folderId` lists the permissions of all folders that the account may see. A folder that inherits lists the permissions of its parent as its own.',
      },
    },
    permissions:
      'a role with Administer Users, Administer Groups, Administer Role Assignment and View Roles, and Owner on the folders. In a tenant that the Platform manages (those since 2023-11-08), users, groups and roles are changed there',
    precondition: 'the URL of Secret Server (secret_server_url) and an account with API access',
    activity: secretServerActivity,
    audit: secretServerAudit,
    auditedBy: 'secret-server',
    synchronisation: platformSynchronisation,
    causes: likelyCauses['secret-server'],
  },
  {
    name: 'secret-server-scim',
    title: 'Secret Server SCIM',
    protocol: 'scim',
    mediaType: 'application/scim+json',
    host: 'secretServerUrl',
    basePath: '/api/v1/scim',
    auth: {
      kind: 'static',
      credentials: { token: ['secretServerScimToken'] },
      renewal: 'Generate a new SCIM token in Secret Server.',
    },
    idSpace: 'secret-server-scim',
    pageSize: 100,
    serves: {
      user: {
        filters: ['userName'],
        assumed:
          'The path /api/v1/scim is in guide 001 only; the OpenAPI of Secret Server does not have it. Set `baseUrl` if the tenant differs.',
      },
      group: { filters: ['displayName'], memberKinds: ['user'] },
      'group-membership': { filters: [] },
    },
    permissions: 'a SCIM token of Secret Server',
    precondition: 'the URL of Secret Server (secret_server_url) and a SCIM token',
    auditedBy: 'secret-server',
    causes: likelyCauses['secret-server-scim'],
  },
  {
    name: 'scim-connector',
    title: 'on-prem SCIM Connector',
    protocol: 'scim',
    mediaType: 'application/scim+json',
    host: 'connectorUrl',
    basePath: '/v2',
    auth: {
      kind: 'static',
      credentials: { token: ['connectorToken'] },
      renewal: 'Create a new token for the endpoint in the connector: an upgrade ends all tokens.',
    },
    idSpace: 'scim-connector',
    pageSize: 100,
    serves: {
      user: {
        filters: ['userName'],
        deleteDisables: true,
        assumed: 'Roles of a user (connector 4.4.4 and later) are not read or changed: their JSON is not published.',
      },
      group: { filters: ['displayName'], memberKinds: ['user'] },
      'group-membership': { filters: [] },
      container: {
        filters: ['name'],
        assumed: 'PATCH of a Container (2.0 and later) replaces its `name`; its operations are not published.',
      },
      'container-permission': {
        filters: ['container', 'principalId'],
        assumed: 'A permission has an id of its own, and is changed by delete and create.',
      },
    },
    permissions:
      'an application account with View Users, Administer Users, Administer Groups, Administer Folders and Administer Reports',
    precondition: 'the URL of the connector (connector_url) and a token of its endpoint',
    causes: likelyCauses['scim-connector'],
  },
];

export const surfaces: Readonly<Record<string, Surface>> = Object.fromEntries(rows.map((row) => [row.name, row]));

/** The surface that serves each kind, unless the setting `routing` names another. */
export const defaultRouting: Readonly<Record<string, string>> = {
  user: 'platform-rest',
  group: 'platform-scim',
  role: 'platform-rest',
  'role-binding': 'platform-rest',
  container: 'scim-cloud',
  'container-permission': 'scim-cloud',
};

/** The setting `profile`: surfaces that serve all kinds they can. */
export const profiles = ['platform', 'platform-identity', 'scim-cloud', 'secret-server', 'scim-connector'] as const;
export type Profile = (typeof profiles)[number];

/** Returns the surface of each kind in a profile. A kind that it does not serve has the same surface, which refuses it. */
export function routingOf(profile: Profile): Readonly<Record<string, string>> {
  if (profile === 'platform') return defaultRouting;
  return Object.fromEntries(Object.keys(defaultRouting).map((kind) => [kind, profile]));
}

/** Returns the profiles that serve a kind. */
function profilesServing(kind: string): Profile[] {
  return profiles.filter((profile) => kind in (surfaces[routingOf(profile)[kind]!]?.serves ?? {}));
}

/** Returns the surfaces that serve a kind, for hints that name the alternatives. */
export function surfacesServing(kind: string, all: Readonly<Record<string, Surface>> = surfaces): readonly Surface[] {
  return Object.values(all).filter((row) => kind in row.serves);
}

/**
 * Returns the surface that the routing gives a kind.
 * @throws DelineaError `unserved` when the surface does not exist or does not serve the kind
 */
export function surfaceFor<S extends Surface>(
  kind: string,
  routing: Readonly<Record<string, string>>,
  all: Readonly<Record<string, S>>,
): S {
  const name = routing[kind] ?? defaultRouting[kind] ?? '';
  const surface = Object.hasOwn(all, name) ? all[name] : undefined;
  if (surface && kind in surface.serves) return surface;
  const others = surfacesServing(kind, all).map((row) => row.name);
  const profilesText = profilesServing(kind).join(', ');
  const path = `routing.${kind}`;
  if (!surface && Object.hasOwn(surfaces, name)) {
    const { title, host = 'tenant' } = surfaces[name]!;
    throw new DelineaError('unserved', `the ${title}, which serves ${kind}, has no URL`, {
      hint: `Set ${environmentName(host)}, or use another profile: ${profilesText}.`,
      path,
    });
  }
  const message = surface
    ? `${surface.title} does not serve ${kind}`
    : `there is no surface "${name}" to serve ${kind}`;
  throw new DelineaError('unserved', message, {
    hint: `Route ${kind} to ${others.join(' or ')}. Profiles that serve it: ${profilesText}.`,
    path,
  });
}
