import * as z from 'zod';
import { defineResource } from '../../model/resource.js';

/**
 * A role of the platform, bound by name (guide 000: "Role names must match existing platform roles"). It cannot be
 * declared.
 */
export const role = defineResource({
  type: 'role',
  title: 'Role',
  plural: 'roles',
  description: 'A role of the platform.',
  props: z.object({
    name: z.string().min(1).meta({ caseless: true, description: 'Name of the role.' }),
    description: z.string().optional().meta({ description: 'Permissions of the role in words.' }),
  }),
  attrs: z.object({ id: z.string().meta({ description: 'Id of the role.' }) }),
  key: ['name'],
  label: '{name}',
  namedBy: { name: 'name' },
  referredBy: 'name',
  permissions: ['delinea:api:read'],
  wire: {
    rest: { path: '/roles', fields: { name: { at: ['name'] }, description: { at: ['description'] } } },
    secretServer: {
      path: '/v1/roles',
      query: { list: { 'filter.includeInactive': true } },
      fields: { name: { at: ['name'] } },
    },
  },
});
