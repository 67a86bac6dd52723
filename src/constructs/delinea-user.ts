import { Construct } from 'constructs';
import type { IContainer } from './container.js';
import type { ContainerPermission } from './container-permission.js';
import type { DelineaProvider } from './delinea-provider.js';
import { Adoption, OnRemoval, PrincipalType, type Right } from './gen/enums.js';
import { User } from './gen/user.js';
import type { IUser } from './grantee.js';
import { attributesOf, commonProps } from './private/common-props.js';
import { type Claim, register } from './private/declarations.js';
import { bindRoleTo, grantTo } from './private/grants.js';
import { literal } from './private/literal.js';
import { isUser, principalErrors } from './private/principals.js';
import { choiceErrors, ownNameErrors } from './private/prop-errors.js';
import { UserById, UserByName } from './private/user-reference.js';
import type { RoleBinding } from './role-binding.js';
import type { DelineaUserProps } from './user-props.js';

/** A user account (`delinea_user`). When it is removed from the code, the account is disabled and its history kept. */
export class DelineaUser extends Construct implements IUser {
  /**
   * Refers to a user that is managed elsewhere. It is looked up by login name during the plan, which fails if it does not
   * exist.
   * @param provider the tenant, if the stack has several
   */
  static fromUserName(scope: Construct, id: string, userName: string, provider?: DelineaProvider): IUser {
    return new UserByName(scope, id, userName, provider);
  }

  /**
   * Refers to a user that is managed elsewhere, by its id in the tenant.
   * @param provider the tenant, if the stack has several
   */
  static fromUserId(scope: Construct, id: string, userId: string, provider?: DelineaProvider): IUser {
    return new UserById(scope, id, userId, provider);
  }

  /** The generated binding, for settings that these props do not have. */
  readonly resource: User;
  readonly principalType: PrincipalType;
  readonly principalName?: string;
  readonly provider?: DelineaProvider;

  constructor(scope: Construct, id: string, props: DelineaUserProps) {
    super(scope, id);
    this.resource = new User(this, 'Default', {
      ...commonProps(props),
      ...literal(attributesOf(props, 'manager')),
      ...(isUser(props.manager) ? { manager: literal(props.manager.principalId) } : {}),
    });
    this.principalType = PrincipalType.USER;
    this.principalName = props.userName;
    if (props.provider) this.provider = props.provider;
    register({
      construct: this,
      element: this.resource,
      provider: props.provider,
      claim: () => claimOf(props),
      errors: () => [
        ...ownNameErrors('userName', props.userName),
        ...managerErrors(props),
        ...choiceErrors('adopt', props.adopt, Adoption),
        ...choiceErrors('onRemoval', props.onRemoval, OnRemoval),
      ],
    });
  }

  /** Returns the user's id. A getter, because reading the reference fixes the resource's logical id. */
  get userId(): string {
    return this.resource.id;
  }

  get principalId(): string {
    return this.userId;
  }

  grant(container: string | IContainer, right: Right): ContainerPermission {
    return grantTo(this, container, right);
  }

  bindRole(role: string): RoleBinding {
    return bindRoleTo(this, role);
  }
}

function claimOf({ userName }: DelineaUserProps): Claim | undefined {
  if (typeof userName !== 'string') return undefined;
  return { label: `user "${userName}"`, key: `user ${userName.toLowerCase()}` };
}

function managerErrors({ manager }: DelineaUserProps): readonly string[] {
  return manager === undefined || manager === null ? [] : principalErrors('manager', manager, PrincipalType.USER);
}
