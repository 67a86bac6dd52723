import { copyFileSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, jest } from '@jest/globals';
import type { SimulatorData } from '../../src/simulator/index.js';
import { resource, type TerraformTenant, withTenant } from '../support/terraform/tenant.js';
import { terraformTest } from '../support/terraform/terraform-test.js';

jest.setTimeout(120_000);

const data: SimulatorData = { containers: ['prod', 'dev'], roles: ['Auditor', 'Operator'] };
const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);
const organisation = (title: string) =>
  [
    ...numbers(8).map((index) =>
      resource('user', `u${index}`, `user_name = "u${index}@example.com"\ntitle = "${title}"`),
    ),
    ...numbers(4).map((index) => {
      const members = `members = [delinea_user.u${index}.id, delinea_user.u${index + 1}.id]`;
      const right = `principal_type = "group"\nprincipal_id = delinea_group.g${index}.id\nright = "Edit"`;
      return (
        resource('group', `g${index}`, `display_name = "g${index}"\n${members}`) +
        resource('container_permission', `p${index}`, `container = "prod"\n${right}`)
      );
    }),
    resource('role_binding', 'b', 'role = "Auditor"\nprincipal_type = "user"\nprincipal_id = delinea_user.u0.id'),
    resource(
      'container_permissions',
      's',
      'container = "dev"\ngrants = [for one in [delinea_user.u1, delinea_user.u2] : { principal_type = "user", principal_id = one.id, right = "View" }]',
    ),
    resource(
      'role_bindings',
      's',
      'role = "Operator"\nholders = [{ principal_type = "group", principal_id = delinea_group.g0.id }]',
    ),
  ].join('');

const stateOf = ({ folder }: TerraformTenant) => join(folder.path, 'terraform.tfstate');
const backupOf = (tenant: TerraformTenant) => `${stateOf(tenant)}.backup`;

/**
 * Starts an apply, kills it after its first writes, and leaves an empty state, as an interrupted write of the file does.
 * Terraform copies the earlier state to the backup before it writes.
 */
async function killed(tenant: TerraformTenant): Promise<void> {
  const { sim, folder } = tenant;
  sim.resetRequests();
  sim.faults.set({ latencyMs: 20 });
  const run = folder.start(['apply', '-auto-approve']);
  while (sim.requests.writes < 4) await new Promise((resolve) => setTimeout(resolve, 5));
  run.child.kill('SIGKILL');
  await run.ended;
  sim.faults.clear();
  if (existsSync(stateOf(tenant))) copyFileSync(stateOf(tenant), backupOf(tenant));
  writeFileSync(stateOf(tenant), '');
}

terraformTest('lost state: an apply with an empty state adopts every object as it is and writes nothing', () =>
  withTenant({ data }, async (tenant) => {
    const { declare, apply, expectNoChanges, sim } = tenant;
    declare(organisation('Lead'));
    await apply();
    const before = sim.state();
    writeFileSync(stateOf(tenant), '');
    sim.resetRequests();
    await apply();
    expect([sim.state(), sim.requests.writes]).toEqual([before, 0]);
    await expectNoChanges();
  }),
);

terraformTest('lost state: an object that has changed since is an error, and nobody loses access', () =>
  withTenant({ data }, async (tenant) => {
    const { declare, apply, refused, sim } = tenant;
    declare(organisation('Lead'));
    await apply();
    const changes = [
      [() => sim.admin.addMember('g0', 'u7@example.com'), 'exists already, is not managed and differs in members'],
      [
        () => sim.admin.grant('dev', { user: 'u7@example.com' }, 'View'),
        'View of u7@example.com on dev would be revoked',
      ],
    ] as const;
    for (const [change, message] of changes) {
      await change();
      const before = sim.state();
      writeFileSync(stateOf(tenant), '');
      sim.resetRequests();
      expect(await refused('apply')).toContain(message);
      expect([sim.state(), sim.requests.writes]).toEqual([before, 0]);
    }
  }),
);

terraformTest('lost state: the next apply adopts what a first apply created before it was killed', () =>
  withTenant({ data }, async (tenant) => {
    const { declare, apply, expectNoChanges, sim } = tenant;
    declare(organisation('Lead'));
    await killed(tenant);
    await apply();
    await expectNoChanges();
    expect(
      sim
        .state()
        .users.map(({ userName }) => userName)
        .sort(),
    ).toEqual(numbers(8).map((index) => `u${index}@example.com`));
  }),
);

terraformTest('lost state: the backup lets the next apply complete a change that was killed', () =>
  withTenant({ data }, async (tenant) => {
    const { declare, apply, expectNoChanges, sim } = tenant;
    declare(organisation('Lead'));
    await apply();
    declare(organisation('Head'));
    await killed(tenant);
    copyFileSync(backupOf(tenant), stateOf(tenant));
    await apply();
    await expectNoChanges();
    expect(new Set(sim.state().users.map(({ title }) => title))).toEqual(new Set(['Head']));
    expect(sim.state().users).toHaveLength(8);
  }),
);
