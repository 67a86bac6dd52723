import { expect, jest } from '@jest/globals';
import type { SimulatorData } from '../../src/simulator/index.js';
import { factsOf } from '../support/assert/facts.js';
import { resource, withTenant } from '../support/terraform/tenant.js';
import { terraformTest } from '../support/terraform/terraform-test.js';

jest.setTimeout(120_000);

/** On each surface, users, groups and containers have the same numbers: ann, ops and prod come first. */
const data: SimulatorData = {
  users: ['ann', 'ben', 'cid'].map((name) => ({ userName: `${name}@example.com` })),
  groups: [{ displayName: 'ops' }, { displayName: 'dev' }, { displayName: 'qa' }],
  containers: ['prod', 'stage', 'test'],
  roles: ['Auditor'],
};

const user = (name: string) => resource('user', name, `user_name = "${name}@example.com"`);
const group = (name: string, ...members: string[]) =>
  resource('group', name, `display_name = "${name}"\nadopt = "always"\nmembers = [${members.join(', ')}]`);
const empty = (name: string) => resource('group', name, `display_name = "${name}"\nadopt = "always"`);
const id = (address: string) => `delinea_${address}.id`;
const grant = (name: string, container: string, type: string, of: string, right: string) =>
  resource(
    'container_permission',
    name,
    `container = "${container}"\nprincipal_type = "${type}"\nprincipal_id = ${id(`${type}.${of}`)}\nright = "${right}"`,
  );

const people = user('ann') + user('ben') + user('cid') + empty('ops') + empty('dev');
const edges = (...rights: string[]) =>
  [
    grant('a', 'prod', 'user', 'ann', 'View'),
    grant('b', 'prod', 'group', 'ops', 'Edit'),
    grant('c', 'stage', 'user', 'ben', 'View'),
    grant('d', 'stage', 'group', 'dev', 'Owner'),
  ]
    .filter((_, index) => rights.includes('abcd'[index]!))
    .join('');
const access = (data: SimulatorData) => factsOf(data).filter((fact) => !/^(user|group) /.test(fact));

terraformTest('numbered ids: a state holds the right objects, and removals take the right access', () =>
  withTenant({ numbered: true, data }, async ({ declare, apply, expectNoChanges, sim, folder }) => {
    const team = group('qa', id('user.ann'), id('group.dev'), id('user.ben'));
    const role = resource(
      'role_binding',
      'r',
      `role = "Auditor"\nprincipal_type = "group"\nprincipal_id = ${id('group.ops')}`,
    );
    declare(people + team + role + edges('a', 'b', 'c', 'd'));
    await apply();
    await expectNoChanges();
    expect(access(sim.state())).toEqual([
      'ann@example.com has View on prod',
      'ann@example.com in qa',
      'ben@example.com has View on stage',
      'ben@example.com in qa',
      'group:dev has Owner on stage',
      'group:dev in qa',
      'group:ops has Edit on prod',
      'group:ops is Auditor',
    ]);
    const shown = JSON.parse((await folder.run(['show', '-json'])).out) as {
      values: { root_module: { resources: { address: string; values: { id: string } }[] } };
    };
    const ids = Object.fromEntries(shown.values.root_module.resources.map((one) => [one.address, one.values.id]));
    expect(ids).toMatchObject({
      'delinea_user.ann': '1',
      'delinea_group.ops': 'group:1',
      'delinea_group.dev': 'group:2',
    });
    declare(people + group('qa', id('user.ann'), id('user.cid')) + edges('b', 'c', 'd'));
    await apply();
    await expectNoChanges();
    expect(access(sim.state())).toEqual([
      'ann@example.com in qa',
      'ben@example.com has View on stage',
      'cid@example.com in qa',
      'group:dev has Owner on stage',
      'group:ops has Edit on prod',
    ]);
  }),
);

terraformTest('numbered ids: diagnostics name the protected principal, and no other with its number', () =>
  withTenant({ numbered: true, data }, async (tenant) => {
    const { declare, apply, refused, sim } = tenant;
    const guarded = 'protected_principals = ["ann@example.com", "dev"]';
    const team = group('qa', id('user.ann'), id('group.dev'), id('user.ben'), id('group.ops'));
    declare(people + team + edges('a', 'b', 'c', 'd'), guarded);
    await apply();
    sim.resetRequests();
    declare(people + group('qa', id('user.ann'), id('user.ben'), id('group.ops')) + edges('b', 'c', 'd'), guarded);
    const text = await refused('apply');
    expect(text).toContain('ann@example.com would lose View of ann@example.com on prod');
    expect(text).toContain('dev would leave qa');
    expect(text).not.toMatch(/(ops|ben@example\.com) would/);
    expect(sim.requests.writes).toBe(0);
    // The group and the user with the numbers of the protected ones are free to go.
    declare(people + group('qa', id('user.ann'), id('group.dev')) + edges('a', 'd'), guarded);
    await apply();
    expect(access(sim.state())).toEqual([
      'ann@example.com has View on prod',
      'ann@example.com in qa',
      'group:dev has Owner on stage',
      'group:dev in qa',
    ]);
  }),
);

terraformTest('numbered ids: drift and the last Owner are told by the right names', () =>
  withTenant({ numbered: true, data }, async ({ declare, apply, plan, refused, sim }) => {
    const owner = grant('o', 'test', 'group', 'ops', 'Owner');
    declare(people + group('qa', id('user.cid')) + owner);
    await apply();
    sim.admin.addMember('ops', 'ben@example.com');
    sim.admin.addMember('qa', 'group:dev');
    expect(await plan()).toContain('"group:2"');
    declare(people + group('qa', id('user.cid')));
    expect(await refused('apply')).toContain('container test would be left without an active Owner');
  }),
);

terraformTest('numbered ids: the number of a group is imported, and is written with its kind in code', () =>
  withTenant({ numbered: true, data }, async ({ declare, apply, refused, expectNoChanges }) => {
    const literal = (principal: string) =>
      resource(
        'container_permission',
        'x',
        `container = "prod"\nprincipal_type = "group"\nprincipal_id = "${principal}"\nright = "View"`,
      );
    declare(literal('1'));
    expect(await refused('plan')).toContain('"1" is a number; the id of this group is "group:1"');
    const imported = `${resource('group', 'ops', 'display_name = "ops"')}import {\n  to = delinea_group.ops\n  id = "1"\n}\n`;
    declare(imported + literal('group:1'));
    await apply();
    await expectNoChanges();
  }),
);
