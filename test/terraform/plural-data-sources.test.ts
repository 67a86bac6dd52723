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
    leanLists: true,
    seedUsers: 900,
    data: {
      users: [
        { userName: 'boss@example.com', displayName: 'Boss' },
        {
          userName: 'Jane@example.com',
          displayName: 'Jane',
          manager: 'boss@example.com',
          emails: [{ value: 'j@x.io' }],
        },
        { userName: 'gone@example.com', active: false },
      ],
      groups: [
        { displayName: 'ops', description: 'operators', members: ['jane@example.com', 'group:Dba'] },
        { displayName: 'Dba' },
      ],
      roles: ['Auditor', 'Admin'],
      containers: ['prod', { name: 'db', parent: 'prod' }, 'old', { name: 'db', parent: 'old' }],
    },
  });
  provider = await serveProvider(sim.env as NodeJS.ProcessEnv);
});

beforeEach(() => {
  folder?.remove();
  folder = openTerraformFolder(provider.env);
  sim.faults.clear();
  sim.resetRequests();
});

afterAll(async () => {
  folder?.remove();
  await provider?.close();
  await sim?.close();
});

/** Applies the configuration, expects an empty plan after it, and returns the outputs. */
async function outputsOf(hcl: string): Promise<Record<string, unknown>> {
  folder.write(`provider "delinea" {}\n${hcl}`);
  expect(await folder.run(['apply', '-auto-approve', '-no-color'])).toMatchObject({ code: 0, err: '' });
  const { out } = await folder.run(['output', '-json']);
  expect(await folder.run(['plan', '-detailed-exitcode'])).toMatchObject({ code: 0 });
  const held = JSON.parse(out) as Record<string, { value: unknown }>;
  return Object.fromEntries(Object.entries(held).map(([name, { value }]) => [name, value]));
}

async function refused(hcl: string): Promise<string> {
  folder.write(`provider "delinea" {}\n${hcl}`);
  const { code, err } = await folder.run(['plan', '-no-color']);
  expect(code).toBe(1);
  return err;
}

describe('plural data sources', () => {
  terraformTest('return every user from one list, with null for attributes that the list omits', async () => {
    const { count, names, jane, disabled } = await outputsOf(`
data "delinea_users" "all" {}
output "count" { value = length(data.delinea_users.all.users) }
output "names" { value = slice(data.delinea_users.all.users[*].user_name, 0, 4) }
output "jane" { value = one([for u in data.delinea_users.all.users : u if u.user_name == "Jane@example.com"]) }
output "disabled" { value = [for u in data.delinea_users.all.users : u.user_name if !u.active] }
`);
    expect(count).toBe(903);
    expect(names).toEqual(['boss@example.com', 'gone@example.com', 'Jane@example.com', 'user00001@example.com']);
    expect(jane).toMatchObject({
      id: expect.any(String),
      active: true,
      display_name: null,
      emails: null,
      manager: null,
    });
    expect(disabled).toEqual(['gone@example.com']);
    // Apply and plan, each one list of ten pages and a token.
    expect(sim.requests.reads).toBeLessThanOrEqual(24);
  });

  terraformTest('return all attributes when names are given, as the singular data source does', async () => {
    const { same, users } = await outputsOf(`
data "delinea_users" "two" { names = ["JANE@example.com", "boss@example.com", "jane@example.com"] }
data "delinea_user" "jane" { user_name = "Jane@example.com" }
data "delinea_user" "boss" { user_name = "boss@example.com" }
output "same" { value = data.delinea_users.two.users == tolist([data.delinea_user.boss, data.delinea_user.jane]) }
output "users" { value = data.delinea_users.two.users }
`);
    const [boss, jane] = users as { id: string }[];
    expect(same).toBe(true);
    expect(jane).toMatchObject({
      display_name: 'Jane',
      manager: boss!.id,
      emails: [{ value: 'j@x.io', primary: null }],
    });
    expect(users).toHaveLength(2);
  });

  terraformTest('return groups, roles and containers sorted, including two of one name', async () => {
    const { dba, ops, ...rest } = await outputsOf(`
data "delinea_groups" "all" {}
data "delinea_roles" "all" {}
data "delinea_containers" "all" {}
data "delinea_containers" "two" { names = ["/old/db", "prod"] }
data "delinea_groups" "none" { names = [] }
output "dba" { value = data.delinea_groups.all.groups[0] }
output "ops" { value = data.delinea_groups.all.groups[1] }
output "roles" { value = data.delinea_roles.all.roles[*].name }
output "containers" { value = data.delinea_containers.all.containers[*].name }
output "two" { value = data.delinea_containers.two.containers[*].name }
output "none" { value = data.delinea_groups.none.groups }
`);
    expect(dba).toMatchObject({ display_name: 'Dba' });
    expect((ops as { members: string[] }).members).toContain((dba as { id: string }).id);
    expect(ops).toMatchObject({ display_name: 'ops', description: 'operators' });
    expect(rest).toEqual({
      roles: ['Admin', 'Auditor', 'Platform Admin', 'Platform User', 'User'],
      containers: ['db', 'db', 'old', 'prod'],
      two: ['db', 'prod'],
      none: [],
    });
  });

  terraformTest('report each unknown or ambiguous name at its attribute with a suggestion', async () => {
    const err = await refused(`
data "delinea_roles" "typos" {
  names = ["Auditr", "Admn", "Admin"]
}
data "delinea_containers" "twice" {
  names = ["db"]
}
`);
    expect(err).toMatch(/there is no role "Auditr"[\s\S]*names = \["Auditr"[\s\S]*Did you mean "Auditor"\?/);
    expect(err).toMatch(/there is no role "Admn"[\s\S]*names = \["Auditr"[\s\S]*Did you mean "Admin"/);
    expect(err).toMatch(/"db" names 2 containers[\s\S]*names = \["db"\]/);
    expect(err.match(/Error: /g)).toHaveLength(3);
  });

  terraformTest('reject an empty name before any read and accept unknown ones', async () => {
    folder.write(`
variable "text" { type = string }
provider "delinea" {}
data "delinea_users" "any" { names = [var.text, "x-\${var.text}"] }
data "delinea_roles" "empty" {
  names = [""]
}
`);
    expect(await folder.validate()).toMatchObject([
      { summary: 'names: "" must not be empty', line: 'names = [""]', detail: expect.stringContaining('by `name`') },
    ]);
    expect(sim.requests.total).toBe(0);
  });

  terraformTest('are read during the apply when their names become known there', async () => {
    const { id } = await outputsOf(`
resource "terraform_data" "name" { input = "ops" }
data "delinea_groups" "known" { names = [terraform_data.name.output] }
output "id" { value = data.delinea_groups.known.groups[0].display_name }
`);
    expect(id).toBe('ops');
  });

  terraformTest('fail instead of returning an empty list when the tenant refuses or its url is unknown', async () => {
    sim.faults.set({ faults: [{ kind: 'status', status: 403, path: '/users' }] });
    const forbidden = await refused('data "delinea_users" "all" {}\n');
    expect(forbidden).toMatch(/403[\s\S]*delinea_users.all/);
    folder.write(`
resource "terraform_data" "url" { input = "${sim.url}" }
provider "delinea" { url = terraform_data.url.output }
data "delinea_users" "all" {}
`);
    const { code, err } = await folder.run(['plan', '-no-color']);
    expect([code, err.includes("the provider's url will be known only after an apply")]).toEqual([1, true]);
  });
});
