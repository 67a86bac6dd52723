import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  expectedFacts,
  expectedMembershipChanges,
  expectedSteps,
  membershipChanges,
} from '../support/assert/expected-change.js';
import { factsOf, findingsOf, stepsOf } from '../support/assert/facts.js';
import { declarationsOf, readMonth } from '../support/generate/organisation.js';
import { openWorkbench, type Workbench } from '../support/tenant/workbench.js';

const [july, august] = [readMonth('2026-07'), readMonth('2026-08')];
const [inJuly, inAugust] = [declarationsOf(july), declarationsOf(august)];
const strangers = ['user first@example.com active', 'user last@example.com active'];

describe('real organisation on surfaces with separate ids', () => {
  let bench: Workbench;
  beforeAll(async () => {
    bench = await openWorkbench({
      data: {
        users: [{ userName: 'first@example.com' }, { userName: 'last@example.com' }],
        containers: [...july.containers],
      },
      provider: { concurrency: 16 },
    });
  });
  afterAll(() => bench.close());
  const facts = () => factsOf(bench.sim.state());

  test('is created in July, and the next plan is empty', async () => {
    const { plan, failures, written } = await bench.converge(inJuly);
    expect(stepsOf(plan)).toEqual(
      expectedSteps({ users: [], groups: [], containers: [], containerPermissions: [], roleBindings: [] }, july),
    );
    expect([failures, written]).toEqual([[], true]);
    expect(facts()).toEqual([...strangers, ...expectedFacts(july, july)].sort());
    const again = await bench.plan(inJuly);
    expect([stepsOf(again), findingsOf(again), again.applyable]).toEqual([[], [], false]);
  });

  test('has one account for each of the nine users who are spelled in two cases', () => {
    const written = new Map<string, Set<string>>();
    const names = [
      ...july.users.map(({ userName }) => userName),
      ...july.groups.flatMap(({ members }) => members),
      ...july.roleBindings.map(({ user }) => user!),
    ];
    for (const name of names) written.set(name.toLowerCase(), (written.get(name.toLowerCase()) ?? new Set()).add(name));
    expect([...written.values()].filter((spellings) => spellings.size > 1)).toHaveLength(9);
    expect(bench.sim.state().users).toHaveLength(july.users.length + 2);
  });

  test('changes in August by exactly the difference of the two files', async () => {
    const plan = await bench.plan(inAugust);
    expect(stepsOf(plan)).toEqual(expectedSteps(july, august));
    expect(membershipChanges(plan, inAugust)).toEqual(expectedMembershipChanges(july, august));
    const ids = new Map(bench.sim.state().users.map(({ userName, id }) => [userName.toLowerCase(), id]));
    expect((await bench.apply(plan)).failures).toEqual([]);
    expect(facts()).toEqual([...strangers, ...expectedFacts(july, august)].sort());
    for (const { userName, id } of bench.sim.state().users)
      expect([undefined, id]).toContain(ids.get(userName.toLowerCase()));
    expect(stepsOf(await bench.plan(inAugust))).toEqual([]);
  });

  test('returns to July with the new users of August disabled and no object deleted', async () => {
    const plan = await bench.plan(inJuly);
    expect(stepsOf(plan)).toEqual(expectedSteps(august, july));
    expect(membershipChanges(plan, inJuly)).toEqual(expectedMembershipChanges(august, july));
    expect((await bench.apply(plan)).failures).toEqual([]);
    expect(facts()).toEqual([...strangers, ...expectedFacts(august, july)].sort());
    expect(stepsOf(await bench.plan(inJuly))).toEqual([]);
  });

  test('shows exactly the changes outside of code and repairs those that it may', async () => {
    const { admin } = bench.sim;
    const before = facts();
    admin.addMember('api-approvers', 'first@example.com');
    admin.setActive('p01e2d202@example.com', false);
    admin.setRight('api', { group: 'api-approvers' }, 'Owner');
    admin.grant('api', { user: 'last@example.com' }, 'Owner');
    const result = await bench.converge(inJuly);
    expect(stepsOf(result.plan)).toEqual([
      'replace container-permission Edit of api-approvers on api',
      'update group api-approvers',
    ]);
    expect(findingsOf(result.plan).map((finding) => finding.split(' ').slice(0, 2).join(' '))).toEqual([
      'drift not_in_code',
      'drift added_out_of_band',
      'drift disabled_out_of_band',
    ]);
    expect(result.failures).toEqual([]);
    const kept = ['last@example.com has Owner on api', 'user p01e2d202@example.com disabled'];
    expect(facts()).toEqual([...before.filter((fact) => fact !== 'user p01e2d202@example.com active'), ...kept].sort());
  });
});
