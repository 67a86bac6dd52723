import { Construct } from 'constructs';
import type { DelineaResourceProps } from './delinea-resource-props.js';
import { ContainerPermission as Binding } from './gen/container-permission.js';
import { OnEdgeRemoval, Right, SecretRight } from './gen/enums.js';
import type { IPrincipal } from './principal.js';
import { attributesOf, commonProps } from './private/common-props.js';
import { register } from './private/declarations.js';
import { literal } from './private/literal.js';
import { permissionsOf } from './private/permission-scope.js';
import { principalKey, principalLabel } from './private/principal-key.js';
import { isPrincipal, principalErrors, principalFields } from './private/principals.js';
import { choiceErrors, nameErrors } from './private/prop-errors.js';

/** Who may do what on which container. */
export interface ContainerPermissionProps extends DelineaResourceProps {
  /** Id, unique name or path of an existing container. */
  readonly container: string;
  /** The user or group that gets the right. */
  readonly principal: IPrincipal;
  /** The one right; another is a change in place. */
  readonly right: Right;
  /** Right on the secrets inside, on surfaces that have both vocabularies. @default unmanaged */
  readonly secretRight?: SecretRight;
  /** What happens when this is removed from the code. @default OnEdgeRemoval.REVOKE */
  readonly onRemoval?: OnEdgeRemoval;
}

/** One right of one user or group on one container: `delinea_container_permission`. */
export class ContainerPermission extends Construct {
  /** The binding below, for what these props do not offer. */
  readonly resource: Binding;

  constructor(scope: Construct, id: string, props: ContainerPermissionProps) {
    super(scope, id);
    const { container, principal, right } = props;
    this.resource = new Binding(this, 'Default', {
      ...commonProps(props, principal?.provider),
      ...literal(attributesOf(props, 'principal')),
      ...principalFields(principal),
    });
    register({
      construct: this,
      element: this.resource,
      provider: props.provider,
      claim: () => {
        if (!isPrincipal(principal)) return undefined;
        const whole = permissionsOf(this, container);
        return {
          label: `${principalLabel(principal)} on ${whole.label}`,
          key: JSON.stringify([whole.key, principalKey(principal)]),
          variant: { name: 'rights', value: right },
          scope: whole,
        };
      },
      errors: () => [
        ...nameErrors('container', container),
        ...principalErrors('principal', principal),
        ...choiceErrors('right', right, Right),
        ...choiceErrors('secretRight', props.secretRight, SecretRight),
        ...choiceErrors('onRemoval', props.onRemoval, OnEdgeRemoval),
      ],
    });
  }

  /** Id of the permission; another one after every change of right. */
  get permissionId(): string {
    return this.resource.id;
  }
}
