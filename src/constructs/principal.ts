import type { IConstruct } from 'constructs';
import type { ContainerPermission } from './container-permission.js';
import type { DelineaProvider } from './delinea-provider.js';
import type { PrincipalType, Right } from './gen/enums.js';
import type { RoleBinding } from './role-binding.js';

/** Whoever can hold a right or a role, and be a member of a group. */
export interface IPrincipal extends IConstruct {
  /** Id in the tenant: a reference until it is known. */
  readonly principalId: string;
  /** Whether it is a user or a group. */
  readonly principalType: PrincipalType;
  /** Login name or group name, where it is known at synth. */
  readonly principalName?: string;
  /** The tenant that it is in, where the stack has several. */
  readonly provider?: DelineaProvider;
  /**
   * Gives the right on a container.
   * @param container id, unique name or path
   */
  grant(container: string, right: Right): ContainerPermission;
  /** Gives a role, by its name. */
  bindRole(role: string): RoleBinding;
}

/** A user, declared here or kept elsewhere. */
export interface IUser extends IPrincipal {
  /** Id in the tenant. */
  readonly userId: string;
}

/** A group, declared here or kept elsewhere. */
export interface IGroup extends IPrincipal {
  /** Id in the tenant. */
  readonly groupId: string;
}
