import * as z from 'zod';
import { defineResource } from '../../model/resource.js';
import { principalId, principalType } from '../principal.js';
import { onRemovalOfEdge } from '../settings.js';

const user = { attribute: 'principalType', is: 'user' };
const group = { attribute: 'principalType', is: 'group' };

export const container = z
  .string()
  .min(1)
  .meta({
    replace: true,
    refersTo: ['container'],
    description:
      'The container: its id, its name where that is unique, or its path (`/parent/name`) where the surface tells parents.',
  });

export const right = z.enum(['View', 'Edit', 'Add Secret', 'Owner']).meta({
  least: 'View',
  most: 'Owner',
  description: 'The one right: `View`, `Edit`, `Add Secret` or `Owner`.',
});

/** One right of one principal on one container. Shape: fact sheet 4.2; only the first right counts: guide 004. */
export const containerPermission = defineResource({
  type: 'container-permission',
  title: 'ContainerPermission',
  plural: 'container permissions',
  description:
    'One right of one user or group on one container. Another right is a change in place: the old one is taken away, the new one given and read back; if that fails the old one is put back.',
  props: z.object({
    container,
    principalType,
    principalId,
    right,
    secretRight: z
      .enum(['List', 'View', 'Edit', 'Owner', 'None'])
      .optional()
      .meta({ description: 'Right on the secrets inside, on surfaces that have both vocabularies.' }),
    onRemoval: onRemovalOfEdge,
  }),
  attrs: z.object({
    id: z.string().meta({ description: 'Id of the permission; another one after every change of right.' }),
  }),
  key: ['container', 'principalType', 'principalId'],
  label: '{right} of {principalId} on {container}',
  edge: { principal: { type: 'principalType', id: 'principalId' }, scope: 'container' },
  requiredHolder: { when: { right: 'Owner' }, label: 'active Owner' },
  removal: { verb: 'revoke' },
  permissions: ['Owner on the container'],
  wire: {
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
