import type { IConstruct } from 'constructs';
import type { IContainer } from '../container.js';
import { ContainerPermission } from '../container-permission.js';
import type { Right } from '../gen/enums.js';
import type { IPrincipal } from '../principal.js';
import { RoleBinding } from '../role-binding.js';
import { containerText } from './container-text.js';
import { resolved } from './resolved.js';

/** Returns a readable child id. Duplicates get a number, so that the validation can report both. */
function childId(scope: IConstruct, text: string): string {
  const base = resolved(scope, text).replace(/[${}]/g, '');
  for (let count = 1; ; count++) {
    const id = count === 1 ? base : `${base} ${count}`;
    if (!scope.node.tryFindChild(id)) return id;
  }
}

/** Declares a permission as a child of its principal. */
export function grantTo(principal: IPrincipal, container: string | IContainer, right: Right): ContainerPermission {
  const id = childId(principal, `grant ${containerText(container)}`);
  return new ContainerPermission(principal, id, { container, right, principal });
}

/** Declares a role binding as a child of its principal. */
export function bindRoleTo(principal: IPrincipal, role: string): RoleBinding {
  return new RoleBinding(principal, childId(principal, `role ${role}`), { role, principal });
}
