import { Construct } from 'constructs';
import type { ContainerPermission } from './container-permission.js';
import type { DelineaProvider } from './delinea-provider.js';
import { Adoption, OnRemoval, PrincipalType, type Right } from './gen/enums.js';
import { Group } from './gen/group.js';
import type { DelineaGroupProps } from './group-props.js';
import type { IGroup, IPrincipal } from './principal.js';
import { declare } from './private/declarations.js';
import { bindRoleTo, grantTo } from './private/edges.js';
import { GroupById, GroupByName } from './private/group-reference.js';
import { literal } from './private/literal.js';
import { attributesOf, metaOf } from './private/meta.js';
import { choiceMistakes, nameMistakes } from './private/mistakes.js';
import { principalKey, principalLabel } from './private/principal-key.js';
import type { RoleBinding } from './role-binding.js';

/** A group of users and groups: `delinea_group`. Removing it from the code empties the group and keeps it. */
export class DelineaGroup extends Construct implements IGroup {
  /**
   * A group kept elsewhere, looked up by name at plan time.
   * @param provider the tenant, in a stack that has several
   */
  static fromDisplayName(scope: Construct, id: string, displayName: string, provider?: DelineaProvider): IGroup {
    return new GroupByName(scope, id, displayName, provider);
  }

  /**
   * A group kept elsewhere, by the id that the tenant gave it.
   * @param provider the tenant, in a stack that has several
   */
  static fromGroupId(scope: Construct, id: string, groupId: string, provider?: DelineaProvider): IGroup {
    return new GroupById(scope, id, groupId, provider);
  }

  /** The binding below, for what these props do not offer. */
  readonly resource: Group;
  readonly groupId: string;
  readonly principalId: string;
  readonly principalType: PrincipalType;
  readonly principalName?: string;
  readonly provider?: DelineaProvider;
  private readonly members: IPrincipal[];

  constructor(scope: Construct, id: string, props: DelineaGroupProps) {
    super(scope, id);
    this.resource = new Group(this, 'Default', { ...metaOf(props), ...literal(attributesOf(props, 'members')) });
    this.groupId = this.resource.id;
    this.principalId = this.groupId;
    this.principalType = PrincipalType.GROUP;
    this.principalName = props.displayName;
    if (props.provider) this.provider = props.provider;
    this.members = [...(props.members ?? [])];
    if (props.members) this.writeMembers();
    declare({
      construct: this,
      element: this.resource,
      claim: () => ({ what: `group "${props.displayName}"`, key: `group ${props.displayName?.toLowerCase()}` }),
      problems: () => [
        ...nameMistakes('displayName', props.displayName),
        ...choiceMistakes('adopt', props.adopt, Adoption),
        ...choiceMistakes('onRemoval', props.onRemoval, OnRemoval),
        ...this.memberMistakes(),
      ],
    });
  }

  /** Adds a member. A group without `members` so far is managed from now on: whoever is not added is drift. */
  addMember(member: IPrincipal): void {
    this.members.push(member);
    this.writeMembers();
  }

  grant(container: string, right: Right): ContainerPermission {
    return grantTo(this, container, right);
  }

  bindRole(role: string): RoleBinding {
    return bindRoleTo(this, role);
  }

  private writeMembers(): void {
    this.resource.members = [...new Set(this.members.map((member) => literal(member.principalId)))];
  }

  private memberMistakes(): readonly string[] {
    const own = principalKey(this);
    const itself = this.members.some((member) => principalKey(member) === own);
    const strangers = this.members.filter(({ provider }) => provider && provider !== this.provider);
    return [
      ...(itself ? ['the group is a member of itself; take it out of members'] : []),
      ...strangers.map(
        (member) => `${principalLabel(member)} is a member and in another tenant; give both one provider`,
      ),
    ];
  }
}
