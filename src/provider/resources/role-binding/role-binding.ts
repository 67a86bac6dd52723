import * as z from 'zod';
import { defineResource } from '../../model/resource.js';
import { principalId, principalType } from '../principal-attributes.js';
import { onRemovalOfEdge } from '../shared-attributes.js';

export const role = z
  .string()
  .min(1)
  .meta({ replace: true, caseless: true, refersTo: ['role'], description: 'Name of an existing role.' });

/**
 * One role of one principal: an element of the `roles` array of a user (guide 000) or, as an assumption, of a group.
 */
export const roleBinding = defineResource({
  type: 'role-binding',
  title: 'RoleBinding',
  plural: 'role bindings',
  description: 'One role of one user or group. Other holders of the role are not changed.',
  props: z.object({
    role,
    principalType,
    principalId,
    onRemoval: onRemovalOfEdge,
  }),
  attrs: z.object({ id: z.string().meta({ description: '`<principal type>/<principal id>/<role>`.' }) }),
  key: ['role', 'principalType', 'principalId'],
  label: '{role} of {principalId}',
  edge: {
    principal: { type: 'principalType', id: 'principalId' },
    scope: 'role',
    storedIn: { object: 'principal', array: 'roles' },
  },
  requiredHolder: { setting: 'adminRoles', label: 'active holder' },
  removal: { verb: 'revoke' },
  permissions: ['delinea:api:admin'],
  wire: {
    rest: { path: '', fields: {} },
    secretServer: { path: '', fields: {} },
  },
});
