import { Construct } from 'constructs';
import type { IContainer } from './container.js';
import type { ContainerPermission } from './container-permission.js';
import type { DelineaProvider } from './delinea-provider.js';
import { Adoption, OnRemoval, PrincipalType, type Right } from './gen/enums.js';
import { Group } from './gen/group.js';
import type { IGroup } from './grantee.js';
import type { DelineaGroupProps } from './group-props.js';
import type { IPrincipal } from './principal.js';
import { attributesOf, commonProps } from './private/common-props.js';
import { type Claim, register } from './private/declarations.js';
import { bindRoleTo, grantTo } from './private/grants.js';
import { GroupById, GroupByName } from './private/group-reference.js';
import { literal } from './private/literal.js';
import { membersOf } from './private/permission-scope.js';
import { principalKey } from './private/principal-key.js';
import { duplicateErrors } from './private/principal-list.js';
import { isPrincipal, listErrors, principalErrors } from './private/principals.js';
import { choiceErrors, ownNameErrors } from './private/prop-errors.js';
import { principalTenantErrors } from './private/tenant.js';
import type { RoleBinding } from './role-binding.js';

/** A group of users and groups (`delinea_group`). When it is removed from the code, the group is emptied and kept. */
export class DelineaGroup extends Construct implements IGroup {
  /**
   * Refers to a group that is managed elsewhere. It is looked up by name during the plan, which fails if it does not exist.
   * @param provider the tenant, if the stack has several
   */
  static fromDisplayName(scope: Construct, id: string, displayName: string, provider?: DelineaProvider): IGroup {
    return new GroupByName(scope, id, displayName, provider);
  }

  /**
   * Refers to a group that is managed elsewhere, by its id in the tenant.
   * @param provider the tenant, if the stack has several
   */
  static fromGroupId(scope: Construct, id: string, groupId: string, provider?: DelineaProvider): IGroup {
    return new GroupById(scope, id, groupId, provider);
  }

  /** The generated binding, for settings that these props do not have. */
  readonly resource: Group;
  readonly principalType: PrincipalType;
  readonly principalName?: string;
  readonly provider?: DelineaProvider;
  /** The members as passed, which callers in JavaScript may get wrong. */
  private readonly members: IPrincipal[];
  /** One id per construct, since each read of `principalId` returns a new reference. */
  private readonly memberIds = new Map<IPrincipal, string>();

  constructor(scope: Construct, id: string, props: DelineaGroupProps) {
    super(scope, id);
    this.resource = new Group(this, 'Default', { ...commonProps(props), ...literal(attributesOf(props, 'members')) });
    this.principalType = PrincipalType.GROUP;
    this.principalName = props.displayName;
    if (props.provider) this.provider = props.provider;
    this.members = Array.isArray(props.members) ? [...props.members] : [];
    if (props.members) this.writeMembers(this.members);
    register({
      construct: this,
      element: this.resource,
      provider: props.provider,
      claim: () => this.claimOf(props),
      errors: () => [
        ...ownNameErrors('displayName', props.displayName),
        ...choiceErrors('adopt', props.adopt, Adoption),
        ...choiceErrors('onRemoval', props.onRemoval, OnRemoval),
        ...listErrors('members', props.members ?? []),
        ...this.memberErrors(),
      ],
    });
  }

  /** Adds a member. Makes `members` authoritative: members that are not added are reported as drift and removed. */
  addMember(member: IPrincipal): void {
    this.members.push(member);
    this.writeMembers([member]);
  }

  /** Returns the group's id. A getter, because reading the reference fixes the resource's logical id. */
  get groupId(): string {
    return this.resource.id;
  }

  get principalId(): string {
    return this.groupId;
  }

  grant(container: string | IContainer, right: Right): ContainerPermission {
    return grantTo(this, container, right);
  }

  bindRole(role: string): RoleBinding {
    return bindRoleTo(this, role);
  }

  private writeMembers(added: IPrincipal[]): void {
    for (const member of added.filter(isPrincipal)) {
      if (!this.memberIds.has(member)) this.memberIds.set(member, literal(member.principalId));
    }
    this.resource.members = [...new Set(this.memberIds.values())];
  }

  private claimOf({ displayName, members }: DelineaGroupProps): Claim | undefined {
    if (typeof displayName !== 'string') return undefined;
    const isWhole = Boolean(members) || this.members.length > 0;
    return {
      label: `group "${displayName}"`,
      key: `group ${displayName.toLowerCase()}`,
      ...(isWhole ? { manages: membersOf(this).key } : {}),
    };
  }

  private memberErrors(): readonly string[] {
    const members = [...this.memberIds.keys()];
    const own = principalKey(this);
    const itself = members.some((member) => principalKey(member) === own);
    return [
      ...this.members.flatMap((member, at) => principalErrors(`members[${at}]`, member)),
      ...(itself ? ['the group is a member of itself; remove it from members'] : []),
      ...members.flatMap((member) => principalTenantErrors(this, member, this.provider)),
      ...duplicateErrors(
        'members',
        members.map((principal) => ({ principal })),
      ),
    ];
  }
}
