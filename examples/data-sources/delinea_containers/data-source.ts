import type { TerraformStack } from 'cdktf';
import { l1 } from 'delinea-iac';

export default function example(stack: TerraformStack): void {
  new l1.DataDelineaContainers(stack, 'all');
  new l1.DataDelineaContainers(stack, 'production', { names: ['Production', '/Production/Databases'] });
}
