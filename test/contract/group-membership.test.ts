import { afterEach, describe, expect, test } from '@jest/globals';
import { type Declaration, surfaces } from '../../src/provider/index.js';
import { factsOf, failuresOf, findingsOf, groupOf, stepsOf } from '../support/assert/facts.js';
import { group, looked, member, membersOf, user } from '../support/tenant/declare.js';
import { openWorkbench, type Workbench, type WorkbenchOptions } from '../support/tenant/workbench.js';

let bench: Workbench;
afterEach(() => bench?.close());

const data = {
  users: [{ userName: 'stranger@example.com' }],
  groups: [{ displayName: 'sre', members: ['stranger@example.com'] }, { displayName: 'empty' }],
};
const [ann, ben, cyd] = ['ann', 'ben', 'cyd'].map((name) => user(name)) as [Declaration, Declaration, Declaration];
const people = [ann, ben, cyd];
const sre = looked('group', 'sre', { displayName: 'sre' });
const inSre = (...who: readonly Declaration[]) =>
  who.map((each) => member(`${each.address.split('.')[1]}_in_sre`, sre, each));

const SURFACES = [
  'platform-rest',
  'platform-scim',
  'platform-identity',
  'scim-cloud',
  'secret-server',
  'secret-server-scim',
  'scim-connector',
];

/** Opens a tenant whose users and groups are on one surface, and in the same order with other ids everywhere. */
async function openOn(surface: string, options: WorkbenchOptions = {}): Promise<void> {
  const routing = ['user', 'group'].map((kind) => ({ kind, surface }));
  bench = await openWorkbench({ data, ...options, provider: { routing, externalIdFrom: 'userName' } });
}

async function converge(declarations: readonly Declaration[]) {
  bench.sim.resetRequests();
  const result = await bench.converge(declarations);
  expect(result.failures).toEqual([]);
  expect(result.converged).toBe(true);
  return result;
}

const membersNow = (name = 'sre') => groupOf(bench.sim.state(), name).members;
const others = (facts: readonly string[]) => facts.filter((fact) => !/(ann|ben|cyd)@/.test(fact));

