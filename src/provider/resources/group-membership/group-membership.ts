import * as z from 'zod';
import { defineResource } from '../../model/resource.js';
import { principalId, principalType } from '../principal-attributes.js';
import { onRemovalOfEdge } from '../shared-attributes.js';

/**
 * One member of one group: an element of the group's `members`. A group that declares `members` lists all these edges, so
 * none can be declared beside it.
 */
export const groupMembership = defineResource({
  type: 'group-membership',
  title: 'GroupMembership',
  plural: 'group memberships',
  description:
    'The membership of one user or group in one group. Other members are not changed. Cannot be combined with `members` of `delinea_group` for the same group.',
  props: z.object({
    group: z
      .string()
      .min(1)
      .meta({ replace: true, refersTo: ['group'], description: 'Id of the group.' }),
    principalType,
    principalId,
    onRemoval: onRemovalOfEdge,
  }),
  attrs: z.object({ id: z.string().meta({ description: '`group/<group id>/<member id>`.' }) }),
  key: ['group', 'principalType', 'principalId'],
  label: '{principalId} in {group}',
  edge: {
    principal: { type: 'principalType', id: 'principalId' },
    scope: 'group',
    storedIn: { object: 'scope', array: 'members' },
  },
  removal: { verb: 'revoke' },
  permissions: ['delinea:api:read'],
  writePermissions: ['delinea:api:write'],
  wire: {
    rest: { path: '', fields: {} },
    identity: { path: '', fields: {} },
    secretServer: { path: '', fields: {} },
    scim: { path: '', fields: {} },
  },
});
