import { Construct } from 'constructs';
import type { ContainerPermission } from './container-permission.js';
import type { DelineaProvider } from './delinea-provider.js';
import { Adoption, OnRemoval, PrincipalType, type Right } from './gen/enums.js';
import { User } from './gen/user.js';
import type { IUser } from './principal.js';
import { declare } from './private/declarations.js';
import { bindRoleTo, grantTo } from './private/edges.js';
import { literal } from './private/literal.js';
import { attributesOf, metaOf } from './private/meta.js';
import { choiceMistakes, nameMistakes } from './private/mistakes.js';
import { UserById, UserByName } from './private/user-reference.js';
import type { RoleBinding } from './role-binding.js';
import type { DelineaUserProps } from './user-props.js';

/** A user account: `delinea_user`. Removing it from the code disables the account and keeps its history. */
export class DelineaUser extends Construct implements IUser {
  /**
   * A user kept elsewhere, looked up by login name at plan time.
   * @param provider the tenant, in a stack that has several
   */
  static fromUserName(scope: Construct, id: string, userName: string, provider?: DelineaProvider): IUser {
    return new UserByName(scope, id, userName, provider);
  }

  /**
   * A user kept elsewhere, by the id that the tenant gave it.
   * @param provider the tenant, in a stack that has several
   */
  static fromUserId(scope: Construct, id: string, userId: string, provider?: DelineaProvider): IUser {
    return new UserById(scope, id, userId, provider);
  }

  /** The binding below, for what these props do not offer. */
  readonly resource: User;
  readonly userId: string;
  readonly principalId: string;
  readonly principalType: PrincipalType;
  readonly principalName?: string;
  readonly provider?: DelineaProvider;

  constructor(scope: Construct, id: string, props: DelineaUserProps) {
    super(scope, id);
    this.resource = new User(this, 'Default', {
      ...metaOf(props),
      ...literal(attributesOf(props, 'manager')),
      ...(props.manager ? { manager: literal(props.manager.userId) } : {}),
    });
    this.userId = this.resource.id;
    this.principalId = this.userId;
    this.principalType = PrincipalType.USER;
    this.principalName = props.userName;
    if (props.provider) this.provider = props.provider;
    declare({
      construct: this,
      element: this.resource,
      claim: () => ({ what: `user "${props.userName}"`, key: `user ${props.userName?.toLowerCase()}` }),
      problems: () => [
        ...nameMistakes('userName', props.userName),
        ...choiceMistakes('adopt', props.adopt, Adoption),
        ...choiceMistakes('onRemoval', props.onRemoval, OnRemoval),
      ],
    });
  }

  grant(container: string, right: Right): ContainerPermission {
    return grantTo(this, container, right);
  }

  bindRole(role: string): RoleBinding {
    return bindRoleTo(this, role);
  }
}
