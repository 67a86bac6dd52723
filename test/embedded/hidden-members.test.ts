import { afterEach, describe, expect, test } from '@jest/globals';
import { exitOfDrift, exitOfError } from '../../src/cli/exit.js';
import type { Declaration, PlanInput } from '../../src/provider/index.js';
import type { Fault } from '../../src/simulator/index.js';
import { failuresOf, findingsOf, stepsOf } from '../support/assert/facts.js';
import { group, membersOf, user } from '../support/tenant/declare.js';
import { openWorkbench, type Workbench, type WorkbenchOptions } from '../support/tenant/workbench.js';

let bench: Workbench;
afterEach(() => bench?.close());

const people = (count: number) => Array.from({ length: count }, (_, index) => user(`u${index}`));
const sre = (...members: readonly Declaration[]) => group('sre', { ...membersOf(...members), allowEmpty: true });

/** A group with so many members, made by us. */
async function open(count: number, options: WorkbenchOptions = {}): Promise<Declaration[]> {
  bench = await openWorkbench({ idSpaces: 'shared', ...options });
  const all = people(count);
  const { failures } = await bench.converge([...all, sre(...all)]);
  expect(failures).toEqual([]);
  return all;
}

const drop = (path: string, ...fields: string[]): Fault => ({ kind: 'dropFields', method: 'GET', path, fields });
const LIST = '/Groups\\?';
const EVERYWHERE = '/Groups';
const hide = (...faults: Fault[]) => bench.sim.faults.set({ faults });
const membersNow = () => bench.sim.state().groups[0]?.members ?? [];

/** What a plan comes to: its exit as drift, its steps, what it reports. */
async function planned(declarations: readonly Declaration[], input: Partial<PlanInput> = {}) {
  const plan = await bench.plan(declarations, input);
  return [exitOfDrift(plan), stepsOf(plan), findingsOf(plan)];
}

describe('members that a group leaves out', () => {
  test.each([
    ['declared', true],
    ['removed from code', false],
  ])('of two: neither "nobody" nor a reason to add them (%s)', async (_, stays) => {
    const all = await open(2);
    hide(drop(EVERYWHERE, 'members'));
    const wanted = stays ? [...all, sre(...all)] : all;
    expect(await planned(wanted)).toEqual([5, [], ['error incomplete_response delinea_group.sre']]);
    const [finding] = (await bench.plan(wanted)).delinea.findings;
    expect(finding).toMatchObject({
      message: 'its members do not show, and the ledger knows 2',
      hint: expect.stringMatching(/--allow-missing 2\.$/),
    });
    expect(await planned(wanted, { allowMissing: 1 })).toEqual([
      5,
      [],
      ['error incomplete_response delinea_group.sre'],
    ]);
    const step = stays ? 'update group sre' : 'forget group sre';
    expect(await planned(wanted, { allowMissing: 2 })).toEqual([2, [step], []]);
  });

  test('declared to be empty: not empty before somebody has seen it', async () => {
    const all = await open(2);
    hide(drop(EVERYWHERE, 'members'));
    expect(await planned([...all, sre()])).toEqual([5, [], ['error incomplete_response delinea_group.sre']]);
  });

  test('not managed any more: nobody asks who is in it', async () => {
    const all = await open(2);
    hide(drop(EVERYWHERE, 'members'));
    expect((await bench.plan([...all, group('sre')])).delinea.findings).toEqual([]);
  });

  test('of fourteen stop the run', async () => {
    const all = await open(14);
    hide(drop(EVERYWHERE, 'members'));
    const error = await bench.plan(all).catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      errors: [
        {
          code: 'visibility_reduced',
          message: expect.stringMatching(
            /^14 of 14 members of groups that are ours do not show on the Platform SCIM \(static token\): u\d+@example.com in sre, .*, and 11 more$/,
          ),
          hint: expect.stringMatching(/--allow-missing 14\.$/),
        },
      ],
    });
    expect(exitOfError(error)).toBe(5);
    expect(stepsOf(await bench.plan(all, { allowMissing: 14 }))).toEqual(['forget group sre']);
  });

  test('in the list alone are read one by one, and nothing is missing', async () => {
    const all = await open(14);
    hide(drop(LIST, 'members'));
    expect(await planned([...all, sre(...all)])).toEqual([0, [], []]);
    const { failures } = await bench.converge(all);
    expect([failures, membersNow()]).toEqual([[], []]);
  });

  test.each([
    ['emptied by its removal', false],
    ['declared to be empty', true],
  ])('when the apply looks: the group is not taken for empty already (%s)', async (_, stays) => {
    const all = await open(2);
    const plan = await bench.plan(stays ? [...all, sre()] : all);
    hide(drop('/Groups/', 'members'));
    bench.sim.resetRequests();
    expect(failuresOf(await bench.apply(plan))).toEqual(['delinea_group.sre incomplete_response']);
    expect([bench.sim.requests.writes, membersNow().length]).toEqual([0, 2]);
    expect([...bench.ledger.values()].map(({ address }) => address)).toContain('delinea_group.sre');
  });

  test('that nobody ever gave it are nobody', async () => {
    bench = await openWorkbench({ idSpaces: 'shared' });
    await bench.converge([group('sre')]);
    hide(drop(EVERYWHERE, 'members'));
    expect(await planned([])).toEqual([2, ['forget group sre'], []]);
  });
});

