import { afterAll, beforeAll, beforeEach, describe, expect } from '@jest/globals';
import { type Simulator, startSimulator } from '../../src/simulator/index.js';
import { openTerraformFolder, type TerraformFolder } from '../support/terraform/folder.js';
import { type ProviderInstall, serveProvider } from '../support/terraform/serve-provider.js';
import { terraformTest } from '../support/terraform/terraform-test.js';

let sim: Simulator;
let provider: ProviderInstall;
let folder: TerraformFolder;

beforeAll(async () => {
  sim = await startSimulator({
    data: {
      users: [
        { userName: 'boss@example.com' },
        {
          userName: 'jane@example.com',
          displayName: 'Jane',
          emails: [{ value: 'jane@example.com', primary: true }, { value: 'j@example.com' }],
          manager: 'boss@example.com',
        },
      ],
      groups: [{ displayName: 'ops', description: 'operators', members: ['jane@example.com'] }],
      roles: ['Auditor'],
      containers: ['prod', { name: 'db', parent: 'prod' }],
    },
  });
  provider = await serveProvider(sim.env as NodeJS.ProcessEnv);
});

beforeEach(() => {
  folder?.remove();
  folder = openTerraformFolder(provider.env);
});

afterAll(async () => {
  folder?.remove();
  await provider?.close();
  await sim?.close();
});

const outputs = async () => {
  const { out } = await folder.run(['output', '-json']);
  const held = JSON.parse(out) as Record<string, { value: unknown }>;
  return Object.fromEntries(Object.entries(held).map(([name, { value }]) => [name, value]));
};

const idOf = (kind: 'users' | 'groups', name: string) => {
  const found = sim.state()[kind].find((one) => Object.values(one).includes(name));
  return String((found as { id?: unknown } | undefined)?.id);
};

describe('singular data sources', () => {
  terraformTest('return one user, group, role and container by name', async () => {
    folder.write(`
provider "delinea" {}
data "delinea_user" "jane" { user_name = "JANE@example.com" }
data "delinea_group" "ops" { display_name = "ops" }
data "delinea_role" "auditor" { name = "Auditor" }
data "delinea_container" "db" { name = "db" }
data "delinea_container" "prod" { name = "/prod" }
output "jane" { value = data.delinea_user.jane }
output "ops" { value = data.delinea_group.ops }
output "role" { value = data.delinea_role.auditor.name }
output "inside" { value = data.delinea_container.db.parent == data.delinea_container.prod.id }
`);
    expect(await folder.run(['apply', '-auto-approve', '-no-color'])).toMatchObject({ code: 0, err: '' });
    const { jane, ops, ...rest } = await outputs();
    expect(jane).toMatchObject({
      id: idOf('users', 'jane@example.com'),
      user_name: 'JANE@example.com',
      display_name: 'Jane',
      title: null,
      active: true,
      manager: idOf('users', 'boss@example.com'),
    });
    expect((jane as { emails: object[] }).emails).toHaveLength(2);
    expect(ops).toMatchObject({ description: 'operators', members: [idOf('users', 'jane@example.com')] });
    expect(rest).toEqual({ role: 'Auditor', inside: true });
    expect(await folder.run(['plan', '-detailed-exitcode'])).toMatchObject({ code: 0 });
    expect(sim.requests.writes).toBe(0);
  });

  terraformTest('report an unknown name at its attribute', async () => {
    folder.write(`
provider "delinea" {}
data "delinea_role" "typo" {
  name = "Auditr"
}
data "delinea_user" "nobody" {
  user_name = "nobody@example.com"
}
`);
    const { code, err } = await folder.run(['plan', '-no-color']);
    expect(code).toBe(1);
    expect(err).toMatch(/there is no role "Auditr"[\s\S]*name = "Auditr"[\s\S]*Did you mean "Auditor"\?/);
    expect(err).toMatch(/there is no user "nobody@example.com"[\s\S]*user_name = "nobody@example.com"/);
  });

  terraformTest('are read during the apply when their name becomes known there', async () => {
    folder.write(`
provider "delinea" {}
resource "terraform_data" "name" { input = "ops" }
data "delinea_group" "ops" { display_name = terraform_data.name.output }
output "id" { value = data.delinea_group.ops.id }
`);
    expect(await folder.run(['apply', '-auto-approve'])).toMatchObject({ code: 0, err: '' });
    expect(await outputs()).toEqual({ id: idOf('groups', 'ops') });
  });

  terraformTest('fail when the tenant refuses or its url is unknown', async () => {
    folder.write(`
provider "delinea" { scim_token = "wrong-token" }
data "delinea_group" "ops" { display_name = "ops" }
`);
    const refused = await folder.run(['plan']);
    expect(refused.code).toBe(1);
    expect(refused.err).toMatch(/delinea_group.ops/);
    expect(refused.err).not.toContain('there is no group');
    folder.write(`
resource "terraform_data" "url" { input = "${sim.url}" }
provider "delinea" { url = terraform_data.url.output }
data "delinea_group" "ops" { display_name = "ops" }
`);
    const unknown = await folder.run(['plan', '-no-color']);
    expect(unknown.code).toBe(1);
    expect(unknown.err).toContain('provider settings known only after an apply: url');
    expect(unknown.err).toContain('DELINEA_URL');
  });
});
