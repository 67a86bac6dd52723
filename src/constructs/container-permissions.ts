import { Construct } from 'constructs';
import type { IContainer } from './container.js';
import type { DelineaResourceProps } from './delinea-resource-props.js';
import { ContainerPermissions as Binding } from './gen/container-permissions.js';
import { Adoption, OnEdgeRemoval, Right, SecretRight } from './gen/enums.js';
import type { IPrincipal } from './principal.js';
import { attributesOf, commonProps } from './private/common-props.js';
import { containerErrors, containerText } from './private/container-text.js';
import { register } from './private/declarations.js';
import { literal } from './private/literal.js';
import { permissionsOf } from './private/permission-scope.js';
import { principalLabel } from './private/principal-key.js';
import { principalListErrors } from './private/principal-list.js';
import { principalFields, readPrincipals } from './private/principals.js';
import { choiceErrors } from './private/prop-errors.js';
import { inheritedProvider } from './private/tenant.js';

/** The right of one user or group. */
export interface ContainerGrant {
  /** The user or group that has the right. */
  readonly principal: IPrincipal;
  /** The right. Changing it updates the permission in place. */
  readonly right: Right;
  /** Right on the secrets in the container, on APIs that have separate rights for secrets. @default unmanaged */
  readonly secretRight?: SecretRight;
}

/** Props of an authoritative set of permissions: a container and all its permissions. */
export interface ContainerPermissionsProps extends DelineaResourceProps {
  /** The container: a declared one, or the id, unique name or path of an existing one. */
  readonly container: string | IContainer;
  /** All permissions, one per user or group. Any other permission on the container is revoked. */
  readonly grants: ContainerGrant[];
  /** Whether an empty `grants` may revoke every permission. @default false: that is an error */
  readonly allowEmpty?: boolean;
  /** Condition for adopting existing permissions: ALWAYS also takes access away. @default Adoption.WHEN_EQUAL: that is an error */
  readonly adopt?: Adoption;
  /** Whether the container is retired: it needs no active Owner any more, and `grants` may be empty. @default false */
  readonly retired?: boolean;
  /** Whether this may end the inheritance of a folder that takes its permissions from its parent. @default false: that is an error */
  readonly breakInheritance?: boolean;
  /** Effect on the permissions when this is removed from the code. @default OnEdgeRemoval.REVOKE */
  readonly onRemoval?: OnEdgeRemoval;
}

/**
 * All permissions on one container (`delinea_container_permissions`). Authoritative: permissions that are not listed are
 * revoked. The same stack must not have a ContainerPermission or `grant()` on this container. Without `provider` it
 * belongs to the tenant of its first principal.
 */
export class ContainerPermissions extends Construct {
  /** The generated binding, for settings that these props do not have. */
  readonly resource: Binding;

  constructor(scope: Construct, id: string, props: ContainerPermissionsProps) {
    super(scope, id);
    const { container, retired = false, allowEmpty = retired } = props;
    const { entries, errors } = readPrincipals('grants', props.grants, (grant) => grant, '.principal');
    const provider = props.provider ?? inheritedProvider(this, entries[0]?.principal);
    this.resource = new Binding(this, 'Default', {
      ...commonProps(props, provider),
      ...literal(attributesOf(props, 'grants', 'container')),
      container: literal(containerText(container)),
      grants: entries.map(({ principal, right, secretRight }) => ({
        ...principalFields(principal),
        right: literal(right),
        ...(secretRight === undefined ? {} : { secretRight: literal(secretRight) }),
      })),
    });
    register({
      construct: this,
      element: this.resource,
      provider: props.provider,
      claim: () => {
        const { label, key } = permissionsOf(this, containerText(container));
        return { label: `the permissions of ${label}`, key };
      },
      errors: () => [
        ...containerErrors(this, 'container', container, provider),
        ...principalListErrors(this, { prop: 'grants', entries, errors, provider, allowEmpty }),
        ...entries.flatMap(({ principal, right, secretRight }) => [
          ...choiceErrors(`right of ${principalLabel(principal)}`, right, Right),
          ...choiceErrors(`secretRight of ${principalLabel(principal)}`, secretRight, SecretRight),
        ]),
        ...choiceErrors('adopt', props.adopt, Adoption),
        ...choiceErrors('onRemoval', props.onRemoval, OnEdgeRemoval),
      ],
    });
  }
}
