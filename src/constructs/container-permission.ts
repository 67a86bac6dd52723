import { Construct } from 'constructs';
import type { IContainer } from './container.js';
import type { DelineaResourceProps } from './delinea-resource-props.js';
import { ContainerPermission as Binding } from './gen/container-permission.js';
import { Adoption, OnEdgeRemoval, Right, SecretRight } from './gen/enums.js';
import type { IPrincipal } from './principal.js';
import { attributesOf, commonProps } from './private/common-props.js';
import { containerErrors, containerText } from './private/container-text.js';
import { register } from './private/declarations.js';
import { literal } from './private/literal.js';
import { permissionsOf } from './private/permission-scope.js';
import { principalKey, principalLabel } from './private/principal-key.js';
import { isPrincipal, principalErrors, principalFields } from './private/principals.js';
import { choiceErrors } from './private/prop-errors.js';
import { inheritedProvider, principalTenantErrors } from './private/tenant.js';

/** Props of a permission: a container, a principal and a right. */
export interface ContainerPermissionProps extends DelineaResourceProps {
  /** The container: a declared one, or the id, unique name or path of an existing one. */
  readonly container: string | IContainer;
  /** The user or group that gets the right. */
  readonly principal: IPrincipal;
  /** The right. A principal has one right on a container; changing it updates the permission in place. */
  readonly right: Right;
  /** Right on the secrets in the container, on APIs that have separate rights for secrets. @default unmanaged */
  readonly secretRight?: SecretRight;
  /** Condition for adopting an existing permission of the principal: WHEN_EQUAL also lets it gain. @default Adoption.WHEN_EQUAL */
  readonly adopt?: Adoption;
  /** Whether this may end the inheritance of a folder that takes its permissions from its parent. @default false: that is an error */
  readonly breakInheritance?: boolean;
  /** Effect of removing this from the code. @default OnEdgeRemoval.REVOKE */
  readonly onRemoval?: OnEdgeRemoval;
}

/**
 * One right of one user or group on one container (`delinea_container_permission`). Additive: other permissions on the
 * container are left alone.
 */
export class ContainerPermission extends Construct {
  /** The generated binding, for settings that these props do not have. */
  readonly resource: Binding;

  constructor(scope: Construct, id: string, props: ContainerPermissionProps) {
    super(scope, id);
    const { container, principal, right } = props;
    const provider = props.provider ?? inheritedProvider(this, principal);
    this.resource = new Binding(this, 'Default', {
      ...commonProps(props, provider),
      ...literal(attributesOf(props, 'principal', 'container')),
      container: literal(containerText(container)),
      ...principalFields(principal),
    });
    register({
      construct: this,
      element: this.resource,
      provider: props.provider,
      claim: () => {
        if (!isPrincipal(principal)) return undefined;
        const scope = permissionsOf(this, containerText(container));
        return {
          label: `${principalLabel(principal)} on ${scope.label}`,
          key: JSON.stringify([scope.key, principalKey(principal)]),
          variant: { name: 'rights', value: right },
          scope,
        };
      },
      errors: () => [
        ...containerErrors(this, 'container', container, provider),
        ...principalErrors('principal', principal),
        ...principalTenantErrors(this, principal, provider),
        ...choiceErrors('right', right, Right),
        ...choiceErrors('secretRight', props.secretRight, SecretRight),
        ...choiceErrors('adopt', props.adopt, Adoption),
        ...choiceErrors('onRemoval', props.onRemoval, OnEdgeRemoval),
      ],
    });
  }

  /** Returns the id of the permission. It changes with every change of the right. */
  get permissionId(): string {
    return this.resource.id;
  }
}
