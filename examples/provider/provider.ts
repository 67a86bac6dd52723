import type { TerraformStack } from 'cdktf';
import { DelineaProvider } from 'delinea-iac';

export default function example(stack: TerraformStack): void {
  // The tenant and the credentials come from DELINEA_TENANT, DELINEA_CLIENT_ID, DELINEA_CLIENT_SECRET and DELINEA_SCIM_TOKEN.
  new DelineaProvider(stack, 'delinea', { concurrency: 4 });
}
