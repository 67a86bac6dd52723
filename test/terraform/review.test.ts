import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, jest } from '@jest/globals';
import { accessAfter, declaredAccess, type TenantAccess } from '../../src/provider/index.js';
import { readTerraformPlan, reviewPlan, statesOf } from '../../src/review/index.js';
import { accessLines } from '../support/assert/effective-access.js';
import { startDelinea } from '../support/cli/process.js';
import { resource, type TerraformTenant, withTenant } from '../support/terraform/tenant.js';
import { terraformTest } from '../support/terraform/terraform-test.js';

jest.setTimeout(120_000);

const data = {
  users: [{ userName: 'ann@example.com' }, { userName: 'bob@example.com' }],
  groups: [{ displayName: 'others', members: ['bob@example.com'] }],
  roles: ['Auditor'],
  containers: ['prod', 'stage', 'dev'],
  containerPermissions: [
    { container: 'prod', user: 'ann@example.com', right: 'Owner' },
    { container: 'stage', group: 'others', right: 'Owner' },
    { container: 'dev', user: 'ann@example.com', right: 'Owner' },
    { container: 'dev', user: 'bob@example.com', right: 'View' },
  ],
};

const people =
  'variable "people" {\n default = ["p1", "p2"]\n}\n' +
  'resource "delinea_user" "team" {\n for_each = toset(var.people)\n user_name = "${each.key}@example.com"\n}\n' +
  'data "delinea_user" "ann" { user_name = "ann@example.com" }\n';
const group = (members: string) => resource('group', 'ops', `display_name = "ops"\nmembers = ${members}`);
const grant = (name: string, container: string, type: string, id: string, right: string) =>
  resource(
    'container_permission',
    name,
    `container = "${container}"\nprincipal_type = "${type}"\nprincipal_id = ${id}\nright = "${right}"`,
  );

/** Saves the plan, and returns it as JSON with the access of the live tenant. */
async function planned({
  plan,
  folder,
  env,
}: TerraformTenant): Promise<{ json: unknown; live: TenantAccess; file: string }> {
  await plan('-out=tfplan');
  const { out } = await folder.run(['show', '-json', 'tfplan']);
  const snapshot = await startDelinea(['snapshot', '--out', 'live.json'], folder.path, env).ended;
  expect(snapshot.code).toBe(0);
  writeFileSync(join(folder.path, 'tfplan.json'), out);
  return {
    json: JSON.parse(out),
    live: JSON.parse(readFileSync(join(folder.path, 'live.json'), 'utf8')) as TenantAccess,
    file: 'tfplan.json',
  };
}

async function liveLines(tenant: TerraformTenant): Promise<string[]> {
  await startDelinea(['snapshot', '--out', 'now.json'], tenant.folder.path, tenant.env).ended;
  return accessLines(JSON.parse(readFileSync(join(tenant.folder.path, 'now.json'), 'utf8')) as TenantAccess);
}

const moved = (container: string) =>
  `container = "${container}"\nadopt = "always"\ngrants = [{ principal_type = "user", principal_id = delinea_user.team["p1"].id, right = "Owner" }]`;

/** Values that only the apply makes known, and that no reference gives. */
const unresolved = [
  people,
  resource('group', 'one', 'display_name = "one"\nmembers = [delinea_user.team["p1"].id]'),
  resource('group', 'copied', 'display_name = "copied"\nmembers = delinea_group.one.members'),
  resource(
    'group',
    'either',
    'display_name = "either"\nmembers = [var.people[0] == "p1" ? delinea_user.team["p1"].id : delinea_user.team["p2"].id]',
  ),
  resource(
    'group',
    'known',
    'display_name = "known"\nmembers = [delinea_group.one.id == "1" ? "1" : data.delinea_user.ann.id]',
  ),
  resource(
    'group',
    'both',
    'display_name = "both"\nmembers = concat([delinea_user.team["p1"].id], [for person in delinea_user.team : person.id])',
  ),
  resource('user', 'off', 'user_name = "off@example.com"\nactive = delinea_group.one.id == "1"'),
  resource(
    'container_permission',
    'right',
    'container = "prod"\nprincipal_type = "user"\nprincipal_id = delinea_user.team["p1"].id\nright = delinea_group.one.id == "1" ? "View" : "Owner"',
  ),
  resource(
    'container_permissions',
    'set',
    'container = "dev"\nadopt = "always"\ngrants = [{ principal_type = "user", principal_id = data.delinea_user.ann.id, right = "Owner" }, { principal_type = "user", principal_id = delinea_user.team["p1"].id, right = delinea_group.one.id == "1" ? "View" : "Owner" }]',
  ),
  'module "inner" {\n source = "./inner"\n member = delinea_user.team["p1"].id\n}\n',
].join('');

const inner =
  'terraform {\n required_providers {\n delinea = { source = "delinea-iac/delinea" }\n }\n}\nvariable "member" {}\nresource "delinea_group" "inner" {\n display_name = "inner"\n members = [var.member]\n}\n';

