import { describe, expect, jest } from '@jest/globals';
import type { SimulatorData } from '../../src/simulator/index.js';
import { resource, type TerraformTenant, withTenant } from '../support/terraform/tenant.js';
import { terraformTest } from '../support/terraform/terraform-test.js';

jest.setTimeout(120_000);

const data: SimulatorData = {
  users: [{ userName: 'ann@example.com' }, { userName: 'boss@example.com' }],
  containers: ['prod'],
  roles: ['Auditor'],
};
const LOOK_UPS = ['ann', 'boss']
  .map((name) => `data "delinea_user" "${name}" { user_name = "${name}@example.com" }\n`)
  .join('');
const permission = (name: string, kind: string, principal: string, right = 'View') =>
  resource(
    'container_permission',
    name,
    `container = "prod"\nprincipal_type = "${kind}"\nprincipal_id = ${principal}\nright = "${right}"`,
  );
const grant = (name: string, right: string) =>
  `{ principal_type = "user", principal_id = data.delinea_user.${name}.id, right = "${right}" }`;
const single = (name: string, right: string) => permission(name, 'user', `data.delinea_user.${name}.id`, right);
const singles = LOOK_UPS + single('ann', 'View') + single('boss', 'Owner');
const set = (more: string, ...grants: string[]) =>
  LOOK_UPS + resource('container_permissions', 'all', `container = "prod"\ngrants = [${grants.join(', ')}]\n${more}`);
const rights = ({ sim }: TerraformTenant) =>
  sim
    .state()
    .containerPermissions.map(({ user, group, right }) => `${user ?? group} ${right}`)
    .sort();

describe('advice, followed: single permissions and an authoritative set', () => {
  const whole = set('', grant('ann', 'View'), grant('boss', 'Owner'));
  for (const [title, before, after] of [
    ['single permissions become a set', singles, whole],
    ['a set becomes single permissions', whole, singles],
  ] as const) {
    terraformTest(`no moved block is named when ${title}, and the apply writes nothing`, () =>
      withTenant({ data }, async (tenant) => {
        const { declare, apply, plan, expectNoChanges, sim } = tenant;
        declare(before);
        await apply();
        declare(after);
        const text = await plan();
        expect(text).toContain('nothing is removed');
        expect(text).toContain('there is no moved block for it. None is needed.');
        expect(text).not.toContain('moved {');
        sim.resetRequests();
        await apply();
        expect([rights(tenant), sim.requests.writes]).toEqual([['ann@example.com View', 'boss@example.com Owner'], 0]);
        await expectNoChanges();
      }),
    );
  }

  terraformTest('adopt = "always" lets a set take over single permissions and revoke one of them', () =>
    withTenant({ data }, async (tenant) => {
      const { declare, apply, refused, expectNoChanges } = tenant;
      declare(singles);
      await apply();
      declare(set('', grant('boss', 'Owner')));
      expect(await refused('apply')).toContain('set adopt = "always"');
      declare(set('adopt = "always"', grant('boss', 'Owner')));
      await apply();
      expect(rights(tenant)).toEqual(['boss@example.com Owner']);
      await expectNoChanges();
    }),
  );
});

