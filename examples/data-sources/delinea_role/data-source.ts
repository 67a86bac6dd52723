import type { TerraformStack } from 'cdktf';
import { l1 } from 'delinea-iac';

export default function example(stack: TerraformStack): void {
  new l1.DataDelineaRole(stack, 'admin', { name: 'Platform Admin' });
}
