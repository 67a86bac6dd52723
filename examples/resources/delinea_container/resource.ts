import type { TerraformStack } from 'cdktf';
import { ContainerPermission, DelineaContainer, DelineaGroup, Right } from 'delinea-iac';

export default function example(stack: TerraformStack): void {
  const production = new DelineaContainer(stack, 'production', { name: 'Production' });
  const database = new DelineaContainer(stack, 'database', { name: 'Database', parent: production });
  const auditors = DelineaGroup.fromDisplayName(stack, 'auditors', 'Auditors');
  // Shorter, where the address does not matter: auditors.grant(database, Right.VIEW)
  new ContainerPermission(stack, 'auditors_database', { container: database, principal: auditors, right: Right.VIEW });
}
