import type { TerraformStack } from 'cdktf';
import { DelineaUser, RoleBinding } from 'delinea-iac';

export default function example(stack: TerraformStack): void {
  const jane = new DelineaUser(stack, 'jane', { userName: 'jane.doe@example.com' });
  // Shorter, where the address does not matter: jane.bindRole('Platform Admin')
  new RoleBinding(stack, 'jane_admin', { role: 'Platform Admin', principal: jane });
}
