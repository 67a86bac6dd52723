import * as z from 'zod';
import { defineResource } from '../../model/resource.js';
import { breakInheritance, container, right, secretRight } from '../container-permission/container-permission.js';
import { principal } from '../principal-attributes.js';
import { adoptHolders, allowEmptySet, onRemovalOfEdge } from '../shared-attributes.js';

/** The authoritative set of all permissions on one container. Its edges are of kind container-permission. */
export const containerPermissions = defineResource({
  type: 'container-permissions',
  title: 'ContainerPermissions',
  plural: 'authoritative sets of container permissions',
  description:
    'All permissions on one container (authoritative): any user or group that is not listed loses access. The account that the run logs in as keeps its own permission. Cannot be combined with `delinea_container_permission` on the same container.',
  props: z.object({
    container,
    grants: z.array(z.object({ ...principal, right, secretRight })).meta({
      unordered: true,
      elementKey: 'principalId',
      description: 'The users and groups with their rights: a set with one right per user or group.',
    }),
    adopt: adoptHolders,
    allowEmpty: allowEmptySet,
    retired: z.boolean().default(false).meta({
      setting: true,
      description:
        'Whether the container is retired: it needs no active Owner any more, and an empty list may revoke all access. Remove the resource when it has been applied.',
    }),
    breakInheritance,
    onRemoval: onRemovalOfEdge,
  }),
  attrs: z.object({ id: z.string().meta({ description: 'Id of the container.' }) }),
  key: ['container'],
  label: 'permissions on {container}',
  authoritativeFor: {
    edge: 'container-permission',
    scope: 'container',
    elements: 'grants',
    settings: ['breakInheritance'],
    retiredBy: 'retired',
  },
  removal: { verb: 'revoke' },
  permissions: ['Owner on the container'],
  wire: {},
});