const cases: readonly [string, string, string][] = [
  [
    'new people by for_each, a group of them, and permissions that name the group',
    '',
    `${people}${group('[for person in delinea_user.team : person.id]')}${grant('ops', 'prod', 'group', 'delinea_group.ops.id', 'Edit')}`,
  ],
  [
    'one person of for_each, and a live one',
    '',
    `${people}${group('[delinea_user.team["p1"].id, data.delinea_user.ann.id]')}${grant('p2', 'stage', 'user', 'delinea_user.team["p2"].id', 'View')}`,
  ],
  [
    'a member leaves, a right is raised, a person is removed',
    `${people}${group('[for person in delinea_user.team : person.id]')}${grant('ops', 'prod', 'group', 'delinea_group.ops.id', 'View')}`,
    `${people.replace('["p1", "p2"]', '["p1"]')}${group('[delinea_user.team["p1"].id]')}${grant('ops', 'prod', 'group', 'delinea_group.ops.id', 'Owner')}`,
  ],
  [
    'an authoritative set',
    '',
    `${people}${resource('container_permissions', 'set', 'container = "prod"\ngrants = [{ principal_type = "user", principal_id = data.delinea_user.ann.id, right = "Owner" }, { principal_type = "user", principal_id = delinea_user.team["p1"].id, right = "View" }]')}`,
  ],
  [
    'a new folder with a permission, and a single membership',
    '',
    `${people}${resource('container', 'new', 'name = "new"')}${grant('new', 'X', 'user', 'delinea_user.team["p1"].id', 'Owner').replace('"X"', 'delinea_container.new.id')}data "delinea_group" "others" { display_name = "others" }\n${resource('group_membership', 'm', 'group = data.delinea_group.others.id\nprincipal_type = "user"\nprincipal_id = delinea_user.team["p2"].id')}`,
  ],
  [
    'a new set takes access away',
    '',
    `${people}${resource('container_permissions', 'set', 'container = "dev"\nadopt = "always"\ngrants = [{ principal_type = "user", principal_id = data.delinea_user.ann.id, right = "Owner" }]')}`,
  ],
  [
    'a set gets another container',
    `${people}${resource('container_permissions', 'set', moved('prod'))}`,
    `${people}${resource('container_permissions', 'set', moved('stage'))}${grant('ann', 'prod', 'user', 'data.delinea_user.ann.id', 'Owner')}`,
  ],
  [
    'a set is removed and retained',
    `${people}${resource('container_permissions', 'set', `${moved('prod')}\non_removal = "retain"`)}`,
    people,
  ],
  [
    'a role by count, in any case',
    '',
    `resource "delinea_user" "team" {\n count = 2\n user_name = "c\${count.index}@example.com"\n}\nresource "delinea_role_binding" "b" {\n count = 2\n role = "auditor"\n principal_type = "user"\n principal_id = delinea_user.team[count.index].id\n}\n`,
  ],
];

describe('review of a Terraform plan', () => {
  for (const [what, before, after] of cases) {
    terraformTest(`the reviewed access equals that after the apply: ${what}`, () =>
      withTenant({ data }, async (tenant) => {
        if (before) {
          tenant.declare(before);
          await tenant.apply();
        }
        tenant.declare(after);
        const { json, live } = await planned(tenant);
        const plan = readTerraformPlan(json, live);
        const isListed = what.startsWith('new people');
        expect([plan.complete, plan.unknown]).toEqual([true, isListed ? ['delinea_group.ops.members'] : []]);
        const lines = accessLines(accessAfter(live, plan.steps));
        await tenant.apply();
        expect(lines).toEqual(await liveLines(tenant));
      }),
    );
  }

  terraformTest('values that no reference gives are listed', () =>
    withTenant({ data }, async (tenant) => {
      mkdirSync(join(tenant.folder.path, 'inner'));
      writeFileSync(join(tenant.folder.path, 'inner', 'main.tf'), inner);
      tenant.declare(unresolved);
      await tenant.folder.run(['init', '-no-color']);
      const { json, live } = await planned(tenant);
      const { unknown, notes, steps } = readTerraformPlan(json, live);
      expect(unknown).toEqual([
        'delinea_container_permission.right.right',
        'delinea_container_permissions.set: 1 element',
        'delinea_group.both.members',
        'delinea_group.copied.members',
        'delinea_group.either.members',
        'delinea_group.known.members',
        'delinea_user.off.active',
        'module.inner.delinea_group.inner.members',
      ]);
      expect(notes).toEqual([expect.stringContaining('read those in the code')]);
      expect(accessLines(accessAfter(live, steps)).filter((line) => line.includes('holder'))).toEqual([]);
    }),
  );

  terraformTest('from the command line, with and without a snapshot', () =>
    withTenant({ data }, async (tenant) => {
      tenant.declare(cases[1]![2]);
      const { json, file } = await planned(tenant);
      const run = (...args: string[]) => startDelinea(['review', file, ...args], tenant.folder.path, tenant.env).ended;
      const { code, out } = await run('--live', 'live.json', '--sarif', 'out.sarif');
      expect([code, out]).toEqual([0, expect.stringContaining('+ p2@example.com gains View on container stage\n')]);
      const [{ results }] = JSON.parse(readFileSync(join(tenant.folder.path, 'out.sarif'), 'utf8')).runs;
      const [{ physicalLocation, logicalLocations }] = results.at(-1).locations;
      const { uri } = physicalLocation.artifactLocation;
      const lines = readFileSync(join(tenant.folder.path, uri), 'utf8').split('\n');
      expect([uri, logicalLocations]).toMatchObject([
        expect.stringMatching(/\.tf$/),
        [{ fullyQualifiedName: 'delinea_container_permission.p2' }],
      ]);
      expect(lines[physicalLocation.region.startLine - 1]).toContain('"delinea_container_permission" "p2"');
      const declared = await run();
      expect([declared.code, declared.out]).toEqual([0, expect.stringContaining('Declared objects only: ')]);
      expect(declared.out).toContain('+ p2@example.com gains View on container stage\n');
      const plan = readTerraformPlan(json, undefined);
      const states = statesOf(declaredAccess(plan, plan.steps, plan.names), plan);
      const { totals } = reviewPlan(states, plan, 'declared', {
        assertions: [],
        labels: [],
      });
      expect(totals).toMatchObject({ peopleGaining: 1, peopleLosing: 0, unknown: 0 });
    }),
  );
});
