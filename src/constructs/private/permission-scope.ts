import type { IConstruct } from 'constructs';
import { resolved } from './resolved.js';

/** All edges that end at one object: declared one by one, or by one construct that manages them whole. */
export interface PermissionScope {
  /** The object, for people: `container "Production"`. */
  readonly label: string;
  /** What one of the edges is called: `grant`. */
  readonly element: string;
  /** Equal for what the tenant takes for the same object; names compare without case. */
  readonly key: string;
}

/**
 * The permissions on a container.
 * @param container id, unique name, path or reference
 */
export function permissionsOf(scope: IConstruct, container: string): PermissionScope {
  const name = resolved(scope, container);
  return { label: `container "${name}"`, element: 'grant', key: JSON.stringify(['permission', name.toLowerCase()]) };
}

/**
 * The holders of a role.
 * @param role name or reference
 */
export function holdersOf(scope: IConstruct, role: string): PermissionScope {
  const name = resolved(scope, role);
  return { label: `role "${name}"`, element: 'holder', key: JSON.stringify(['role', name.toLowerCase()]) };
}
