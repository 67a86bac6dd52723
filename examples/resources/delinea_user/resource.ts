import type { TerraformStack } from 'cdktf';
import { DelineaUser, OnRemoval } from 'delinea-iac';

export default function example(stack: TerraformStack): void {
  const jane = new DelineaUser(stack, 'jane', {
    userName: 'jane.doe@example.com',
    displayName: 'Jane Doe',
    emails: [{ value: 'jane.doe@example.com', primary: true }, { value: 'jdoe@example.org' }],
    previousNames: ['jane.miller@example.com'],
    onRemoval: OnRemoval.RETAIN,
  });
  new DelineaUser(stack, 'omar', {
    userName: 'omar.haddad@example.com',
    displayName: 'Omar Haddad',
    manager: jane,
  });
}
