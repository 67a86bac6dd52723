import { DelineaError } from '../model/errors.js';
import type { Resource } from '../model/resource.js';
import { container } from './container/container.js';
import { containerPermission } from './container-permission/container-permission.js';
import { containerPermissions } from './container-permissions/container-permissions.js';
import { group } from './group/group.js';
import { groupMembership } from './group-membership/group-membership.js';
import { role } from './role/role.js';
import { roleBinding } from './role-binding/role-binding.js';
import { roleBindings } from './role-bindings/role-bindings.js';
import { user } from './user/user.js';

/** The kinds that configurations can declare or look up. A new kind is a folder beside these and a line here. */
export const resources: readonly Resource[] = [
  user,
  group,
  groupMembership,
  container,
  role,
  containerPermission,
  containerPermissions,
  roleBinding,
  roleBindings,
];

/** Finds the definition of a kind. @throws DelineaError `stack_invalid` for a kind that does not exist */
export function resourceOf(kind: string): Resource {
  const found = resources.find(({ type }) => type === kind);
  if (!found) throw new DelineaError('stack_invalid', `there is no kind "${kind}"`);
  return found;
}
