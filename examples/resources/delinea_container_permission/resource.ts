import type { TerraformStack } from 'cdktf';
import { ContainerPermission, DelineaGroup, Right } from 'delinea-iac';

export default function example(stack: TerraformStack): void {
  const auditors = DelineaGroup.fromDisplayName(stack, 'auditors', 'Auditors');
  // Shorter, where the address does not matter: auditors.grant('Production', Right.VIEW)
  new ContainerPermission(stack, 'auditors_production', {
    container: 'Production',
    principal: auditors,
    right: Right.VIEW,
  });
}
