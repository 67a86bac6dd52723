import * as z from 'zod';
import { defineResource } from '../../model/resource.js';
import { name } from '../name.js';
import { adopt, onRemoval, previousNames } from '../shared-attributes.js';

/** `description` on a SCIM Group is an assumption: RFC 7643 has none, the console shows one (guide 004). */
const common = {
  displayName: { at: ['displayName'] },
  description: { at: ['description'] },
  externalId: { at: ['externalId'] },
  members: { at: ['members'], references: true },
};

/** Users have UUIDs on the identity API; the ids of groups have underscores (the vendor's and ams-consulting's clients). */
const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** A group of users and groups. SCIM JSON: RFC 7643 §4.2. Membership changes: guide 000, "Supported operations". */
export const group = defineResource({
  type: 'group',
  title: 'Group',
  plural: 'groups',
  description:
    'A group. If `members` is set, it is authoritative: any other member is reported as drift and removed. Removing the declaration removes the members and keeps the group.',
  props: z.object({
    displayName: name.meta({ caseless: true, description: 'Name of the group. Compared without case.' }),
    description: z.string().optional().meta({ description: 'Purpose of the group.' }),
    externalId: z.string().optional().meta({ description: "The identity provider's key of this group." }),
    members: z
      .array(z.string().min(1))
      .optional()
      .meta({
        unordered: true,
        refersTo: ['user', 'group'],
        description:
          'Ids of the members: users and groups. A bare number is the id of a user. Unset: membership is not managed.',
      }),
    allowEmpty: z
      .boolean()
      .default(false)
      .meta({ setting: true, description: 'Whether `members = []` may remove all members of a group.' }),
    previousNames,
    adopt,
    onRemoval,
  }),
  attrs: z.object({
    id: z.string().meta({
      description:
        "The group's id on the surface that serves groups. A number has the prefix `group:`, since users have numbers too: `group:7`.",
    }),
  }),
  numberPrefix: 'group:',
  key: ['displayName'],
  label: '{displayName}',
  correlation: 'externalId',
  lists: [{ edge: 'group-membership', scope: 'id', elements: 'members' }],
  removal: { verb: 'deactivate', inactive: { members: [] }, effect: 'emptied (members removed, the group stays)' },
  permissions: ['delinea:api:read'],
  writePermissions: ['delinea:api:write'],
  wire: {
    rest: { path: '/groups', fields: { ...common, roles: { at: ['roles'] } } },
    identity: {
      path: '/Report/RunReport',
      calls: {
        reports: { all: 'all_role', byId: 'role_byid', id: 'roleid', sortBy: 'Name' },
        create: '/Roles/StoreRole',
        change: { path: '/Roles/UpdateRole', id: 'Name', rename: 'NewName' },
      },
      keptHere: [],
      systemIds: ['Everybody', 'sysadmin'],
      fields: {
        displayName: { at: ['name'], sent: ['Name'], filter: 'role_searchbyname' },
        description: { at: ['description'], sent: ['Description'], none: ['', null] },
        members: {
          at: ['guid'],
          from: {
            path: '/Roles/GetRoleMembers',
            kinds: {
              at: ['type'],
              of: { user: { shown: 'User', sent: 'Users', ids: UUID }, group: { shown: 'Role', sent: 'Roles' } },
            },
          },
        },
      },
    },
    secretServer: {
      path: '/v1/groups',
      query: { list: { 'filter.includeInactive': true } },
      change: { patchIn: 'data' },
      constants: { enabled: true },
      keptHere: [
        { at: ['isPlatform'], is: [false] },
        { at: ['synchronized'], is: [false] },
      ],
      fields: {
        displayName: { at: ['name'], filter: 'searchText' },
        members: {
          at: ['userId'],
          from: {
            path: '/users',
            query: { 'filter.includeInactiveUsersForGroup': true },
            only: ['user'],
            write: { method: 'PATCH', add: 'addedUserIds', remove: 'removeUserIds' },
          },
        },
        roles: {
          at: ['name'],
          from: { path: '/roles', idsOf: 'role', write: { method: 'PUT', set: 'roleIds', version: '/v2' } },
        },
      },
    },
    scim: {
      path: '/Groups',
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
      repeat: ['externalId'],
      fields: { ...common, members: { ...common.members, omittedIfEmpty: true } },
    },
  },
});
