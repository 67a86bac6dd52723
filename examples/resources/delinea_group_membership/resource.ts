import type { TerraformStack } from 'cdktf';
import { DelineaGroup, DelineaUser, GroupMembership } from 'delinea-iac';

export default function example(stack: TerraformStack): void {
  const jane = new DelineaUser(stack, 'jane', { userName: 'jane.doe@example.com' });
  // A group whose other members are managed elsewhere: in another stack, or in the console
  const auditors = DelineaGroup.fromDisplayName(stack, 'auditors', 'Auditors');
  new GroupMembership(stack, 'jane_in_auditors', { group: auditors, member: jane });
}
