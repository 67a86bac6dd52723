import { expect, jest } from '@jest/globals';
import { withTerraform } from '../support/terraform/examples.js';
import type { TerraformFolder } from '../support/terraform/folder.js';
import { terraformTest } from '../support/terraform/terraform-test.js';

jest.setTimeout(60_000);

const PROVIDER = 'provider "delinea" {\n  allow_delete = true\n  visibility_seconds = 5\n}\n';

const user = (name: string, more = '') => `
resource "delinea_user" "${name}" {
  user_name  = "${name}@example.com"
  on_removal = "delete"
  ${more}
}
`;

const group = (members: readonly string[]) => `
resource "delinea_group" "ops" {
  display_name = "ops"
  members      = [${members.map((name) => `delinea_user.${name}.id`).join(', ')}]
}
`;

const applies = async (folder: TerraformFolder, hcl: string) => {
  folder.write(PROVIDER + hcl);
  expect(await folder.run(['apply', '-no-color', '-auto-approve'])).toMatchObject({ code: 0, err: '' });
  expect(await folder.run(['plan', '-no-color', '-detailed-exitcode'])).toMatchObject({ code: 0, err: '' });
};

const shows = async (folder: TerraformFolder, address: string) => {
  const { out } = await folder.run(['state', 'show', '-no-color', address]);
  return out;
};

terraformTest('group members: the plan is empty after one run deletes a user and removes them from the list', () =>
  withTerraform({}, async (folder) => {
    await applies(folder, user('jane') + user('joe') + group(['jane', 'joe']));
    await applies(folder, user('jane') + user('jim') + group(['jane', 'jim']));
    expect((await shows(folder, 'delinea_group.ops')).match(/^\s+"[0-9a-f-]{36}",$/gm)).toHaveLength(2);
  }),
);

terraformTest('authoritative set: no write is sent when an empty set is destroyed', () =>
  withTerraform({ roles: ['Auditor'] }, async (folder, writes) => {
    await applies(
      folder,
      'resource "delinea_role_bindings" "none" {\n  role = "Auditor"\n  holders = []\n  allow_empty = true\n}\n',
    );
    const before = writes();
    const { code, out, err } = await folder.run(['destroy', '-no-color', '-auto-approve']);
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain('0 will be revoked');
    expect(writes()).toBe(before);
  }),
);

terraformTest('role bindings: a new user is found on another surface when that was listed earlier in the run', () =>
  withTerraform({ roles: ['Auditor', 'Watch'] }, async (folder) => {
    folder.write(`
provider "delinea" {
  external_id_from   = "userName"
  visibility_seconds = 5
  routing            = [{ kind = "user", surface = "scim-cloud" }]
}
${user('jane')}
resource "delinea_role_bindings" "first" {
  role        = "Auditor"
  holders     = []
  allow_empty = true
}
resource "delinea_role_bindings" "watch" {
  role       = "Watch"
  holders    = [{ principal_type = "user", principal_id = delinea_user.jane.id }]
  depends_on = [delinea_role_bindings.first]
}
resource "delinea_user" "late" {
  user_name  = "late@example.com"
  depends_on = [delinea_role_bindings.first]
}
resource "delinea_role_bindings" "both" {
  role    = "Platform User"
  holders = [{ principal_type = "user", principal_id = delinea_user.late.id }]
}
`);
    expect(await folder.run(['apply', '-no-color', '-auto-approve'])).toMatchObject({ code: 0, err: '' });
    expect(await folder.run(['plan', '-no-color', '-detailed-exitcode'])).toMatchObject({ code: 0, err: '' });
  }),
);
