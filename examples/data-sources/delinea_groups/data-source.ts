import type { TerraformStack } from 'cdktf';
import { l1 } from 'delinea-iac';

export default function example(stack: TerraformStack): void {
  new l1.DataDelineaGroups(stack, 'all');
  new l1.DataDelineaGroups(stack, 'operations', { names: ['SRE', 'Database'] });
}
