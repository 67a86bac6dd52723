import { Construct } from 'constructs';
import type { DelineaResourceProps } from './delinea-resource-props.js';
import { OnEdgeRemoval } from './gen/enums.js';
import { RoleBindings as Binding } from './gen/role-bindings.js';
import type { IPrincipal } from './principal.js';
import { declare } from './private/declarations.js';
import { holdersOf } from './private/edge-set.js';
import { literal } from './private/literal.js';
import { attributesOf, metaOf } from './private/meta.js';
import { choiceMistakes, nameMistakes } from './private/mistakes.js';
import { principalListMistakes } from './private/principal-list.js';
import { principalFields, readPrincipals } from './private/principals.js';

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
    const { entries, mistakes } = readPrincipals('holders', props.holders, (principal) => ({ principal }));
    const provider = props.provider ?? entries[0]?.principal.provider;
    this.resource = new Binding(this, 'Default', {
      ...metaOf(props, provider),
      ...literal(attributesOf(props, 'holders')),
      holders: entries.map(({ principal }) => principalFields(principal)),
    });
    declare({
      construct: this,
      element: this.resource,
      provider: props.provider,
      claim: () => {
        const whole = holdersOf(this, role);
        return { what: `the whole of ${whole.of}`, key: whole.key };
      },
      problems: () => [
        ...nameMistakes('role', role),
        ...principalListMistakes({ prop: 'holders', entries, mistakes, provider, allowEmpty }),
        ...choiceMistakes('onRemoval', props.onRemoval, OnEdgeRemoval),
      ],
    });
  }
}
