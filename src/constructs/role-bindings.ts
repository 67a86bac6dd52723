import { Construct } from 'constructs';
import type { DelineaResourceProps } from './delinea-resource-props.js';
import { OnEdgeRemoval } from './gen/enums.js';
import { RoleBindings as Binding } from './gen/role-bindings.js';
import type { IPrincipal } from './principal.js';
import { attributesOf, commonProps } from './private/common-props.js';
import { register } from './private/declarations.js';
import { literal } from './private/literal.js';
import { holdersOf } from './private/permission-scope.js';
import { principalListErrors } from './private/principal-list.js';
import { principalFields, readPrincipals } from './private/principals.js';
import { choiceErrors, nameErrors } from './private/prop-errors.js';

/** Who holds a role, and nobody else. */
export interface RoleBindingsProps extends DelineaResourceProps {
  /** Name of an existing role of the platform. */
  readonly role: string;
  /** All users and groups that hold it: any other loses it. */
  readonly holders: IPrincipal[];
  /** Whether no holders may take the role from all that have it. @default false */
  readonly allowEmpty?: boolean;
  /** What happens to the holders when this is removed from the code. @default OnEdgeRemoval.REVOKE */
  readonly onRemoval?: OnEdgeRemoval;
}

/**
 * Every holder of one role, whose others lose it: `delinea_role_bindings`. In its stack it excludes every RoleBinding and
 * `bindRole()` of the same role. Without `provider` it is in the tenant of its first principal.
 */
export class RoleBindings extends Construct {
  /** The binding below, for what these props do not offer. */
  readonly resource: Binding;

  constructor(scope: Construct, id: string, props: RoleBindingsProps) {
    super(scope, id);
    const { role, allowEmpty } = props;
    const { entries, errors } = readPrincipals('holders', props.holders, (principal) => ({ principal }));
    const provider = props.provider ?? entries[0]?.principal.provider;
    this.resource = new Binding(this, 'Default', {
      ...commonProps(props, provider),
      ...literal(attributesOf(props, 'holders')),
      holders: entries.map(({ principal }) => principalFields(principal)),
    });
    register({
      construct: this,
      element: this.resource,
      provider: props.provider,
      claim: () => {
        const whole = holdersOf(this, role);
        return { label: `the whole of ${whole.label}`, key: whole.key };
      },
      errors: () => [
        ...nameErrors('role', role),
        ...principalListErrors({ prop: 'holders', entries, errors, provider, allowEmpty }),
        ...choiceErrors('onRemoval', props.onRemoval, OnEdgeRemoval),
      ],
    });
  }
}