describe.each(SURFACES)('memberships on %s', (surface) => {
  test("are added and removed one by one, and the group's other members stay", async () => {
    await openOn(surface);
    const before = factsOf(bench.sim.state());
    const everything = [...people, sre, ...inSre(ann, ben, cyd)];
    await converge(everything);
    expect(membersNow()).toEqual(['ann', 'ben', 'cyd', 'stranger'].map((name) => `${name}@example.com`));
    expect(stepsOf(await bench.plan(everything))).toEqual([]);

    await converge([...people, sre, ...inSre(ben)]);
    expect(membersNow()).toEqual(['ben@example.com', 'stranger@example.com']);
    await converge(people);
    expect(others(factsOf(bench.sim.state()))).toEqual(before);
    expect(membersNow()).toEqual(['stranger@example.com']);
    expect(stepsOf(await bench.plan(people))).toEqual([]);
  });

  test('keep a member whom somebody else adds between plan and apply', async () => {
    await openOn(surface);
    await converge(people);
    const plan = await bench.plan([...people, sre, ...inSre(ann, ben)]);
    bench.sim.admin.addMember('sre', 'cyd@example.com');
    expect((await bench.apply(plan)).failures).toEqual([]);
    expect(membersNow()).toEqual(['ann', 'ben', 'cyd', 'stranger'].map((name) => `${name}@example.com`));
  });

  test('are in groups that the same plan creates, in the first one and in one without members', async () => {
    await openOn(surface);
    const team = group('team');
    const empty = looked('group', 'empty', { displayName: 'empty' });
    const everything = [
      ...people,
      team,
      empty,
      member('a', team, ann),
      member('b', team, ben),
      member('c', empty, cyd),
    ];
    await converge(everything);
    expect(membersNow('team')).toEqual(['ann@example.com', 'ben@example.com']);
    expect(membersNow('empty')).toEqual(['cyd@example.com']);
    expect(stepsOf(await bench.plan(everything))).toEqual([]);
  });

  test('leave the code together with their group, which is emptied', async () => {
    await openOn(surface);
    const team = group('team');
    await converge([...people, team, ...people.map((who) => member(who.address.slice(-3), team, who))]);
    bench.sim.admin.addMember('team', 'stranger@example.com');
    const plan = await bench.plan(people);
    expect(stepsOf(plan)).toHaveLength(4);
    expect((await bench.apply(plan)).failures).toEqual([]);
    expect(membersNow('team')).toEqual([]);
    expect(stepsOf(await bench.plan(people))).toEqual([]);
  });

  test('leave the code with their group, but not with a member whom somebody else adds meanwhile', async () => {
    await openOn(surface);
    const team = group('team');
    await converge([ann, ben, cyd, team, member('a', team, ann), member('b', team, ben)]);
    const plan = await bench.plan(people);
    bench.sim.admin.addMember('team', 'cyd@example.com');
    expect(failuresOf(await bench.apply(plan))).toEqual(['delinea_group.team stale_plan']);
    expect(membersNow('team')).toContain('cyd@example.com');
  });

  test('give way to the list of their group, and the list to memberships', async () => {
    await openOn(surface);
    const team = group('team');
    const memberships = [member('a', team, ann), member('b', team, ben)];
    await converge([...people, team, ...memberships]);
    // ann stays as an element of the list, ben does not, and cyd is new.
    const listed = [...people, group('team', membersOf(ann, cyd))];
    const plan = await bench.plan(listed);
    expect(stepsOf(plan)).toEqual([
      'forget group-membership ann@example.com in team',
      'forget group-membership ben@example.com in team',
      'update group team',
    ]);
    expect((await bench.apply(plan)).failures).toEqual([]);
    expect(membersNow('team')).toEqual(['ann@example.com', 'cyd@example.com']);
    expect(stepsOf(await bench.plan(listed))).toEqual([]);
    await converge([...people, team, ...memberships]);
    expect(membersNow('team')).toEqual(['ann', 'ben', 'cyd'].map((name) => `${name}@example.com`));
    expect(stepsOf(await bench.plan([...people, team, ...memberships]))).toEqual([]);
  });

  test('stay when the list that takes them over has an error', async () => {
    await openOn(surface);
    const team = group('team');
    await converge([ann, team, member('a', team, ann)]);
    const { resource_changes, delinea } = await bench.plan([ann, group('team', { members: [] })]);
    expect(delinea.findings.filter(({ level }) => level === 'error')).toMatchObject([{ code: 'guarded' }]);
    expect(resource_changes.filter(({ delinea: step }) => step.operation !== 'none')).toEqual([]);
  });

  test('adopt a membership that exists already, without a write', async () => {
    await openOn(surface);
    const stranger = looked('user', 'stranger', { userName: 'stranger@example.com' });
    const { plan } = await converge([stranger, sre, ...inSre(stranger)]);
    expect(stepsOf(plan)).toEqual(['adopt group-membership stranger@example.com in sre']);
    expect(bench.sim.requests.writes).toBe(0);
  });

  test('stay when onRemoval is retain', async () => {
    await openOn(surface);
    await converge([ann, sre, member('a', sre, ann, { onRemoval: 'retain' })]);
    const { plan } = await converge([ann]);
    expect(stepsOf(plan)).toEqual(['forget group-membership ann@example.com in sre']);
    expect(membersNow()).toContain('ann@example.com');
  });

  test('are added again when they were removed outside of code', async () => {
    await openOn(surface);
    const everything = [ann, ben, sre, ...inSre(ann, ben)];
    await converge(everything);
    bench.sim.admin.removeMember('sre', 'ann@example.com');
    const plan = await bench.plan(everything);
    expect(stepsOf(plan)).toEqual(['create group-membership ann@example.com in sre']);
    expect(findingsOf(plan)).toContain('drift deleted_out_of_band delinea_group_membership.ann_in_sre');
    await converge(everything);
    expect(membersNow()).toContain('ann@example.com');
  });

  const hasNesting = !['secret-server', 'secret-server-scim', 'scim-connector'].includes(surface);
  test(`of a group ${hasNesting ? 'are added and removed' : 'are an error of the plan'}`, async () => {
    await openOn(surface);
    const inner = group('inner');
    const everything = [inner, sre, member('inner_in_sre', sre, inner)];
    if (!hasNesting) {
      await expect(bench.plan(everything)).rejects.toMatchObject({
        errors: [
          {
            code: 'unserved',
            path: 'delinea_group_membership.inner_in_sre.principal_type',
            message: `the ${surfaces[surface]!.title} has no group in members for a group-membership`,
          },
        ],
      });
      return;
    }
    await converge(everything);
    expect(membersNow()).toEqual(['group:inner', 'stranger@example.com']);
    expect(stepsOf(await bench.plan(everything))).toEqual([]);
    await converge([inner]);
    expect(membersNow()).toEqual(['stranger@example.com']);
  });

  test('are refused beside the list of the same group', async () => {
    await openOn(surface);
    const listed = group('sre', { ...membersOf(ann), adopt: 'always' });
    const plan = await bench.plan([ann, ben, listed, member('b', listed, ben)]);
    expect(plan.delinea.findings.filter(({ level }) => level === 'error')).toMatchObject([
      {
        code: 'duplicate',
        address: 'delinea_group_membership.b',
        message:
          'delinea_user.ben in sre is managed both by an authoritative resource and individually; the other declaration is delinea_group.sre',
      },
      { code: 'duplicate', address: 'delinea_group.sre' },
    ]);
    expect(stepsOf(plan)).toEqual(['create user ann@example.com', 'create user ben@example.com']);
  });
});

