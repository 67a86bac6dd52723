/** Privileged access as code: CDK constructs for Delinea. */
export type { IContainer } from './container.js';
export { ContainerPermission, type ContainerPermissionProps } from './container-permission.js';
export {
  type ContainerGrant,
  ContainerPermissions,
  type ContainerPermissionsProps,
} from './container-permissions.js';
export { DelineaContainer, type DelineaContainerProps } from './delinea-container.js';
export { DelineaGroup } from './delinea-group.js';
export { DelineaProvider } from './delinea-provider.js';
export type { DelineaResourceProps } from './delinea-resource-props.js';
export { DelineaUser } from './delinea-user.js';
export * from './gen/enums.js';
/** The generated bindings below, resource by resource. */
export * as l1 from './gen/l1.js';
export type { IGrantee, IGroup, IUser } from './grantee.js';
export { GroupMembership, type GroupMembershipProps } from './group-membership.js';
export type { DelineaGroupProps } from './group-props.js';
export type { IPrincipal } from './principal.js';
export type { DelineaProviderProps, DelineaRoute, DelineaSurface } from './provider-props.js';
export { RoleBinding, type RoleBindingProps } from './role-binding.js';
export { RoleBindings, type RoleBindingsProps } from './role-bindings.js';
export type { DelineaUserProps, Email, PhoneNumber } from './user-props.js';
