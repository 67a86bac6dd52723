import { Construct } from 'constructs';
import type { DelineaResourceProps } from './delinea-resource-props.js';
import { ContainerPermissions as Binding } from './gen/container-permissions.js';
import { OnEdgeRemoval, Right } from './gen/enums.js';
import type { IPrincipal } from './principal.js';
import { attributesOf, commonProps } from './private/common-props.js';
import { register } from './private/declarations.js';
import { literal } from './private/literal.js';
import { permissionsOf } from './private/permission-scope.js';
import { principalLabel } from './private/principal-key.js';
import { principalListErrors } from './private/principal-list.js';
import { principalFields, readPrincipals } from './private/principals.js';
import { choiceErrors, nameErrors } from './private/prop-errors.js';

/** One right of one user or group. */
export interface ContainerGrant {
  /** The user or group that has the right. */
  readonly principal: IPrincipal;
  /** The one right; another is a change in place. */
  readonly right: Right;
}

/** Who may do anything on which container. */
export interface ContainerPermissionsProps extends DelineaResourceProps {
  /** Id, unique name or path of an existing container. */
  readonly container: string;
  /** All permissions, one for each user or group: any other is revoked. */
  readonly grants: ContainerGrant[];
  /** Whether no grants may revoke all that are there. @default false */
  readonly allowEmpty?: boolean;
  /** What happens to the permissions when this is removed from the code. @default OnEdgeRemoval.REVOKE */
  readonly onRemoval?: OnEdgeRemoval;
}

/**
 * Every permission on one container, whose others are revoked: `delinea_container_permissions`. In its stack it excludes
 * every ContainerPermission and `grant()` on the same container. Without `provider` it is in the tenant of its first principal.
 */
export class ContainerPermissions extends Construct {
  /** The binding below, for what these props do not offer. */
  readonly resource: Binding;

  constructor(scope: Construct, id: string, props: ContainerPermissionsProps) {
    super(scope, id);
    const { container, allowEmpty } = props;
    const { entries, errors } = readPrincipals('grants', props.grants, (grant) => grant, '.principal');
    const provider = props.provider ?? entries[0]?.principal.provider;
    this.resource = new Binding(this, 'Default', {
      ...commonProps(props, provider),
      ...literal(attributesOf(props, 'grants')),
      grants: entries.map(({ principal, right }) => ({ ...principalFields(principal), right: literal(right) })),
    });
    register({
      construct: this,
      element: this.resource,
      provider: props.provider,
      claim: () => {
        const whole = permissionsOf(this, container);
        return { label: `the whole of ${whole.label}`, key: whole.key };
      },
      errors: () => [
        ...nameErrors('container', container),
        ...principalListErrors({ prop: 'grants', entries, errors, provider, allowEmpty }),
        ...entries.flatMap(({ principal, right }) =>
          choiceErrors(`right of ${principalLabel(principal)}`, right, Right),
        ),
        ...choiceErrors('onRemoval', props.onRemoval, OnEdgeRemoval),
      ],
    });
  }
}