describe('memberships in a mirrored group', () => {
  test('are refused on Secret Server, where the group is kept elsewhere', async () => {
    bench = await openWorkbench({ data, provider: { profile: 'secret-server' }, secretServer: 'mirror' });
    const stranger = looked('user', 'stranger', { userName: 'stranger@example.com' });
    const empty = looked('group', 'empty', { displayName: 'empty' });
    const { delinea } = await bench.plan([stranger, empty, member('s', empty, stranger)]);
    expect(delinea.findings.filter(({ level }) => level === 'error')).toMatchObject([
      { code: 'not_ours', message: expect.stringMatching(/^group empty is kept by another product or directory/) },
    ]);
  });
});

describe('memberships in a list that the response leaves out', () => {
  const everything = [ann, ben, sre, ...inSre(ann, ben)];
  const hide = () =>
    bench.sim.faults.set({ faults: [{ kind: 'dropFields', method: 'GET', path: '/Groups', fields: ['members'] }] });

  test.each([
    ['declared', everything, ['create', 'create']],
    ['removed from code', [ann, ben], ['forget', 'forget']],
  ])('are neither gone nor added again while they are %s', async (_, wanted, steps) => {
    bench = await openWorkbench({ data });
    await converge(everything);
    hide();
    const plan = await bench.plan(wanted);
    expect(stepsOf(plan)).toEqual([]);
    expect(plan.delinea.findings.filter(({ level }) => level === 'error')).toMatchObject(
      ['ann', 'ben'].map((name) => ({
        code: 'incomplete_response',
        address: `delinea_group_membership.${name}_in_sre`,
        message: `the response leaves out members, although ${name}@example.com in sre is known`,
        remedy: [{ kind: 'allowMissing', count: 2 }],
      })),
    );
    const allowed = await bench.plan(wanted, { allowMissing: 2 });
    expect(stepsOf(allowed).map((step) => step.split(' ')[0])).toEqual(steps);
  });

  test('are not recorded as removed when the list is hidden after the plan', async () => {
    bench = await openWorkbench({ data });
    await converge(everything);
    const plan = await bench.plan([ann, ben]);
    hide();
    const { failures } = await bench.apply(plan);
    expect(failures.map(({ error }) => error.code)).toEqual(['incomplete_response', 'incomplete_response']);
    expect(membersNow()).toEqual(['ann', 'ben', 'stranger'].map((name) => `${name}@example.com`));
    bench.sim.faults.set({ faults: [] });
    await converge([ann, ben]);
    expect(membersNow()).toEqual(['stranger@example.com']);
  });

  test('are added to a group that shows none, as one without members may', async () => {
    bench = await openWorkbench({ data });
    const empty = looked('group', 'empty', { displayName: 'empty' });
    bench.sim.faults.set({
      faults: [{ kind: 'dropFields', method: 'GET', path: '/Groups', fields: ['members'], times: 3 }],
    });
    const plan = await bench.plan([ann, empty, member('a', empty, ann)]);
    expect(stepsOf(plan)).toContain('create group-membership ann@example.com in empty');
    expect((await bench.apply(plan)).failures).toEqual([]);
    expect(membersNow('empty')).toEqual(['ann@example.com']);
  });
});
