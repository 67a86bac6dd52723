import type { TerraformStack } from 'cdktf';
import { l1 } from 'delinea-iac';

export default function example(stack: TerraformStack): void {
  new l1.DataDelineaRoles(stack, 'all');
  new l1.DataDelineaRoles(stack, 'administration', { names: ['Platform Admin', 'Platform User'] });
}
