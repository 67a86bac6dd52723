import { Construct } from 'constructs';
import type { DelineaResourceProps } from './delinea-resource-props.js';
import { Adoption, OnEdgeRemoval } from './gen/enums.js';
import { RoleBindings as Binding } from './gen/role-bindings.js';
import type { IPrincipal } from './principal.js';
import { attributesOf, commonProps } from './private/common-props.js';
import { register } from './private/declarations.js';
import { literal } from './private/literal.js';
import { holdersOf } from './private/permission-scope.js';
import { principalListErrors } from './private/principal-list.js';
import { principalFields, readPrincipals } from './private/principals.js';
import { choiceErrors, nameErrors } from './private/prop-errors.js';
import { inheritedProvider } from './private/tenant.js';

/** Props of an authoritative set of role bindings: a role and all its holders. */
export interface RoleBindingsProps extends DelineaResourceProps {
  /** Name of an existing role of the platform. */
  readonly role: string;
  /** All users and groups that hold the role. Any other holder loses it. */
  readonly holders: IPrincipal[];
  /** Whether an empty `holders` may remove the role from every holder. @default false: that is an error */
  readonly allowEmpty?: boolean;
  /** Condition for adopting existing holders: ALWAYS also takes access away. @default Adoption.WHEN_EQUAL: that is an error */
  readonly adopt?: Adoption;
  /** Effect on the holders when this is removed from the code. @default OnEdgeRemoval.REVOKE */
  readonly onRemoval?: OnEdgeRemoval;
}

/**
 * All holders of one role (`delinea_role_bindings`). Authoritative: holders that are not listed lose the role. The same
 * stack must not have a RoleBinding or `bindRole()` for this role. Without `provider` it belongs to the tenant of its
 * first principal.
 */
export class RoleBindings extends Construct {
  /** The generated binding, for settings that these props do not have. */
  readonly resource: Binding;

  constructor(scope: Construct, id: string, props: RoleBindingsProps) {
    super(scope, id);
    const { role, allowEmpty } = props;
    const { entries, errors } = readPrincipals('holders', props.holders, (principal) => ({ principal }));
    const provider = props.provider ?? inheritedProvider(this, entries[0]?.principal);
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
        const { label, key } = holdersOf(this, role);
        return { label: `the holders of ${label}`, key };
      },
      errors: () => [
        ...nameErrors('role', role),
        ...principalListErrors(this, { prop: 'holders', entries, errors, provider, allowEmpty }),
        ...choiceErrors('adopt', props.adopt, Adoption),
        ...choiceErrors('onRemoval', props.onRemoval, OnEdgeRemoval),
      ],
    });
  }
}
