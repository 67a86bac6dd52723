import * as z from 'zod';
import { defineResource } from '../../model/resource.js';

/** A path holds only such names: its parts are between slashes here, and between backslashes in Secret Server. */
const NAME = /^(?!\s)[^/\\\p{Cc}]+(?<!\s)$/u;

/** No source publishes a call that moves a folder, and nothing counts who would reach it under another parent. */
const MOVE =
  'A move changes who reaches the folder and all below it. Move it in the tenant, then write its parent in code.';

/** Ending an inheritance has its own consent, and a restored one discards the permissions of the folder. */
const INHERITANCE =
  'To end the inheritance, declare a permission of the folder with break_inheritance. To restore it, which discards the permissions of the folder, use the tenant. Then write the live value in code.';

/**
 * A folder of secrets, `Container` in SCIM. It is created or found, and never deleted: its secrets would go with it. JSON:
 * OpenAPI 11.7.2, and fact sheet 4.2 and 8 for SCIM.
 */
export const container = defineResource({
  type: 'container',
  title: 'Container',
  plural: 'containers',
  description:
    'A folder of secrets. A folder with the declared name and parent is adopted, else it is created. It is never deleted or moved: when the declaration is removed, the folder stays.',
  props: z.object({
    name: z
      .string()
      .regex(NAME, 'must not begin or end with a blank, or have a slash, a backslash or a control character')
      .meta({
        caseless: true,
        description: 'Name of the folder. Unique within its parent, and compared without case.',
      }),
    parent: z
      .string()
      .default('')
      .meta({
        refersTo: ['container'],
        description:
          'The parent folder: its id, its name if that is unique, or its path (`/parent/name`) if the surface shows parents. Empty (the default): a folder at the root.',
      }),
    inheritsPermissions: z.boolean().optional().meta({
      description:
        'Whether the folder has the permissions of its parent, on surfaces that show it. A new folder does not, unless this is true. An existing folder keeps its inheritance.',
    }),
  }),
  attrs: z.object({ id: z.string().meta({ description: 'Id of the folder.' }) }),
  key: ['name', 'parent'],
  label: '{name}',
  namedBy: { name: 'name', parent: 'parent' },
  removal: { verb: 'release' },
  permissions: ['Owner on the folder'],
  writePermissions: ['Owner or Edit on the parent folder; at the root, Create Root Folders'],
  wire: {
    secretServer: {
      path: '/v1/folders',
      change: { patchIn: 'data', path: '/v1/folder' },
      constants: { folderTypeId: 1 },
      fields: {
        name: { at: ['folderName'], filter: 'searchText' },
        parent: {
          at: ['parentFolderId'],
          none: [-1],
          unset: { parentFolderId: -1, inheritSecretPolicy: false },
          immutable: MOVE,
        },
        inheritsPermissions: {
          at: ['inheritPermissions'],
          unset: { inheritPermissions: false },
          trueNeeds: 'parent',
          immutable: INHERITANCE,
        },
      },
    },
    scim: {
      path: '/Containers',
      schemas: ['urn:ietf:params:scim:schemas:pam:1.0:Container'],
      // The connector stores an empty parent as -1 (fact sheet 4.2).
      fields: { name: { at: ['name'] }, parent: { at: ['parent', 'value'], none: ['-1', -1], immutable: MOVE } },
    },
  },
});
