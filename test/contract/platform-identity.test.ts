import { afterEach, describe, expect, test } from '@jest/globals';
import { connect, type Declaration } from '../../src/provider/index.js';
import { planOffboarding } from '../../src/provider/offboard/plan-offboarding.js';
import type { SimulatorData } from '../../src/simulator/index.js';
import { factsOf, failuresOf, groupOf, stepsOf, userOf } from '../support/assert/facts.js';
import { bind, group, idOf, looked, membersOf, user } from '../support/tenant/declare.js';
import { openWorkbench, type Workbench, type WorkbenchOptions } from '../support/tenant/workbench.js';

let bench: Workbench;
afterEach(() => bench?.close());

const open = async ({ provider, ...options }: WorkbenchOptions = {}) => {
  bench = await openWorkbench({ data, ...options, provider: { profile: 'platform-identity', ...provider } });
};

const data: SimulatorData = {
  users: [{ userName: 'stranger@example.com' }],
  groups: [{ displayName: 'bystanders', members: ['stranger@example.com'] }],
};

const jane = user('jane', { displayName: 'Jane Doe', emails: [{ value: 'jane@example.com' }], active: true });
const tom = user('tom');
const inner = group('inner', membersOf(tom));
const outer = group('outer', { description: 'All of them', ...membersOf(jane, inner) });
const everything: Declaration[] = [jane, tom, inner, outer];

/** The paths of the writes of a run, without the base, sorted. */
const writes = () =>
  bench.sim.log
    .filter(({ path }) => path.startsWith('/identity/'))
    .map(({ path }) => path.replace('/identity/api/', ''))
    .filter((path) => !/^Report|\/Get|oauth2/.test(path))
    .sort();

async function converge(declarations: readonly Declaration[]) {
  bench.sim.resetRequests();
  const result = await bench.converge(declarations);
  expect(result.failures).toEqual([]);
  expect(result.converged).toBe(true);
  return result;
}

async function errorsOf(declarations: readonly Declaration[]) {
  const plan = await bench.plan(declarations);
  return plan.delinea.findings.filter(({ level }) => level === 'error');
}

