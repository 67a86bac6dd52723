import * as z from 'zod';
import { defineResource } from '../../model/resource.js';
import { principalId, principalType } from '../principal-attributes.js';
import { adoptEdge, onRemovalOfEdge } from '../shared-attributes.js';

const user = { attribute: 'principalType', is: 'user' };
const group = { attribute: 'principalType', is: 'group' };

export const container = z
  .string()
  .min(1)
  .meta({
    replace: true,
    refersTo: ['container'],
    description:
      'The container: its id, its name if that is unique, or its path (`/parent/name`) if the surface shows parents.',
  });

export const right = z.enum(['View', 'Edit', 'Add Secret', 'Owner']).meta({
  least: 'View',
  most: 'Owner',
  description: 'The right: `View`, `Edit`, `Add Secret` or `Owner`.',
});

export const secretRight = z.enum(['List', 'View', 'Edit', 'Owner', 'None']).optional().meta({
  least: 'None',
  most: 'Owner',
  description: 'Right on the secrets in the container, on surfaces that distinguish both rights.',
});

export const breakInheritance = z.boolean().optional().meta({
  setting: true,
  description:
    'Whether a grant may end the inheritance of a folder that takes its permissions from its parent, on surfaces with inheritance. The folder then keeps a copy of them, which no longer follows the parent. Unset: such a grant is an error.',
});

/**
 * One right of one principal on one container. JSON: fact sheet 4.2. The service honours only the first right (guide
 * 004).
 */
export const containerPermission = defineResource({
  type: 'container-permission',
  title: 'ContainerPermission',
  plural: 'container permissions',
  description:
    'One right of one user or group on one container. Changing the right is an update: the old right is revoked, the new one granted and read back. If that fails, the old right is restored.',
  props: z.object({
    container,
    principalType,
    principalId,
    right,
    secretRight,
    breakInheritance,
    adopt: adoptEdge,
    onRemoval: onRemovalOfEdge,
  }),
  attrs: z.object({
    id: z.string().meta({ description: 'Id of the permission. It changes with every change of the right.' }),
  }),
  key: ['container', 'principalType', 'principalId'],
  label: '{right} of {principalId} on {container}',
  edge: {
    principal: { type: 'principalType', id: 'principalId' },
    scope: 'container',
    inheritance: { shownBy: 'inheritsPermissions', brokenBy: 'breakInheritance' },
  },
  requiredHolder: { when: { right: 'Owner' }, label: 'active Owner' },
  removal: { verb: 'revoke' },
  permissions: ['Owner on the container'],
  wire: {
    secretServer: {
      path: '/v1/folder-permissions',
      change: 'put',
      constants: { breakInheritance: false },
      fields: {
        container: { at: ['folderId'] },
        principalId: [
          { at: ['userId'], when: user, none: [0], immutable: true },
          { at: ['groupId'], when: group, immutable: true },
        ],
        right: { at: ['folderAccessRoleName'] },
        secretRight: { at: ['secretAccessRoleName'] },
        breakInheritance: { at: ['breakInheritance'], withWrites: true },
      },
    },
    scim: {
      path: '/ContainerPermissions',
      schemas: ['urn:ietf:params:scim:schemas:pam:1.0:ContainerPermission'],
      recreate: true,
      fields: {
        container: { at: ['container', 'value'] },
        principalId: [
          { at: ['user', 'value'], when: user },
          { at: ['group', 'value'], when: group },
        ],
        right: { at: ['rights'], firstOf: true },
      },
    },
  },
});
