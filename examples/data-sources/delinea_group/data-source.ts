import type { TerraformStack } from 'cdktf';
import { DelineaGroup } from 'delinea-iac';

export default function example(stack: TerraformStack): void {
  DelineaGroup.fromDisplayName(stack, 'auditors', 'Auditors');
}
