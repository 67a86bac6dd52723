import { afterEach, describe, expect, test } from '@jest/globals';
import { exitOfDrift, exitOfError } from '../../src/cli/exit.js';
import type { Declaration } from '../../src/provider/index.js';
import { driftOf } from '../../src/review/index.js';
import type { Fault } from '../../src/simulator/index.js';
import { failuresOf, findingsOf, stepsOf } from '../support/assert/facts.js';
import { group, membersOf, user } from '../support/tenant/declare.js';
import {
  openWorkbench,
  type Workbench,
  type WorkbenchInput,
  type WorkbenchOptions,
} from '../support/tenant/workbench.js';

let bench: Workbench;
afterEach(() => bench?.close());

const people = (count: number) => Array.from({ length: count }, (_, index) => user(`u${index}`));
const sre = (...members: readonly Declaration[]) => group('sre', { ...membersOf(...members), allowEmpty: true });

/** Creates a managed group with this many members. */
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

/** Returns a plan's exit code as `drift`, its steps and its findings. */
async function planned(declarations: readonly Declaration[], input: WorkbenchInput = {}) {
  const plan = await bench.plan(declarations, input);
  return [exitOfDrift(driftOf(plan)), stepsOf(plan), findingsOf(plan)];
}

describe('group members missing from the response', () => {
  test.each([
    ['declared', true],
    ['removed from code', false],
  ])('are an error, neither an empty group nor a reason to add them, when 2 are %s', async (_, stays) => {
    const all = await open(2);
    hide(drop(EVERYWHERE, 'members'));
    const wanted = stays ? [...all, sre(...all)] : all;
    expect(await planned(wanted)).toEqual([5, [], ['error incomplete_response delinea_group.sre']]);
    const [finding] = (await bench.plan(wanted)).delinea.findings;
    expect(finding).toMatchObject({
      message: 'the response leaves out members, although 2 are known',
      remedy: [{ kind: 'allowMissing', count: 2, soFar: false }],
    });
    expect(await planned(wanted, { allowMissing: 1 })).toEqual([
      5,
      [],
      ['error incomplete_response delinea_group.sre'],
    ]);
    const step = stays ? 'update group sre' : 'forget group sre';
    expect(await planned(wanted, { allowMissing: 2 })).toEqual([2, [step], ['warning let_through']]);
  });

  test('are an error when code declares the group empty', async () => {
    const all = await open(2);
    hide(drop(EVERYWHERE, 'members'));
    expect(await planned([...all, sre()])).toEqual([5, [], ['error incomplete_response delinea_group.sre']]);
  });

  test('are not reported when code no longer manages members', async () => {
    const all = await open(2);
    hide(drop(EVERYWHERE, 'members'));
    expect((await bench.plan([...all, group('sre')])).delinea.findings).toEqual([]);
  });

  test('stop the run when 14 are missing', async () => {
    const all = await open(14);
    hide(drop(EVERYWHERE, 'members'));
    const error = await bench.plan(all).catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      errors: [
        {
          code: 'visibility_reduced',
          message: expect.stringMatching(
            /^14 of 14 managed members of groups are not visible on the Platform SCIM \(static token\): u\d+@example.com in sre, .*, and 11 more$/,
          ),
          remedy: [{ kind: 'allowMissing', count: 14, soFar: false }],
        },
      ],
    });
    expect(exitOfError(error)).toBe(5);
    expect(stepsOf(await bench.plan(all, { allowMissing: 14 }))).toEqual(['forget group sre']);
  });

  test('are read group by group when only the list omits them', async () => {
    const all = await open(14);
    hide(drop(LIST, 'members'));
    expect(await planned([...all, sre(...all)])).toEqual([0, [], []]);
    const { failures } = await bench.converge(all);
    expect([failures, membersNow()]).toEqual([[], []]);
  });

  test('are read group by group when code declares the groups empty and somebody was added to one', async () => {
    bench = await openWorkbench({ idSpaces: 'shared', data: { users: [{ userName: 'mallory@example.com' }] } });
    const groups = ['sre', 'ops', 'dba'].map((name) => group(name, { members: [], allowEmpty: true }));
    await bench.converge(groups);
    bench.sim.admin.addMember('ops', 'mallory@example.com');
    hide(drop(LIST, 'members'));
    expect(await planned(groups)).toEqual([2, ['update group ops'], ['drift added_out_of_band delinea_group.ops']]);
    expect((await bench.converge(groups)).failures).toEqual([]);
    expect(bench.sim.state().groups.flatMap(({ members }) => members)).toEqual([]);
  });

  test('are read before a group is adopted, and refuse it when they differ', async () => {
    const names = ['sre', 'ops', 'dba'];
    const users = [{ userName: 'mallory@example.com' }];
    const groups = names.map((displayName) => ({ displayName, members: ['mallory@example.com'] }));
    bench = await openWorkbench({ idSpaces: 'shared', data: { users, groups } });
    hide(drop(LIST, 'members'));
    const empty = (values: object) => names.map((name) => group(name, { members: [], allowEmpty: true, ...values }));
    const refused = names.map((name) => `error not_ours delinea_group.${name}`).sort();
    expect(await planned(empty({}))).toEqual([1, [], refused]);
    expect((await bench.converge(empty({ adopt: 'always' }))).failures).toEqual([]);
    expect(bench.sim.state().groups.flatMap(({ members }) => members)).toEqual([]);
  });

  test.each([
    ['removed from code', false],
    ['declared empty', true],
  ])('stop the write when the read before it omits them and the group is %s', async (_, stays) => {
    const all = await open(2);
    const plan = await bench.plan(stays ? [...all, sre()] : all);
    hide(drop('/Groups/', 'members'));
    bench.sim.resetRequests();
    expect(failuresOf(await bench.apply(plan))).toEqual(['delinea_group.sre incomplete_response']);
    expect([bench.sim.requests.writes, membersNow().length]).toEqual([0, 2]);
    expect([...bench.ledger.values()].map(({ address }) => address)).toContain('delinea_group.sre');
  });

  test('count as none when the group never had any', async () => {
    bench = await openWorkbench({ idSpaces: 'shared' });
    await bench.converge([group('sre')]);
    hide(drop(EVERYWHERE, 'members'));
    expect(await planned([])).toEqual([2, ['forget group sre'], []]);
  });
});

