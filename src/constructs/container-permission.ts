import { Construct } from 'constructs';
import type { DelineaResourceProps } from './delinea-resource-props.js';
import { ContainerPermission as Binding } from './gen/container-permission.js';
import { OnEdgeRemoval, Right, SecretRight } from './gen/enums.js';
import type { IPrincipal } from './principal.js';
import { declare } from './private/declarations.js';
import { permissionsOn } from './private/edge-set.js';
import { literal } from './private/literal.js';
import { attributesOf, metaOf } from './private/meta.js';
import { choiceMistakes, nameMistakes } from './private/mistakes.js';
import { principalKey, principalLabel } from './private/principal-key.js';
import { isPrincipal, principalFields, principalMistakes } from './private/principals.js';

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
      ...metaOf(props, principal?.provider),
      ...literal(attributesOf(props, 'principal')),
      ...principalFields(principal),
    });
    declare({
      construct: this,
      element: this.resource,
      provider: props.provider,
      claim: () => {
        if (!isPrincipal(principal)) return undefined;
        const whole = permissionsOn(this, container);
        return {
          what: `${principalLabel(principal)} on ${whole.of}`,
          key: JSON.stringify([whole.key, principalKey(principal)]),
          variant: { name: 'rights', value: right },
          partOf: whole,
        };
      },
      problems: () => [
        ...nameMistakes('container', container),
        ...principalMistakes('principal', principal),
        ...choiceMistakes('right', right, Right),
        ...choiceMistakes('secretRight', props.secretRight, SecretRight),
        ...choiceMistakes('onRemoval', props.onRemoval, OnEdgeRemoval),
      ],
    });
  }

  /** Id of the permission; another one after every change of right. */
  get permissionId(): string {
    return this.resource.id;
  }
}
