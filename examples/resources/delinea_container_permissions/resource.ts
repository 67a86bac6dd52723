import type { TerraformStack } from 'cdktf';
import { ContainerPermissions, DelineaGroup, DelineaUser, Right } from 'delinea-iac';

export default function example(stack: TerraformStack): void {
  const owner = DelineaUser.fromUserName(stack, 'owner', 'owner@example.com');
  const auditors = DelineaGroup.fromDisplayName(stack, 'auditors', 'Auditors');
  new ContainerPermissions(stack, 'production', {
    container: 'Production',
    grants: [
      { principal: owner, right: Right.OWNER },
      { principal: auditors, right: Right.VIEW },
    ],
  });
}
