import * as z from 'zod';
import { defineResource } from '../../model/resource.js';
import { principalId, principalType } from '../principal-attributes.js';

/**
 * The membership of one user or group in a group: an element of the group's `members`. It cannot be declared by itself,
 * so it is not in the list of kinds: `members` of group is the authoritative list of these edges.
 */
export const groupMembership = defineResource({
  type: 'group-membership',
  title: 'GroupMembership',
  plural: 'group memberships',
  description: 'The membership of one user or group in one group.',
  props: z.object({
    group: z
      .string()
      .min(1)
      .meta({ replace: true, refersTo: ['group'], description: 'Id of the group.' }),
    principalType,
    principalId,
  }),
  attrs: z.object({ id: z.string().meta({ description: '`group/<group id>/<member id>`.' }) }),
  key: ['group', 'principalType', 'principalId'],
  label: '{principalId} in {group}',
  edge: {
    principal: { type: 'principalType', id: 'principalId' },
    scope: 'group',
    storedIn: { object: 'scope', array: 'members' },
  },
  permissions: ['delinea:api:read'],
  writePermissions: ['delinea:api:write'],
  wire: {},
});
