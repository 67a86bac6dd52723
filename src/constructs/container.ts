import type { IConstruct } from 'constructs';
import type { DelineaProvider } from './delinea-provider.js';

/** A declared folder, to which permissions and other folders refer. */
export interface IContainer extends IConstruct {
  /** Id in the tenant. */
  readonly containerId: string;
  /** The tenant, if the stack has several. */
  readonly provider?: DelineaProvider;
}
