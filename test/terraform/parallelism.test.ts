import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, jest } from '@jest/globals';
import { openTerraformFolder } from '../support/terraform/folder.js';
import { oneLine, resource, withTenant } from '../support/terraform/tenant.js';
import { terraformTest } from '../support/terraform/terraform-test.js';

jest.setTimeout(120_000);

const ROLES = Array.from({ length: 50 }, (_, index) => `Role ${index}`);
const ANN = 'data "delinea_user" "ann" { user_name = "ann@example.com" }\n';
const bindings = (roles: readonly string[]) => `${ANN}
resource "delinea_role_binding" "one" {
  for_each       = toset(${JSON.stringify(roles)})
  role           = each.key
  principal_type = "user"
  principal_id   = data.delinea_user.ann.id
}
`;
const data = { users: [{ userName: 'ann@example.com' }], roles: ROLES };
const sorted = (names: readonly string[]) => [...names].sort();

describe('parallelism of 10', () => {
  terraformTest('loses no role when 50 role bindings are created on one user', () =>
    withTenant({ data, faults: { latencyMs: 5 } }, async ({ declare, apply, expectNoChanges, sim }) => {
      declare(bindings(ROLES));
      await apply('-parallelism=10');
      await expectNoChanges();
      expect(sorted(sim.state().users[0]!.roles!)).toEqual(sorted(ROLES));
    }),
  );

  terraformTest('loses no member when 200 users are created and added to one group', () =>
    withTenant({ faults: { latencyMs: 2 } }, async ({ declare, apply, expectNoChanges, sim }) => {
      declare(`
resource "delinea_user" "one" {
  count     = 200
  user_name = "u\${count.index}@example.com"
}
${resource('group', 'all', 'display_name = "all"\nmembers = delinea_user.one[*].id')}`);
      await apply('-parallelism=10');
      await expectNoChanges();
      expect(sim.state().groups[0]!.members).toHaveLength(200);
    }),
  );

  // The service replaces the whole array of roles, so a write between another run's read and write is lost.
  terraformTest('completes in the next apply when two runs bind roles of one user at the same time', () =>
    withTenant({ data, faults: { latencyMs: 5 } }, async ({ declare, reattach, sim, attempt }) => {
      const other = openTerraformFolder(reattach);
      try {
        declare(bindings(ROLES.slice(0, 12)));
        other.write(`provider "delinea" {}\n${bindings(ROLES.slice(12, 24))}`);
        const ended = await Promise.all([
          attempt('apply', '-auto-approve'),
          other.run(['apply', '-auto-approve', '-no-color']).then(oneLine),
        ]);
        expect(ended.map(({ code, text }) => [code, code === 0 ? '' : text])).toEqual([
          [0, ''],
          [0, ''],
        ]);
        expect(await attempt('apply', '-auto-approve')).toMatchObject({ code: 0 });
        expect((await other.run(['apply', '-auto-approve'])).code).toBe(0);
        expect(sorted(sim.state().users[0]!.roles!)).toEqual(sorted(ROLES.slice(0, 24)));
      } finally {
        other.remove();
      }
    }),
  );
});

describe('changed state', () => {
  const stack =
    resource('user', 'ann', 'user_name = "ann@example.com"\ntitle = "Lead"') +
    resource('group', 'ops', 'display_name = "ops"\nmembers = [delinea_user.ann.id]') +
    resource('role_binding', 'ann', 'role = "Auditor"\nprincipal_type = "user"\nprincipal_id = delinea_user.ann.id');

  terraformTest('is rebuilt by adoption without a write when the state file was emptied', () =>
    withTenant({ data: { roles: ['Auditor'] } }, async ({ declare, apply, expectNoChanges, sim, folder }) => {
      declare(stack);
      await apply();
      const before = sim.state();
      writeFileSync(join(folder.path, 'terraform.tfstate'), '');
      sim.resetRequests();
      await apply();
      await expectNoChanges();
      expect(sim.requests.writes).toBe(0);
      expect(sim.state()).toEqual(before);
      expect(readFileSync(join(folder.path, 'terraform.tfstate'), 'utf8')).toContain(before.users[0]!.id);
    }),
  );

  terraformTest('makes a saved plan fail when an object was changed after the plan', () =>
    withTenant({ data: { roles: ['Auditor'] } }, async ({ declare, apply, plan, attempt, sim }) => {
      declare(stack);
      await apply();
      declare(
        stack
          .replace('"Lead"', '"Boss"')
          .replace('members = [delinea_user.ann.id]', 'members = []\nallow_empty = true'),
      );
      await plan('-out', 'saved');
      sim.admin.editUser('ann@example.com', { title: 'Owner' });
      sim.admin.addUser({ userName: 'new@example.com' });
      sim.admin.addMember('ops', 'new@example.com');
      sim.resetRequests();
      const { code, text } = await attempt('apply', 'saved');
      expect(code).toBe(1);
      expect(text).toContain('ann@example.com was changed since the plan was made: title');
      expect(text).toContain('ops was changed since the plan was made: members');
      expect(sim.requests.writes).toBe(0);
    }),
  );
});
