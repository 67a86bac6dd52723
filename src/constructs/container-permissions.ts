import { Construct } from 'constructs';
import type { DelineaResourceProps } from './delinea-resource-props.js';
import { ContainerPermissions as Binding } from './gen/container-permissions.js';
import { OnEdgeRemoval, Right } from './gen/enums.js';
import type { IPrincipal } from './principal.js';
import { declare } from './private/declarations.js';
import { permissionsOn } from './private/edge-set.js';
import { literal } from './private/literal.js';
import { attributesOf, metaOf } from './private/meta.js';
import { choiceMistakes, nameMistakes } from './private/mistakes.js';
import { principalLabel } from './private/principal-key.js';
import { principalListMistakes } from './private/principal-list.js';
import { principalFields, readPrincipals } from './private/principals.js';

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
    const { entries, mistakes } = readPrincipals('grants', props.grants, (grant) => grant, '.principal');
    const provider = props.provider ?? entries[0]?.principal.provider;
    this.resource = new Binding(this, 'Default', {
      ...metaOf(props, provider),
      ...literal(attributesOf(props, 'grants')),
      grants: entries.map(({ principal, right }) => ({ ...principalFields(principal), right: literal(right) })),
    });
    declare({
      construct: this,
      element: this.resource,
      provider: props.provider,
      claim: () => {
        const whole = permissionsOn(this, container);
        return { what: `the whole of ${whole.of}`, key: whole.key };
      },
      problems: () => [
        ...nameMistakes('container', container),
        ...principalListMistakes({ prop: 'grants', entries, mistakes, provider, allowEmpty }),
        ...entries.flatMap(({ principal, right }) =>
          choiceMistakes(`right of ${principalLabel(principal)}`, right, Right),
        ),
        ...choiceMistakes('onRemoval', props.onRemoval, OnEdgeRemoval),
      ],
    });
  }
}
