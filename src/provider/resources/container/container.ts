import * as z from 'zod';
import { defineResource } from '../../model/resource.js';

/**
 * A folder of secrets, `Container` in SCIM. It can be read and referred to, not declared. JSON: fact sheet 4.2 and 8.
 */
export const container = defineResource({
  type: 'container',
  title: 'Container',
  plural: 'containers',
  description: 'A folder of secrets.',
  props: z.object({
    name: z.string().min(1).meta({ caseless: true, description: 'Name of the folder.' }),
    parent: z
      .string()
      .optional()
      .meta({ refersTo: ['container'], description: 'Id of the parent folder.' }),
    inheritsPermissions: z.boolean().optional().meta({
      description: 'Whether the folder has the permissions of its parent, on surfaces that show it.',
    }),
  }),
  attrs: z.object({ id: z.string().meta({ description: 'Id of the folder.' }) }),
  key: ['name'],
  label: '{name}',
  namedBy: { name: 'name', parent: 'parent' },
  permissions: ['Owner on the folder'],
  wire: {
    secretServer: {
      path: '/v1/folders',
      fields: {
        name: { at: ['folderName'], filter: 'searchText' },
        parent: { at: ['parentFolderId'], none: [-1] },
        inheritsPermissions: { at: ['inheritPermissions'] },
      },
    },
    scim: {
      path: '/Containers',
      schemas: ['urn:ietf:params:scim:schemas:pam:1.0:Container'],
      fields: { name: { at: ['name'] }, parent: { at: ['parent', 'value'] } },
    },
  },
});
