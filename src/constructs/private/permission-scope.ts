import type { IConstruct } from 'constructs';
import type { IPrincipal } from '../principal.js';
import { principalKey, principalLabel } from './principal-key.js';
import { resolved } from './resolved.js';

/** A container, role or group whose edges are declared individually or by one authoritative construct. */
export interface PermissionScope {
  /** Text for messages: `container "Production"`. */
  readonly label: string;
  /** Word for one permission, binding or membership: `grant`. */
  readonly element: string;
  /** Equal for names that the tenant treats as the same object; compared without case. */
  readonly key: string;
}

/**
 * Returns the scope of the permissions on a container.
 * @param container id, unique name, path or reference
 */
export function permissionsOf(scope: IConstruct, container: string): PermissionScope {
  const name = resolved(scope, container);
  return { label: `container "${name}"`, element: 'grant', key: JSON.stringify(['permission', name.toLowerCase()]) };
}

/**
 * Returns the scope of the holders of a role.
 * @param role name or reference
 */
export function holdersOf(scope: IConstruct, role: string): PermissionScope {
  const name = resolved(scope, role);
  return { label: `role "${name}"`, element: 'holder', key: JSON.stringify(['role', name.toLowerCase()]) };
}

/** Returns the scope of the members of a group. */
export function membersOf(group: IPrincipal): PermissionScope {
  return { label: principalLabel(group), element: 'member', key: JSON.stringify(['members', principalKey(group)]) };
}
