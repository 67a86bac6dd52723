import type { DelineaProvider } from './delinea-provider.js';
import type { TerraformResourceLifecycle } from './gen/cdk.js';

/** What every declaration may say beside its own attributes. */
export interface DelineaResourceProps {
  /** The tenant, in a stack that has several. @default that of the principal, else the stack's only provider */
  readonly provider?: DelineaProvider;
  /** Terraform's lifecycle, such as `{ preventDestroy: true }` for an emergency account. @default none */
  readonly lifecycle?: TerraformResourceLifecycle;
}
