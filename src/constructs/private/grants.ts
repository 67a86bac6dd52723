import type { IConstruct } from 'constructs';
import { ContainerPermission } from '../container-permission.js';
import type { Right } from '../gen/enums.js';
import type { IPrincipal } from '../principal.js';
import { RoleBinding } from '../role-binding.js';
import { resolved } from './resolved.js';

/** A child id that tells what it is; a second one for the same thing gets a number, and the validation reports the two. */
function childId(scope: IConstruct, wanted: string): string {
  const base = resolved(scope, wanted).replace(/[${}]/g, '');
  for (let count = 1; ; count++) {
    const id = count === 1 ? base : `${base} ${count}`;
    if (!scope.node.tryFindChild(id)) return id;
  }
}

/** The permission as a child of the principal that gets it. */
export function grantTo(principal: IPrincipal, container: string, right: Right): ContainerPermission {
  return new ContainerPermission(principal, childId(principal, `grant ${container}`), { container, right, principal });
}

/** The role binding as a child of the principal that gets it. */
export function bindRoleTo(principal: IPrincipal, role: string): RoleBinding {
  return new RoleBinding(principal, childId(principal, `role ${role}`), { role, principal });
}
