import type { TerraformStack } from 'cdktf';
import { DelineaUser, RoleBindings } from 'delinea-iac';

export default function example(stack: TerraformStack): void {
  const owner = DelineaUser.fromUserName(stack, 'owner', 'owner@example.com');
  new RoleBindings(stack, 'administrators', {
    role: 'Platform Admin',
    holders: [owner],
  });
}
