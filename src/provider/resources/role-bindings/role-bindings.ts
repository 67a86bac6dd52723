import * as z from 'zod';
import { defineResource } from '../../model/resource.js';
import { principal } from '../principal.js';
import { role } from '../role-binding/role-binding.js';
import { allowEmptySet, onRemovalOfEdge } from '../settings.js';

/** Every holder of one role. The edges are those of role-binding. */
export const roleBindings = defineResource({
  type: 'role-bindings',
  title: 'RoleBindings',
  plural: 'whole sets of role bindings',
  description:
    'Every holder of one role: whoever is not listed loses it. The account that the run logs in as keeps its own. Cannot be mixed with `delinea_role_binding` of the same role. Reads every user and group, since roles stand on their holders.',
  props: z.object({
    role,
    holders: z.array(z.object(principal)).meta({
      unordered: true,
      elementKey: 'principalId',
      description: 'The users and groups that hold the role; a set.',
    }),
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
