/**
 * A reason why a surface cannot be used: no connection; an address of something else; rejected credentials; a missing
 * permission; an error of the service; objects that another product keeps; any other response.
 */
export type Symptom = 'unreachable' | 'absent' | 'denied' | 'forbidden' | 'failing' | 'kept elsewhere' | 'unusable';

/** The likely cause of a symptom, and its fix. */
export interface Cause {
  readonly cause: string;
  readonly fix: string;
}

/** The likely causes of one surface. A symptom without an entry has the hint of its error. */
export type Causes = Readonly<Partial<Record<Symptom, Cause>>>;

/**
 * The likely causes by surface. Sources: guide 000 (plan, SSO, scopes), fact sheet 3.1 (permissions of the service user; 503
 * without Secret Server), 4.2 (tokens and threshold of the connector), C5, C9 (unified tenants), delinea-mcp (mirrors).
 */
export const likelyCauses = {
  'platform-rest': {
    absent: {
      cause: 'The tenant does not have this API: guide 000 describes it, and no client of the vendor uses it.',
      fix: 'Use a profile that fits, or set base_url and token_url of platform-rest in "surfaces".',
    },
    denied: {
      cause: 'The API client was removed or its secret was replaced, or the tenant issues its tokens at another URL.',
      fix: 'Check the API client (Admin > Integrations > API Clients), or set token_url of platform-rest in "surfaces".',
    },
    forbidden: {
      cause: 'The API client lacks a scope.',
      fix: 'Give it delinea:api:read to plan, delinea:api:write to apply, and delinea:api:admin for roles.',
    },
  },
  'platform-identity': {
    absent: {
      cause: 'The tenant does not expose the identity API at this URL, or its tokens are issued elsewhere.',
      fix: 'Check the URL of the tenant, or set base_url and token_url of platform-identity in "surfaces".',
    },
    denied: {
      cause:
        'The client secret (the password of a service user) was changed, or the account may not use the scope xpmheadless.',
      fix: 'Check the account in the Platform, and its permission to use the API without a browser.',
    },
    forbidden: {
      cause: 'The account lacks a permission of the identity service.',
      fix: 'Give it a role that may read and manage users and groups.',
    },
  },
  'platform-scim': {
    absent: {
      cause: 'SSO (SAML or OIDC) is off, or the tenant is not on the Enterprise plan (guide 000).',
      fix: 'Turn SSO on, or ask the vendor for the plan. The SCIM Cloud Connector has the same URL and other credentials.',
    },
    denied: {
      cause:
        'The token was replaced, or this tenant has the SCIM Cloud Connector at this URL, which accepts no static token.',
      fix: 'Generate a SCIM token (Admin > Integrations > SCIM), or use the profile scim-cloud with a service user.',
    },
    forbidden: {
      cause: 'SCIM is not enabled: SSO is off, or the tenant is not on the Enterprise plan (guide 000).',
      fix: 'Turn SSO on, or ask the vendor for the plan.',
    },
  },
  'scim-cloud': {
    absent: {
      cause: 'The SCIM Cloud Connector is a private preview, which is not enabled for this tenant.',
      fix: 'Ask the vendor to enable it, or use a profile that fits.',
    },
    denied: {
      cause:
        'The password of the service user was changed, or its role lacks "Bypass Direct API Authentication Restriction".',
      fix: 'Set the password again, and give the service user a role with this permission.',
    },
    forbidden: {
      cause: 'The service user lacks "Manage Identity Settings", or Owner on the folders.',
      fix: 'Add the permission to its role, and make it Owner of the folders that it manages.',
    },
    failing: {
      cause: 'Secret Server behind the connector cannot be reached: the connector then returns 503.',
      fix: 'Check Secret Server, then run again.',
    },
  },
  'secret-server': {
    absent: {
      cause:
        'The URL is not that of Secret Server: on-premises it ends with /SecretServer, in the cloud it has no path.',
      fix: 'Correct secret_server_url.',
    },
    denied: {
      cause: 'The password or the domain is wrong, or the account is disabled, locked, or a user of the Platform.',
      fix: 'Check the account in Secret Server. For a tenant on the Platform, leave it out and use client_id and client_secret.',
    },
    forbidden: {
      cause: "The account's role lacks a permission.",
      fix: 'Give it a role with Administer Users, Administer Groups, Administer Role Assignment and View Roles.',
    },
    'kept elsewhere': {
      cause:
        'Another product keeps them. In a unified tenant this is the Platform: Secret Server has copies, and refuses to change users, groups and roles.',
      fix: 'Declare them with a profile of the Platform; here, look them up and declare only permissions on containers.',
    },
  },
  'secret-server-scim': {
    absent: {
      cause: 'This Secret Server has no SCIM at /api/v1/scim: only guide 001 describes it.',
      fix: 'Use the profile secret-server, or the on-prem SCIM Connector.',
    },
    denied: {
      cause: 'The SCIM token was replaced.',
      fix: 'Generate a new SCIM token in Secret Server.',
    },
  },
  'scim-connector': {
    absent: {
      cause: 'The URL is not that of the SCIM Connector, a web application beside Secret Server.',
      fix: 'Correct connector_url, such as https://vault.example.com/SCIMConnector.',
    },
    denied: {
      cause: 'The token ended: an upgrade of the connector ends all tokens, and a token lasts 730 days by default.',
      fix: 'Create a new token for the endpoint in the connector.',
    },
    forbidden: {
      cause: 'The application account of the connector lacks a permission in Secret Server.',
      fix: 'Give it View Users, Administer Users, Administer Groups, Administer Folders and Administer Reports.',
    },
    failing: {
      cause: 'The connector disabled itself after 20 errors in a row, or Secret Server behind it cannot be reached.',
      fix: 'Enable the endpoint in the connector and check Secret Server, then run again.',
    },
  },
} satisfies Readonly<Record<string, Causes>>;
