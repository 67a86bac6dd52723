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
  sim = await startSimulator();
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

describe('provider schema', () => {
  terraformTest('is the one from which the bindings are generated', async () => {
    folder.write('provider "delinea" {}\n');
    const { out } = await folder.run(['providers', 'schema', '-json']);
    const shown = JSON.parse(out) as { provider_schemas: Record<string, unknown> };
    expect(shown.provider_schemas[PROVIDER_ADDRESS]).toEqual(schemaJson().provider_schemas[PROVIDER_ADDRESS]);
  });
});

describe('terraform validate', () => {
  terraformTest('accepts a valid configuration with unknown values', async () => {
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

  terraformTest('points at every wrong attribute with the expected value', async () => {
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
    const findingAt = (line: string) => found.find((one) => one.line.startsWith(line))!;
    expect(findingAt('on_removal')).toMatchObject({
      summary: 'on_removal must be one of "deactivate", "retain", "delete"',
      detail: expect.stringContaining('What happens when the declaration is removed'),
    });
    expect(findingAt('emails').summary).toBe('emails: value of {value = ""} must not be empty');
    expect(findingAt('name').summary).toBe('name must not be empty');
  });

  // Terraform validates a provider block only when something uses it.
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

  terraformTest('reports an unknown kind in routing and an insecure url', async () => {
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
