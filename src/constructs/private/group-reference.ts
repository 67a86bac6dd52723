import { Construct } from 'constructs';
import type { IContainer } from '../container.js';
import type { ContainerPermission } from '../container-permission.js';
import type { DelineaProvider } from '../delinea-provider.js';
import { DataDelineaGroup } from '../gen/data-group.js';
import { PrincipalType, type Right } from '../gen/enums.js';
import { visible } from '../gen/visible.js';
import type { IGroup } from '../grantee.js';
import type { RoleBinding } from '../role-binding.js';
import { commonProps } from './common-props.js';
import { register } from './declarations.js';
import { bindRoleTo, grantTo } from './grants.js';
import { literal } from './literal.js';
import { nameErrors } from './prop-errors.js';
import { providerErrors } from './tenant.js';

/** A group that is managed elsewhere, referred to by its id. */
export class GroupById extends Construct implements IGroup {
  readonly principalType = PrincipalType.GROUP;
  readonly provider?: DelineaProvider;

  constructor(
    scope: Construct,
    id: string,
    readonly groupId: string,
    provider: DelineaProvider | undefined,
  ) {
    super(scope, id);
    if (provider) this.provider = provider;
    this.node.addValidation({
      validate: () => [...providerErrors(this, provider), ...nameErrors('groupId', groupId)].map(visible),
    });
  }

  /** Returns the id with its kind if it is a number: in a list of members, a bare number is that of a user. */
  get principalId(): string {
    return /^\d+$/.test(this.groupId) ? `group:${this.groupId}` : this.groupId;
  }

  grant(container: string | IContainer, right: Right): ContainerPermission {
    return grantTo(this, container, right);
  }

  bindRole(role: string): RoleBinding {
    return bindRoleTo(this, role);
  }
}

/** A group that is managed elsewhere, looked up by name during the plan. */
export class GroupByName extends Construct implements IGroup {
  readonly principalType = PrincipalType.GROUP;
  readonly provider?: DelineaProvider;
  private readonly data: DataDelineaGroup;

  constructor(
    scope: Construct,
    id: string,
    readonly principalName: string,
    provider: DelineaProvider | undefined,
  ) {
    super(scope, id);
    if (provider) this.provider = provider;
    this.data = new DataDelineaGroup(this, 'Default', {
      ...commonProps(provider ? { provider } : {}),
      displayName: literal(principalName),
    });
    const errors = () => nameErrors('displayName', principalName);
    register({ construct: this, element: this.data, provider, errors });
  }

  /** Returns the group's id. A getter, because reading the reference fixes the data source's logical id. */
  get groupId(): string {
    return this.data.id;
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
}
