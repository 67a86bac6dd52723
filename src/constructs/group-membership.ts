import { Construct } from 'constructs';
import type { DelineaProvider } from './delinea-provider.js';
import type { DelineaResourceProps } from './delinea-resource-props.js';
import { OnEdgeRemoval, PrincipalType } from './gen/enums.js';
import { GroupMembership as Binding } from './gen/group-membership.js';
import type { IGroup } from './grantee.js';
import type { IPrincipal } from './principal.js';
import { attributesOf, commonProps } from './private/common-props.js';
import { register } from './private/declarations.js';
import { literal } from './private/literal.js';
import { membersOf } from './private/permission-scope.js';
import { principalKey, principalLabel } from './private/principal-key.js';
import { isPrincipal, principalErrors, principalFields } from './private/principals.js';
import { choiceErrors } from './private/prop-errors.js';
import { inheritedProvider, principalTenantErrors } from './private/tenant.js';

/** Props of a membership: a group and one member. */
export interface GroupMembershipProps extends DelineaResourceProps {
  /** The group. It must not declare `members` in the same stack. */
  readonly group: IGroup;
  /** The user or group that is the member. */
  readonly member: IPrincipal;
  /** Effect of removing this from the code. @default OnEdgeRemoval.REVOKE */
  readonly onRemoval?: OnEdgeRemoval;
}

/**
 * The membership of one user or group in a group (`delinea_group_membership`). Additive: other members are left alone. To
 * declare all members of a group, use `members` or `addMember()` of DelineaGroup instead.
 */
export class GroupMembership extends Construct {
  /** The generated binding, for settings that these props do not have. */
  readonly resource: Binding;

  constructor(scope: Construct, id: string, props: GroupMembershipProps) {
    super(scope, id);
    const { group, member } = props;
    const provider = props.provider ?? inheritedProvider(this, group);
    this.resource = new Binding(this, 'Default', {
      ...commonProps(props, provider),
      ...literal(attributesOf(props, 'group', 'member')),
      group: literal(group?.principalId),
      ...principalFields(member),
    });
    register({
      construct: this,
      element: this.resource,
      provider: props.provider,
      claim: () => {
        if (!isPrincipal(group) || !isPrincipal(member)) return undefined;
        const scope = membersOf(group);
        return {
          label: `${principalLabel(member)} in ${scope.label}`,
          key: JSON.stringify([scope.key, principalKey(member)]),
          scope,
        };
      },
      errors: () => [
        ...principalErrors('group', group, PrincipalType.GROUP),
        ...principalErrors('member', member),
        ...endErrors(this, group, member, provider),
        ...choiceErrors('onRemoval', props.onRemoval, OnEdgeRemoval),
      ],
    });
  }
}

function endErrors(
  scope: Construct,
  group: IGroup,
  member: IPrincipal,
  provider: DelineaProvider | undefined,
): readonly string[] {
  if (!isPrincipal(group) || !isPrincipal(member)) return [];
  return [
    ...(principalKey(group) === principalKey(member) ? ['the group would be a member of itself'] : []),
    ...[group, member].flatMap((end) => principalTenantErrors(scope, end, provider)),
  ];
}