describe('advice, followed: replacements', () => {
  const all = `${resource('user', 'x', 'user_name = "x@example.com"')}${resource(
    'group',
    'g',
    'display_name = "g"\nmembers = [delinea_user.x.id]',
  )}${permission('p', 'user', 'delinea_user.x.id')}`;

  terraformTest(
    'terraform untaint is named for a tainted user, which neither loses its login when it is replaced',
    () =>
      withTenant({ data }, async (tenant) => {
        const { declare, apply, plan, attempt, folder, expectNoChanges, sim } = tenant;
        declare(all);
        await apply();
        await folder.run(['taint', 'delinea_user.x']);
        expect(await plan()).toContain('x@example.com: is in the state and is planned as new; it is left unchanged');
        expect(await plan()).toContain('If it is tainted, run terraform untaint ADDRESS.');
        expect((await attempt('untaint', 'delinea_user.x')).code).toBe(0);
        await expectNoChanges();
        await folder.run(['taint', 'delinea_user.x']);
        const before = sim.state();
        const { length } = sim.log;
        await apply();
        const written = sim.log.slice(length).filter(({ method }) => method !== 'GET');
        expect(written.filter(({ path }) => /users|groups/i.test(path))).toEqual([]);
        expect(sim.state().users).toEqual(before.users);
        expect(rights(tenant)).toEqual(['x@example.com View']);
        await expectNoChanges();
      }),
  );

  for (const [address, hcl] of [
    ['delinea_container_permission.boss', LOOK_UPS + single('boss', 'Owner')],
    ['delinea_container_permissions.all', set('', grant('boss', 'Owner'), grant('ann', 'View'))],
  ] as const) {
    terraformTest(`terraform untaint is named for ${address}, and no right is lost when it is replaced`, () =>
      withTenant({ data }, async (tenant) => {
        const { declare, apply, plan, attempt, folder, expectNoChanges, sim } = tenant;
        declare(hcl);
        await apply();
        const before = sim.state();
        await folder.run(['taint', address]);
        const text = await plan();
        expect(text).toContain('is in the state and is planned as new; it is left unchanged');
        expect(text).toContain('If it is tainted, run terraform untaint ADDRESS.');
        sim.resetRequests();
        await apply();
        expect([sim.state(), sim.requests.writes]).toEqual([before, 0]);
        await folder.run(['taint', address]);
        expect((await attempt('untaint', address)).code).toBe(0);
        await expectNoChanges();
      }),
    );
  }

  for (const [address, hcl] of [
    ['delinea_user.x', all],
    ['delinea_group.g', all],
    ['delinea_container_permission.p', all],
    ['delinea_container_permissions.all', set('', grant('boss', 'Owner'))],
  ] as const) {
    terraformTest(`-replace=${address} is refused without the advice to remove a declaration`, () =>
      withTenant({ data }, async ({ declare, apply, refused, expectNoChanges }) => {
        declare(hcl);
        await apply();
        const text = await refused('plan', `-replace=${address}`);
        expect(text).toContain('would be removed and created again');
        expect(text).toContain('Do not force a replacement (-replace, replace_triggered_by)');
        expect(text).not.toContain('Remove one of the two');
        await expectNoChanges();
      }),
    );
  }
});

const MOVED = 'moved { from = delinea_';
const moved = (from: string, to: string) => `moved {\n  from = ${from}\n  to = ${to}\n}\n`;

describe('advice, followed: a renamed address with dependent grants', () => {
  const team = (name: string) =>
    LOOK_UPS +
    resource('group', name, 'display_name = "team"\nmembers = [data.delinea_user.ann.id]') +
    permission('own', 'group', `delinea_group.${name}.id`, 'Owner');

  for (const args of [[], ['-parallelism=1']]) {
    terraformTest(`moved is named for a group that is the last Owner ${args.join('')}`, () =>
      withTenant({ data }, async (tenant) => {
        const { declare, apply, plan, refused, expectNoChanges } = tenant;
        declare(team('a'));
        await apply();
        declare(team('b'));
        const text = await refused('plan', ...args);
        expect(text).toContain('prod would be left without an active Owner');
        expect(text).toContain(
          `The address of team has changed. If it was renamed, add this block: ${MOVED}group.OLD to = delinea_group.NEW }`,
        );
        declare(moved('delinea_group.a', 'delinea_group.b') + team('b'));
        expect(await plan(...args)).toContain('Plan: 0 to add, 0 to change, 0 to destroy.');
        await apply();
        await expectNoChanges();
        expect(rights(tenant)).toEqual(['team Owner']);
      }),
    );
  }

  terraformTest('moved is named before the allowance when the keys of many users with grants change', () =>
    withTenant({ data }, async (tenant) => {
      const { declare, apply, refused, plan, expectNoChanges, sim } = tenant;
      const people = (prefix: string) => {
        const keys = Array.from({ length: 8 }, (_, index) => `${prefix}${index} = "u${index}@example.com"`);
        return (
          resource('user', 'u', `for_each = { ${keys.join(', ')} }\nuser_name = each.value`) +
          resource(
            'container_permission',
            'p',
            'for_each = delinea_user.u\ncontainer = "prod"\nprincipal_type = "user"\nprincipal_id = each.value.id\nright = "View"',
          )
        );
      };
      declare(people('a'));
      await apply();
      const before = sim.state();
      declare(people('b'));
      const text = await refused('plan');
      expect(text).toMatch(/8 of 8 container permissions would be revoked/);
      expect(text).toMatch(
        /The address of u\d@.* has changed\. If it was renamed, add this block: moved \{[^}]*\} If this is intended, set DELINEA_ALLOW_REMOVALS=8/,
      );
      const blocks = Array.from({ length: 8 }, (_, index) =>
        moved(`delinea_user.u["a${index}"]`, `delinea_user.u["b${index}"]`),
      );
      declare(blocks.join('') + people('b'));
      expect(await plan()).toContain(`${MOVED}container_permission.OLD`);
      await apply();
      expect(sim.state()).toEqual(before);
      await expectNoChanges();
    }),
  );
});
