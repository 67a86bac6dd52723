import { Construct } from 'constructs';
import type { ContainerPermission } from '../container-permission.js';
import type { DelineaProvider } from '../delinea-provider.js';
import { DataDelineaUser } from '../gen/data-user.js';
import { PrincipalType, type Right } from '../gen/enums.js';
import type { IUser } from '../principal.js';
import type { RoleBinding } from '../role-binding.js';
import { declare } from './declarations.js';
import { bindRoleTo, grantTo } from './edges.js';
import { literal } from './literal.js';
import { metaOf } from './meta.js';
import { nameMistakes } from './mistakes.js';

/** A user kept elsewhere, by the id that the tenant gave it. */
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
    this.node.addValidation({ validate: () => [...nameMistakes('userId', userId)] });
  }

  get principalId(): string {
    return this.userId;
  }

  grant(container: string, right: Right): ContainerPermission {
    return grantTo(this, container, right);
  }

  bindRole(role: string): RoleBinding {
    return bindRoleTo(this, role);
  }
}

/** A user kept elsewhere, looked up by login name at plan time. */
export class UserByName extends Construct implements IUser {
  readonly principalType = PrincipalType.USER;
  readonly provider?: DelineaProvider;
  readonly userId: string;

  constructor(
    scope: Construct,
    id: string,
    readonly principalName: string,
    provider: DelineaProvider | undefined,
  ) {
    super(scope, id);
    if (provider) this.provider = provider;
    const data = new DataDelineaUser(this, 'Default', {
      ...metaOf(provider ? { provider } : {}),
      userName: literal(principalName),
    });
    this.userId = data.id;
    declare({ construct: this, element: data, problems: () => nameMistakes('userName', principalName) });
  }

  get principalId(): string {
    return this.userId;
  }

  grant(container: string, right: Right): ContainerPermission {
    return grantTo(this, container, right);
  }

  bindRole(role: string): RoleBinding {
    return bindRoleTo(this, role);
  }
}
