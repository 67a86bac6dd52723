import type { TerraformStack } from 'cdktf';
import { DelineaGroup, DelineaUser } from 'delinea-iac';

export default function example(stack: TerraformStack): void {
  const jane = new DelineaUser(stack, 'jane', { userName: 'jane.doe@example.com' });
  // Without `members`, who is in the group is not managed here.
  const database = new DelineaGroup(stack, 'database', { displayName: 'Database' });
  new DelineaGroup(stack, 'sre', {
    displayName: 'SRE',
    description: 'Keeps production running',
    members: [jane, database],
  });
}
