import type { TerraformStack } from 'cdktf';
import { l1 } from 'delinea-iac';

export default function example(stack: TerraformStack): void {
  // Every user, as the tenant's list shows them.
  new l1.DataDelineaUsers(stack, 'all');
  // Only these, each read whole; a name that does not exist is an error.
  new l1.DataDelineaUsers(stack, 'on_call', { names: ['jane.doe@example.com', 'omar.haddad@example.com'] });
}
