import * as z from 'zod';
import { defineResource } from '../../model/resource.js';
import { container, right } from '../container-permission/container-permission.js';
import { principal } from '../principal.js';
import { allowEmptySet, onRemovalOfEdge } from '../settings.js';

/** Every permission on one container. The edges are those of container-permission. */
export const containerPermissions = defineResource({
  type: 'container-permissions',
  title: 'ContainerPermissions',
  plural: 'whole sets of container permissions',
  description:
    'Every permission on one container: whoever is not listed loses his. The account that the run logs in as keeps its own. Cannot be mixed with `delinea_container_permission` on the same container.',
  props: z.object({
    container,
    grants: z.array(z.object({ ...principal, right })).meta({
      unordered: true,
      elementKey: 'principalId',
      description: 'Who has which right; a set, with one right for each user or group.',
    }),
    allowEmpty: allowEmptySet,
    onRemoval: onRemovalOfEdge,
  }),
  attrs: z.object({ id: z.string().meta({ description: 'Id of the container.' }) }),
  key: ['container'],
  label: 'permissions on {container}',
  authoritativeFor: { edge: 'container-permission', scope: 'container', elements: 'grants' },
  removal: { verb: 'revoke' },
  permissions: ['Owner on the container'],
  wire: {},
});