describe('group members absent from an explicit list', () => {
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
  ])('of %d: %d missing give exit code %d', async (count, missing, exit) => {
    const all = await open(count);
    takeOut(missing);
    const outcome = bench.plan([...all, sre(...all)]).then(stepsOf, exitOfError);
    expect(await outcome).toEqual(exit === 5 ? 5 : ['update group sre']);
    const allowed = await bench.plan([...all, sre(...all)], { allowMissing: missing });
    expect(stepsOf(allowed)).toEqual(['update group sre']);
  });

  test('mean an empty group when the list of two members is empty', async () => {
    const all = await open(2);
    takeOut(2);
    expect(await planned(all)).toEqual([2, ['forget group sre'], []]);
  });

  test('are not counted as lost when code removed them too, since a killed run may have removed them', async () => {
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
  ['declared empty', () => [sre()], []],
])('group emptied by a killed run: no member is reported missing when it is %s', async (_, code, steps) => {
  const all = await open(6);
  for (const { values } of all) bench.sim.admin.removeMember('sre', String(values.userName));
  const plan = await bench.plan([...all, ...code()]);
  expect([stepsOf(plan), findingsOf(plan)]).toEqual([steps, []]);
});

test('missing members: users deleted themselves are not counted again in their groups', async () => {
  const all = people(10);
  bench = await openWorkbench({ idSpaces: 'shared' });
  const code = [...all, group('a', membersOf(...all)), group('b', membersOf(...all))];
  await bench.converge(code);
  for (const { values } of all.slice(0, 3)) bench.sim.admin.deleteUser(String(values.userName));
  const plan = await bench.plan(code.slice(3, 10));
  expect(stepsOf(plan).filter((step) => step.includes('group'))).toEqual(['deactivate group a', 'deactivate group b']);
});

test('missing members: each is counted by its home id when groups use another id space', async () => {
  bench = await openWorkbench({
    idSpaces: 'split',
    provider: { routing: [{ kind: 'group', surface: 'scim-cloud' }] },
  });
  const all = people(6);
  await bench.converge([...all, sre(...all)]);
  expect(await planned([...all, sre(...all)])).toEqual([0, [], []]);
  hide(drop(EVERYWHERE, 'members'));
  await expect(bench.plan([...all, sre(...all)])).rejects.toMatchObject({
    errors: [{ code: 'visibility_reduced', message: expect.stringMatching(/^6 of 6 managed members of groups/) }],
  });
});
