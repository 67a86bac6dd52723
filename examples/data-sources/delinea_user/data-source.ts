import type { TerraformStack } from 'cdktf';
import { DelineaUser } from 'delinea-iac';

export default function example(stack: TerraformStack): void {
  DelineaUser.fromUserName(stack, 'auditor', 'audit@example.com');
}
