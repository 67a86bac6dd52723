import type { TerraformStack } from 'cdktf';
import { ContainerPermission, DelineaContainer, DelineaGroup, Right } from 'delinea-iac';

export default function example(stack: TerraformStack): void {
  const production = new DelineaContainer(stack, 'production', { name: 'Production' });
  const database = new DelineaContainer(stack, 'database', { name: 'Database', parent: production });
  const dba = DelineaGroup.fromDisplayName(stack, 'dba', 'Database Administrators');
  // Shorter, where the address does not matter: dba.grant(database, Right.OWNER)
  new ContainerPermission(stack, 'dba_database', { container: database, principal: dba, right: Right.OWNER });
}
