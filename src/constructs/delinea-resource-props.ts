import type { DelineaProvider } from './delinea-provider.js';
import type { TerraformResourceLifecycle } from './gen/cdk.js';

/** Props that every resource construct has. */
export interface DelineaResourceProps {
  /** The tenant, if the stack has several. @default the principal's provider, else the stack's only provider */
  readonly provider?: DelineaProvider;
  /** Terraform's lifecycle, such as `{ preventDestroy: true }` for an emergency account. @default none */
  readonly lifecycle?: TerraformResourceLifecycle;
}
