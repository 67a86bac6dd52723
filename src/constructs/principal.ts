import type { IConstruct } from 'constructs';
import type { DelineaProvider } from './delinea-provider.js';
import type { PrincipalType } from './gen/enums.js';

/** A user or group: the holder of a right or a role, or a member of a group. */
export interface IPrincipal extends IConstruct {
  /** Id in the tenant, or a reference to it. */
  readonly principalId: string;
  /** Whether it is a user or a group. */
  readonly principalType: PrincipalType;
  /** Login name or group name, if known during synthesis. */
  readonly principalName?: string;
  /** The principal's tenant, if the stack has several. */
  readonly provider?: DelineaProvider;
}
