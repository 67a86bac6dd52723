import type { IContainer } from './container.js';
import type { ContainerPermission } from './container-permission.js';
import type { Right } from './gen/enums.js';
import type { IPrincipal } from './principal.js';
import type { RoleBinding } from './role-binding.js';

/** A principal with methods that grant rights and roles: `jane.grant('Production', Right.EDIT)`. */
export interface IGrantee extends IPrincipal {
  /**
   * Grants the right on a container. Other permissions on the container are left alone.
   * @param container a declared container, or id, unique name or path
   */
  grant(container: string | IContainer, right: Right): ContainerPermission;
  /** Binds a role by its name. Other holders of the role are left alone. */
  bindRole(role: string): RoleBinding;
}

/** A user, declared here or managed elsewhere. */
export interface IUser extends IGrantee {
  /** Id in the tenant. */
  readonly userId: string;
}

/** A group, declared here or managed elsewhere. */
export interface IGroup extends IGrantee {
  /** Id in the tenant. */
  readonly groupId: string;
}