describe('members that an explicit list lacks', () => {
  const takeOut = (count: number) =>
    bench.sim.faults.set({
      faults: [{ kind: 'extraFields', method: 'GET', path: EVERYWHERE, extra: { members: kept(count) } }],
    });
  const kept = (count: number) => {
    const ids = [...bench.ledger.values()].find(({ kind }) => kind === 'group')!.managedMembers!.members!;
    return ids.slice(count).map((value) => ({ value, type: 'User' }));
  };

  test.each([
    [14, 3, 0],
    [14, 4, 5],
    [14, 14, 5],
    [100, 5, 0],
    [100, 6, 5],
  ])('of %d: %d missing', async (count, missing, exit) => {
    const all = await open(count);
    takeOut(missing);
    const outcome = bench.plan([...all, sre(...all)]).then(stepsOf, exitOfError);
    expect(await outcome).toEqual(exit === 5 ? 5 : ['update group sre']);
    const told = await bench.plan([...all, sre(...all)], { allowMissing: missing });
    expect(stepsOf(told)).toEqual(['update group sre']);
  });

  test('none of two is a list: the group is empty', async () => {
    const all = await open(2);
    takeOut(2);
    expect(await planned(all)).toEqual([2, ['forget group sre'], []]);
  });

  test('are no loss where code has dropped just them: a killed run of ours may have done it', async () => {
    const all = await open(14);
    takeOut(5);
    const stay = all.filter((_, index) => kept(5).some(({ value }) => value === idOf(index)));
    expect(stay).toHaveLength(9);
    expect(await planned([...all, sre(...stay)])).toEqual([0, [], []]);
  });

  const idOf = (index: number) =>
    [...bench.ledger.values()].find(({ address }) => address === `delinea_user.u${index}`)!.id;
});

test.each([
  ['removed from code', (): Declaration[] => [], ['forget group sre']],
  ['declared to be empty', () => [sre()], []],
])('a group of six that a killed run of ours has emptied, %s, needs nothing more', async (_, code, steps) => {
  const all = await open(6);
  for (const { values } of all) bench.sim.admin.removeMember('sre', String(values.userName));
  const plan = await bench.plan([...all, ...code()]);
  expect([stepsOf(plan), findingsOf(plan)]).toEqual([steps, []]);
});

test('people who are gone themselves are not counted again in their groups', async () => {
  const all = people(10);
  bench = await openWorkbench({ idSpaces: 'shared' });
  const code = [...all, group('a', membersOf(...all)), group('b', membersOf(...all))];
  await bench.converge(code);
  for (const { values } of all.slice(0, 3)) bench.sim.admin.deleteUser(String(values.userName));
  const plan = await bench.plan(code.slice(3, 10));
  expect(stepsOf(plan).filter((step) => step.includes('group'))).toEqual(['deactivate group a', 'deactivate group b']);
});

test('across id spaces members are counted by their ids at home', async () => {
  bench = await openWorkbench({
    idSpaces: 'split',
    provider: { routing: [{ kind: 'group', surface: 'scim-cloud' }] },
  });
  const all = people(6);
  await bench.converge([...all, sre(...all)]);
  expect(await planned([...all, sre(...all)])).toEqual([0, [], []]);
  hide(drop(EVERYWHERE, 'members'));
  await expect(bench.plan([...all, sre(...all)])).rejects.toMatchObject({
    errors: [{ code: 'visibility_reduced', message: expect.stringMatching(/^6 of 6 members of groups/) }],
  });
});
