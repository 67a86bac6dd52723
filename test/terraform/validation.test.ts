import { afterAll, beforeAll, beforeEach, describe, expect } from '@jest/globals';
import { PROVIDER_ADDRESS } from '../../src/provider/index.js';
import { type Simulator, startSimulator } from '../../src/simulator/index.js';
import { schemaJson } from '../../src/terraform/schema.js';
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

describe('schema', () => {
  terraformTest('Terraform shows the schema that the bindings are made from', async () => {
    folder.write('provider "delinea" {}\n');
    const { out } = await folder.run(['providers', 'schema', '-json']);
    const shown = JSON.parse(out) as { provider_schemas: Record<string, unknown> };
    expect(shown.provider_schemas[PROVIDER_ADDRESS]).toEqual(schemaJson().provider_schemas[PROVIDER_ADDRESS]);
  });
});

describe('validate', () => {
  terraformTest('accepts a good configuration, and one whose values are not known yet', async () => {
    folder.write(`
variable "text" { type = string }
variable "number" { type = number }
variable "list" { type = list(object({ value = string })) }
provider "delinea" {
  url             = var.text
  concurrency     = var.number
  timeout_seconds = 0.1
  admin_roles     = [var.text]
}
resource "delinea_user" "jane" {
  user_name  = "jane@example.com"
  emails     = var.list
  on_removal = var.text
  active     = var.text == "x"
}
resource "delinea_container_permission" "jane" {
  container      = "prod"
  principal_type = "user"
  principal_id   = "id-\${var.text}"
  right          = var.text
}
data "delinea_user" "boss" { user_name = "u-\${var.text}" }
`);
    expect(await folder.validate()).toEqual([]);
  });

  terraformTest('points at every wrong attribute, and says what it should be', async () => {
    folder.write(`
variable "text" { type = string }
provider "delinea" {}
resource "delinea_user" "jane" {
  user_name  = ""
  on_removal = "burn"
  emails     = [{ value = "" }]
}
resource "delinea_container_permission" "jane" {
  container      = var.text
  principal_type = "robot"
  principal_id   = var.text
  right          = "Everything"
}
data "delinea_role" "none" {
  name = ""
}
`);
    const found = await folder.validate();
    const wrong = ['user_name', 'on_removal', 'emails', 'principal_type', 'right', 'name'];
    expect(found.map(({ line }) => line.split('=')[0]!.trim()).sort()).toEqual(wrong.sort());
    const said = (line: string) => found.find((one) => one.line.startsWith(line))!;
    expect(said('on_removal')).toMatchObject({
      summary: 'on_removal must be one of "deactivate", "retain", "delete"',
      detail: expect.stringContaining('What happens when the declaration is removed'),
    });
    expect(said('emails').summary).toBe('emails: value of {value = ""} must not be empty');
    expect(said('name').summary).toBe('name must not be empty');
  });

  // Terraform checks no provider that nothing uses.
  const USE = 'data "delinea_role" "auditor" { name = "Auditor" }';

  terraformTest('points at every wrong setting of the provider block', async () => {
    folder.write(`
variable "text" { type = string }
provider "delinea" {
  concurrency = 99
  retries     = 2.5
  admin_roles = ["", var.text]
  url         = var.text
}
${USE}
`);
    const lines = (await folder.validate()).map(({ line }) => line.split('=')[0]!.trim());
    expect(lines.sort()).toEqual(['admin_roles', 'concurrency', 'retries']);
  });

  terraformTest('finds what no single attribute of the provider block shows', async () => {
    const provider = (body: string) => folder.write(`provider "delinea" {\n${body}\n}\n${USE}\n`);
    provider('routing = [{ kind = "spaceship", surface = "platform-rest" }]');
    expect(await folder.validate()).toMatchObject([
      { summary: 'provider setting "routing": there is no kind "spaceship"', line: expect.stringMatching(/^routing/) },
    ]);
    provider('url = "http://acme.example.com"');
    expect(await folder.validate()).toMatchObject([
      { summary: expect.stringContaining('http'), line: expect.stringMatching(/^url/) },
    ]);
    provider('');
    expect(await folder.validate()).toEqual([]);
  });
});

describe('data sources', () => {
  terraformTest('tell of one user, group, role and container, found by name', async () => {
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

  terraformTest('say at the name that there is no such object', async () => {
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

  terraformTest('are read after the apply that makes their name known', async () => {
    folder.write(`
provider "delinea" {}
resource "terraform_data" "name" { input = "ops" }
data "delinea_group" "ops" { display_name = terraform_data.name.output }
output "id" { value = data.delinea_group.ops.id }
`);
    expect(await folder.run(['apply', '-auto-approve'])).toMatchObject({ code: 0, err: '' });
    expect(await outputs()).toEqual({ id: idOf('groups', 'ops') });
  });

  terraformTest('fail with the reason where the tenant refuses or is not known yet', async () => {
    folder.write(`
provider "delinea" { scim_token = "wrong" }
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
