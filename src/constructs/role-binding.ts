import { Construct } from 'constructs';
import type { DelineaResourceProps } from './delinea-resource-props.js';
import { OnEdgeRemoval } from './gen/enums.js';
import { RoleBinding as Binding } from './gen/role-binding.js';
import type { IPrincipal } from './principal.js';
import { declare } from './private/declarations.js';
import { holdersOf } from './private/edge-set.js';
import { literal } from './private/literal.js';
import { attributesOf, metaOf } from './private/meta.js';
import { choiceMistakes, nameMistakes } from './private/mistakes.js';
import { principalKey, principalLabel } from './private/principal-key.js';
import { isPrincipal, principalFields, principalMistakes } from './private/principals.js';

/** Who holds which role. */
export interface RoleBindingProps extends DelineaResourceProps {
  /** Name of an existing role of the platform. */
  readonly role: string;
  /** The user or group that holds it. */
  readonly principal: IPrincipal;
  /** What happens when this is removed from the code. @default OnEdgeRemoval.REVOKE */
  readonly onRemoval?: OnEdgeRemoval;
}

/** One role of one user or group; its other holders are left alone: `delinea_role_binding`. */
export class RoleBinding extends Construct {
  /** The binding below, for what these props do not offer. */
  readonly resource: Binding;

  constructor(scope: Construct, id: string, props: RoleBindingProps) {
    super(scope, id);
    const { role, principal } = props;
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
        const whole = holdersOf(this, role);
        return {
          what: `${whole.of} of ${principalLabel(principal)}`,
          key: JSON.stringify([whole.key, principalKey(principal)]),
          partOf: whole,
        };
      },
      problems: () => [
        ...nameMistakes('role', role),
        ...principalMistakes('principal', principal),
        ...choiceMistakes('onRemoval', props.onRemoval, OnEdgeRemoval),
      ],
    });
  }
}
