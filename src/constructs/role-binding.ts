import { Construct } from 'constructs';
import type { DelineaResourceProps } from './delinea-resource-props.js';
import { OnEdgeRemoval } from './gen/enums.js';
import { RoleBinding as Binding } from './gen/role-binding.js';
import type { IPrincipal } from './principal.js';
import { attributesOf, commonProps } from './private/common-props.js';
import { register } from './private/declarations.js';
import { literal } from './private/literal.js';
import { holdersOf } from './private/permission-scope.js';
import { principalKey, principalLabel } from './private/principal-key.js';
import { isPrincipal, principalErrors, principalFields } from './private/principals.js';
import { choiceErrors, nameErrors } from './private/prop-errors.js';
import { inheritedProvider, principalTenantErrors } from './private/tenant.js';

/** Props of a role binding: a role and its holder. */
export interface RoleBindingProps extends DelineaResourceProps {
  /** Name of an existing role of the platform. */
  readonly role: string;
  /** The user or group that holds it. */
  readonly principal: IPrincipal;
  /** Effect of removing this from the code. @default OnEdgeRemoval.REVOKE */
  readonly onRemoval?: OnEdgeRemoval;
}

/** One role of one user or group (`delinea_role_binding`). Additive: other holders of the role are left alone. */
export class RoleBinding extends Construct {
  /** The generated binding, for settings that these props do not have. */
  readonly resource: Binding;

  constructor(scope: Construct, id: string, props: RoleBindingProps) {
    super(scope, id);
    const { role, principal } = props;
    const provider = props.provider ?? inheritedProvider(this, principal);
    this.resource = new Binding(this, 'Default', {
      ...commonProps(props, provider),
      ...literal(attributesOf(props, 'principal')),
      ...principalFields(principal),
    });
    register({
      construct: this,
      element: this.resource,
      provider: props.provider,
      claim: () => {
        if (!isPrincipal(principal)) return undefined;
        const scope = holdersOf(this, role);
        return {
          label: `${scope.label} of ${principalLabel(principal)}`,
          key: JSON.stringify([scope.key, principalKey(principal)]),
          scope,
        };
      },
      errors: () => [
        ...nameErrors('role', role),
        ...principalErrors('principal', principal),
        ...principalTenantErrors(this, principal, provider),
        ...choiceErrors('onRemoval', props.onRemoval, OnEdgeRemoval),
      ],
    });
  }
}
