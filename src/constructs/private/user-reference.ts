import { Construct } from 'constructs';
import type { IContainer } from '../container.js';
import type { ContainerPermission } from '../container-permission.js';
import type { DelineaProvider } from '../delinea-provider.js';
import { DataDelineaUser } from '../gen/data-user.js';
import { PrincipalType, type Right } from '../gen/enums.js';
import { visible } from '../gen/visible.js';
import type { IUser } from '../grantee.js';
import type { RoleBinding } from '../role-binding.js';
import { commonProps } from './common-props.js';
import { register } from './declarations.js';
import { bindRoleTo, grantTo } from './grants.js';
import { literal } from './literal.js';
import { nameErrors } from './prop-errors.js';
import { providerErrors } from './tenant.js';

/** A user that is managed elsewhere, referred to by its id. */
export class UserById extends Construct implements IUser {
  readonly principalType = PrincipalType.USER;
  readonly provider?: DelineaProvider;

  constructor(
    scope: Construct,
    id: string,
    readonly userId: string,
    provider: DelineaProvider | undefined,
  ) {
    super(scope, id);
    if (provider) this.provider = provider;
    this.node.addValidation({
      validate: () => [...providerErrors(this, provider), ...nameErrors('userId', userId)].map(visible),
    });
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

/** A user that is managed elsewhere, looked up by login name during the plan. */
export class UserByName extends Construct implements IUser {
  readonly principalType = PrincipalType.USER;
  readonly provider?: DelineaProvider;
  private readonly data: DataDelineaUser;

  constructor(
    scope: Construct,
    id: string,
    readonly principalName: string,
    provider: DelineaProvider | undefined,
  ) {
    super(scope, id);
    if (provider) this.provider = provider;
    this.data = new DataDelineaUser(this, 'Default', {
      ...commonProps(provider ? { provider } : {}),
      userName: literal(principalName),
    });
    const errors = () => nameErrors('userName', principalName);
    register({ construct: this, element: this.data, provider, errors });
  }

  /** Returns the user's id. A getter, because reading the reference fixes the data source's logical id. */
  get userId(): string {
    return this.data.id;
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
