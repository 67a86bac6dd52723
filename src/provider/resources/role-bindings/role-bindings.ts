import * as z from 'zod';
import { defineResource } from '../../model/resource.js';
import { principal } from '../principal-attributes.js';
import { role } from '../role-binding/role-binding.js';
import { adoptHolders, allowEmptySet, onRemovalOfEdge } from '../shared-attributes.js';

/** The authoritative set of all holders of one role. Its edges are of kind role-binding. */
export const roleBindings = defineResource({
  type: 'role-bindings',
  title: 'RoleBindings',
  plural: 'authoritative sets of role bindings',
  description:
    'All holders of one role (authoritative): any user or group that is not listed loses the role. The account that the run logs in as keeps it. Cannot be combined with `delinea_role_binding` for the same role. Reads every user and group, because the service stores roles on their holders.',
  props: z.object({
    role,
    holders: z.array(z.object(principal)).meta({
      unordered: true,
      elementKey: 'principalId',
      description: 'The users and groups that hold the role: a set.',
    }),
    adopt: adoptHolders,
    allowEmpty: allowEmptySet,
    onRemoval: onRemovalOfEdge,
  }),
  attrs: z.object({ id: z.string().meta({ description: 'Name of the role.' }) }),
  key: ['role'],
  label: 'holders of {role}',
  authoritativeFor: { edge: 'role-binding', scope: 'role', elements: 'holders' },
  removal: { verb: 'revoke' },
  permissions: ['delinea:api:admin'],
  wire: {},
});
