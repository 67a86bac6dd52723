/** Two people, a group, a right on a folder and a role. `npx cdktf synth --app "npx tsx examples/getting-started/main.ts"` */
import { App, TerraformStack } from 'cdktf';
import { DelineaGroup, DelineaProvider, DelineaUser, Right } from 'delinea-iac';

const app = new App();
const stack = new TerraformStack(app, 'getting-started');

// The tenant and the credentials come from DELINEA_TENANT, DELINEA_CLIENT_ID, DELINEA_CLIENT_SECRET.
new DelineaProvider(stack, 'delinea');

// Looked up, not managed: the security office keeps this account elsewhere.
const auditor = DelineaUser.fromUserName(stack, 'auditor', 'audit@example.com');

const jane = new DelineaUser(stack, 'jane', {
  userName: 'jane.doe@example.com',
  displayName: 'Jane Doe',
  emails: [{ value: 'jane.doe@example.com', primary: true }],
});

const omar = new DelineaUser(stack, 'omar', {
  userName: 'omar.haddad@example.com',
  displayName: 'Omar Haddad',
  manager: jane,
});

const sre = new DelineaGroup(stack, 'sre', {
  displayName: 'SRE',
  description: 'Keeps production running',
  members: [jane, omar],
});

sre.grant('Production', Right.EDIT);
jane.bindRole('Platform Admin');
auditor.grant('Production', Right.VIEW);

app.synth();
