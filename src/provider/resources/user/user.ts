import * as z from 'zod';
import { defineResource } from '../../model/resource.js';
import { name } from '../name.js';
import { adopt, onRemoval, previousNames } from '../shared-attributes.js';

const CORE = 'urn:ietf:params:scim:schemas:core:2.0:User';
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

/** The fields of guide 000's user object that REST and SCIM name alike. */
const common = {
  userName: { at: ['userName'] },
  displayName: { at: ['displayName'] },
  givenName: { at: ['name', 'givenName'] },
  familyName: { at: ['name', 'familyName'] },
  emails: { at: ['emails'] },
  active: { at: ['active'] },
  externalId: { at: ['externalId'] },
  phoneNumbers: { at: ['phoneNumbers'] },
  title: { at: ['title'] },
};

/** A user of the tenant. Source of every field: guide 000, "User object / data model". */
export const user = defineResource({
  type: 'user',
  title: 'User',
  plural: 'users',
  description:
    'A user account. Removing the declaration disables the account (`active = false`) and keeps its history. The account is deleted only with `onRemoval = "delete"` and `allowDelete` on the provider.',
  props: z.object({
    userName: name.meta({
      caseless: true,
      ofIdentityProvider: true,
      description: 'Login name (UPN), unique in the tenant. Compared without case.',
    }),
    displayName: z.string().optional().meta({ ofIdentityProvider: true, description: 'Full display name.' }),
    givenName: z.string().optional().meta({ ofIdentityProvider: true, description: 'First name.' }),
    familyName: z.string().optional().meta({ ofIdentityProvider: true, description: 'Last name.' }),
    emails: z
      .array(
        z.object({
          value: z.string().min(1).meta({ caseless: true, description: 'E-mail address.' }),
          primary: z
            .boolean()
            .optional()
            .meta({ exclusive: true, description: 'Whether notifications are sent to this address.' }),
        }),
      )
      .optional()
      .meta({
        unordered: true,
        elementKey: 'value',
        ofIdentityProvider: true,
        description: 'E-mail addresses: a set, keyed by address.',
      }),
    active: z.boolean().optional().meta({
      ofIdentityProvider: true,
      description:
        'Whether the account can log in. Unset: true on create, unmanaged afterwards. Enabling a disabled account needs `reactivate`.',
    }),
    externalId: z.string().optional().meta({
      description:
        "The identity provider's key of this user. Every SCIM write repeats it, and a SCIM create needs it (see the provider's `externalIdFrom`). Setting it lets this configuration rename, disable and delete the user.",
    }),
    phoneNumbers: z
      .array(
        z.object({
          value: z.string().min(1).meta({ description: 'Phone number.' }),
          type: z.string().optional().meta({ description: 'Type, such as `work` or `mobile`.' }),
        }),
      )
      .optional()
      .meta({ unordered: true, elementKey: 'value', description: 'Phone numbers: a set, keyed by number.' }),
    title: z.string().optional().meta({ description: 'Job title.' }),
    department: z.string().optional().meta({ description: 'Department (SCIM enterprise extension).' }),
    manager: z
      .string()
      .optional()
      .meta({ refersTo: ['user'], description: "Id of the user's manager (SCIM enterprise extension)." }),
    previousNames,
    adopt,
    onRemoval,
    reactivate: z.string().min(1).optional().meta({
      setting: true,
      description:
        'Consent to enable a disabled account again: a ticket or a date, recorded in the log. Each value is valid once; use a new value to consent again.',
    }),
  }),
  attrs: z.object({ id: z.string().meta({ description: "The user's id on the surface that serves users." }) }),
  key: ['userName'],
  label: '{userName}',
  account: true,
  correlation: 'externalId',
  removal: {
    verb: 'deactivate',
    inactive: { active: false },
    active: { active: true },
    effect: 'deactivated (login disabled, account kept)',
  },
  permissions: ['delinea:api:read'],
  writePermissions: ['delinea:api:write'],
  wire: {
    rest: {
      path: '/users',
      fields: {
        ...common,
        department: { at: ['department'] },
        manager: { at: ['manager', 'value'] },
        roles: { at: ['roles'] },
      },
    },
    identity: {
      path: '/Report/RunReport',
      calls: {
        reports: { all: 'user_all', byId: 'user_byid', id: 'userid', sortBy: 'Username' },
        attributes: '/UserMgmt/GetUserAttributes',
        create: '/CDirectoryService/CreateUser',
        change: { path: '/CDirectoryService/ChangeUser', id: 'ID' },
        remove: { path: '/UserMgmt/RemoveUsers', ids: 'Users' },
      },
      secrets: ['Password'],
      // No published column shows which directory keeps an account.
      keptHere: [],
      fields: {
        userName: { at: ['username'], sent: ['Name'], filter: 'user_searchbyname' },
        displayName: { at: ['displayname'], sent: ['DisplayName'], none: ['', null] },
        emails: { at: ['mail'], sent: ['Mail'], single: 'value', none: ['', null] },
        active: {
          at: ['status'],
          texts: { active: true, suspended: false },
          shownOnly: {
            initially: true,
            instead:
              'No published call disables or enables an account. Leave active out. When the declaration is removed, on_removal = "retain" keeps the account and "delete" deletes it: apply one of them before the removal.',
          },
        },
      },
    },
    secretServer: {
      path: '/v1/users',
      query: { list: { 'filter.includeInactive': true }, get: { includeInactive: true } },
      secrets: ['password'],
      keptHere: [
        { at: ['externalUserSource'], is: ['None'] },
        { at: ['domainId'], is: [-1] },
      ],
      fields: {
        userName: { at: ['userName'], immutable: true, filter: 'searchText' },
        displayName: { at: ['displayName'], else: 'userName' },
        emails: { at: ['emailAddress'], single: 'value', none: ['', null] },
        active: { at: ['enabled'] },
        roles: { at: ['name'], from: { path: '/roles', idsOf: 'role', write: { method: 'PUT', set: 'roleIds' } } },
      },
    },
    scim: {
      path: '/Users',
      schemas: [CORE, ENTERPRISE],
      repeat: ['externalId'],
      requires: ['externalId'],
      fields: {
        ...common,
        department: { at: [ENTERPRISE, 'department'] },
        manager: { at: [ENTERPRISE, 'manager', 'value'] },
      },
    },
  },
});