describe('Platform identity API', () => {
  test.each(['as-documented', 'lower', 'upper'] as const)(
    'apply: creates users and nested groups, and the second plan is empty, with rows %s',
    async (rowKeys) => {
      await open({ rowKeys });
      await converge(everything);
      expect(writes()).toEqual([
        'CDirectoryService/CreateUser',
        'CDirectoryService/CreateUser',
        'Roles/StoreRole',
        'Roles/StoreRole',
        'Roles/UpdateRole',
        'Roles/UpdateRole',
      ]);
      expect(factsOf(bench.sim.state())).toEqual([
        'group bystanders: ',
        'group inner: ',
        'group outer: All of them',
        'group:inner in outer',
        'jane@example.com in outer',
        'stranger@example.com in bystanders',
        'tom@example.com in inner',
        'user jane@example.com active',
        'user stranger@example.com active',
        'user tom@example.com active',
      ]);
      expect(userOf(bench.sim.state(), 'jane')).toMatchObject({
        displayName: 'Jane Doe',
        emails: [{ value: 'jane@example.com' }],
      });
      const again = await bench.plan(everything);
      expect(stepsOf(again)).toEqual([]);
      expect(again.delinea.findings).toEqual([]);
    },
  );

  test('apply: changes attributes, and a name and members of a group in one request', async () => {
    await open();
    await converge(everything);
    const changed = [
      user('jane', { ...jane.values, displayName: '', emails: [{ value: 'j.doe@example.com' }] }),
      user('tom', { userName: 'thomas@example.com', previousNames: ['tom@example.com'] }),
      inner,
      group('outer', { displayName: 'everyone', previousNames: ['outer'], description: '', ...membersOf(tom, inner) }),
    ];
    await converge(changed);
    expect(writes()).toEqual(['CDirectoryService/ChangeUser', 'CDirectoryService/ChangeUser', 'Roles/UpdateRole']);
    expect(groupOf(bench.sim.state(), 'everyone').members).toEqual(['group:inner', 'thomas@example.com']);
    expect(groupOf(bench.sim.state(), 'everyone').description ?? '').toBe('');
    expect(userOf(bench.sim.state(), 'jane')).toMatchObject({ emails: [{ value: 'j.doe@example.com' }] });
    expect(userOf(bench.sim.state(), 'jane').displayName).toBeUndefined();
    expect(stepsOf(await bench.plan(changed))).toEqual([]);
  });

  test('apply: takes a nested group and users out of a group', async () => {
    await open();
    await converge(everything);
    await converge([jane, tom, inner, group('outer', { description: 'All of them', members: [], allowEmpty: true })]);
    expect(writes()).toEqual(['Roles/UpdateRole']);
    expect(groupOf(bench.sim.state(), 'outer').members).toEqual([]);
  });

  test('plan: adopts what is there already, with members', async () => {
    await open();
    const stranger = user('stranger', { active: true });
    const { delinea, resource_changes } = await bench.plan([stranger, group('bystanders', membersOf(stranger))]);
    expect(delinea.findings).toEqual([]);
    expect(resource_changes.map((change) => change.delinea.operation)).toEqual(['adopt', 'adopt']);
  });

  test('plan: removes a member that was added outside of code', async () => {
    await open();
    await converge(everything);
    bench.sim.admin.addMember('outer', 'group:bystanders');
    bench.sim.admin.addMember('outer', 'stranger@example.com');
    const { delinea } = await bench.plan(everything);
    expect(delinea.findings.filter(({ level }) => level === 'drift')).toMatchObject([
      { code: 'added_out_of_band', message: expect.stringMatching(/^bystanders, stranger@example.com in outer/) },
    ]);
    await converge(everything);
    expect(groupOf(bench.sim.state(), 'outer').members).toEqual(['group:inner', 'jane@example.com']);
  });

  test('apply: deletes a user with on_removal = "delete" and allow_delete, and empties a group', async () => {
    await open({ provider: { allowDelete: true } });
    const leaving = user('tom', { onRemoval: 'delete' });
    await converge([leaving, inner]);
    await converge([]);
    expect(writes()).toEqual(['Roles/UpdateRole', 'UserMgmt/RemoveUsers']);
    expect(factsOf(bench.sim.state()).filter((fact) => /tom|inner/.test(fact))).toEqual(['group inner: ']);
    expect(stepsOf(await bench.plan([]))).toEqual([]);
  });

  test('names: % and _ are compared as they are', async () => {
    await open({
      data: {
        users: [{ userName: 'a_b@example.com' }, { userName: 'axb@example.com' }, { userName: 'a%@example.com' }],
        groups: [{ displayName: 'x_y' }, { displayName: 'xzy' }],
      },
    });
    const first = [user('a_b'), user('a%'), group('x_y')];
    const { resource_changes } = await bench.plan(first);
    expect(resource_changes.map(({ delinea }) => delinea.operation)).toEqual(['adopt', 'adopt', 'adopt']);
    await converge([...first, user('a-b'), user('a%b'), group('x%y')]);
    const { users, groups } = bench.sim.state();
    expect(users.map(({ userName }) => userName).sort()).toEqual(
      ['a%', 'a%b', 'a-b', 'a_b', 'axb'].map((name) => `${name}@example.com`),
    );
    expect(groups.map(({ displayName }) => displayName).sort()).toEqual(['x%y', 'x_y', 'xzy']);
  });

  test('lists: are read to their end although no total shows it', async () => {
    await open({ seedUsers: 2000 });
    const names = ['user00001', 'user00999', 'user01000', 'user01001', 'user02000'];
    const { delinea, resource_changes } = await bench.plan(names.map((name) => user(name)));
    expect(resource_changes.map((change) => change.delinea.operation)).toEqual(names.map(() => 'adopt'));
    expect(delinea.cost).toMatchObject({ writes: 0, gets: 0 });
  });

  test('password: is random, long, and in no plan, event or log', async () => {
    await open();
    const { plan, events } = await converge([tom]);
    expect(JSON.stringify([plan, events])).not.toMatch(/password/i);
  });
});

describe('Platform identity API: what a plan refuses', () => {
  test('a user that leaves the code: nothing disables it', async () => {
    await open();
    await converge([tom]);
    expect(await errorsOf([])).toMatchObject([
      {
        code: 'immutable',
        address: 'delinea_user.tom',
        message: expect.stringContaining('the API has no call that changes active'),
        hint: expect.stringMatching(/on_removal = "retain".*"delete"/),
      },
    ]);
    await converge([user('tom', { onRemoval: 'retain' })]);
    await converge([]);
    expect(factsOf(bench.sim.state())).toContain('user tom@example.com active');
  });

  test('active = false: on a new and on a live account', async () => {
    await open();
    const off = [user('tom', { active: false }), user('stranger', { active: false, adopt: 'always' })];
    expect(await errorsOf(off)).toMatchObject([{ code: 'immutable' }, { code: 'immutable' }]);
  });

  test('a suspended account: stays as it is, and needs nothing to leave the code', async () => {
    await open();
    await converge([tom]);
    bench.sim.admin.editUser('tom@example.com', { active: false });
    const { delinea } = await bench.plan([tom]);
    expect(delinea.findings.map(({ code }) => code)).toEqual(['disabled_out_of_band']);
    expect(await errorsOf([user('tom', { active: true, reactivate: 'TICKET-1' })])).toMatchObject([
      { code: 'immutable' },
    ]);
    expect(stepsOf(await bench.plan([]))).toEqual(['forget user tom@example.com']);
  });

  test('system groups: are found and referred to, and never changed', async () => {
    await open();
    const everybody = (values = {}) => group('e', { displayName: 'Everybody', adopt: 'always', ...values });
    expect(await errorsOf([everybody({ description: 'x' })])).toMatchObject([
      { code: 'not_ours', message: 'group Everybody is part of the system and cannot be changed' },
    ]);
    expect(await errorsOf([tom, everybody(membersOf(tom))])).toMatchObject([{ code: 'not_ours' }]);
    expect(await errorsOf([everybody()])).toEqual([]);
    expect(await errorsOf([looked('group', 'e', { displayName: 'Everybody' })])).toEqual([]);
  });

  test('permanent deletion of a group', async () => {
    await open();
    await converge([group('sre', { onRemoval: 'delete' })]);
    expect(await errorsOf([])).toMatchObject([
      { code: 'guarded', message: 'the Platform identity API cannot delete a group' },
    ]);
  });

  test('a kind or an attribute that the API does not have: one error each', async () => {
    await open();
    const plan = bench.plan([user('jane', { title: 'Cook' }), bind('jane_admin', 'Platform Admin', user('jane'))]);
    await expect(plan).rejects.toMatchObject({
      errors: [
        { code: 'unserved', message: 'the Platform identity API has no title for a user' },
        { code: 'unserved', message: expect.stringContaining('does not serve role-binding') },
      ],
    });
  });
});

describe('Platform identity API: a tenant that exposes only some writes', () => {
  test('users: groups fail as unserved, with the surfaces that serve them', async () => {
    await open({ identityWrites: 'users' });
    const result = await bench.converge([tom, group('sre', { description: 'x' })]);
    expect(failuresOf(result)).toEqual(['delinea_group.sre unserved']);
    expect(result.failures[0]!.error).toMatchObject({
      message: expect.stringContaining('this tenant does not expose the call'),
      hint: expect.stringContaining('also served by platform-rest, platform-scim, scim-cloud'),
    });
    expect(factsOf(bench.sim.state())).toContain('user tom@example.com active');
    expect(groupOf(bench.sim.state(), 'bystanders')).toBeDefined();
  });

  test('none: a deletion that the tenant does not expose never counts as done', async () => {
    await open({ identityWrites: 'none', provider: { allowDelete: true } });
    const stranger = user('stranger', { onRemoval: 'delete' });
    await converge([stranger]);
    const result = await bench.converge([]);
    expect(failuresOf(result)).toEqual(['delinea_user.stranger unserved']);
    expect(bench.ledger.size).toBe(1);
    expect(factsOf(bench.sim.state())).toContain('user stranger@example.com active');
  });
});

test('Platform identity API: off-boarding removes memberships and reports that the login stays', async () => {
  await open();
  await converge(everything);
  const { env } = bench.sim;
  const tenant = await connect(bench.settings, env);
  const { plan } = await planOffboarding(tenant, {
    stack: 'test',
    userName: 'jane@example.com',
    revoke: true,
    declarations: [],
  });
  expect(plan.delinea.findings.filter(({ level }) => level === 'error')).toMatchObject([
    { code: 'immutable', message: expect.stringContaining('jane@example.com stays enabled') },
  ]);
  expect((await bench.apply(plan)).failures).toEqual([]);
  expect(groupOf(bench.sim.state(), 'outer').members).toEqual(['group:inner']);
});

test('Platform identity API: members of a group are its own ids', async () => {
  await open();
  const stranger = looked('user', 'stranger', { userName: 'stranger@example.com' });
  const bystanders = looked('group', 'bystanders', { displayName: 'bystanders' });
  await converge([stranger, bystanders, group('all', { members: [idOf(stranger), idOf(bystanders)] })]);
  expect(groupOf(bench.sim.state(), 'all').members).toEqual(['group:bystanders', 'stranger@example.com']);
});
