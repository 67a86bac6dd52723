import { afterEach, describe, expect, test } from '@jest/globals';
import { type Declaration, guardInputOf, type Plan } from '../../src/provider/index.js';
import { declared, grant, group, membersOf, user } from '../support/tenant/declare.js';
import { openWorkbench, type Workbench, type WorkbenchOptions } from '../support/tenant/workbench.js';

let bench: Workbench;
afterEach(() => bench.close());

const OWN = 'delinea-iac';
const users = (count: number, from = 0) => Array.from({ length: count }, (_, index) => user(`p${from + index}`));

async function open(before: readonly Declaration[], { data, ...options }: WorkbenchOptions = {}): Promise<void> {
  bench = await openWorkbench({
    data: { users: [{ userName: OWN }], containers: ['prod', 'old'], ...data },
    ...options,
  });
  expect((await bench.converge(before)).failures).toEqual([]);
}

/** Returns the counts by which an apply is refused, without limits and examples. */
const refusals = ({ delinea }: Plan) =>
  delinea.findings.flatMap(({ code, message }) =>
    code === 'refused_by_guard' ? [message.replace('apply will refuse: ', '').replace(/ \(limit.*/, '')] : [],
  );

const retired = (container: string, grants: readonly object[] = []) =>
  declared('container-permissions', 'retired', { container, grants, retired: true });

describe('losses', () => {
  test('176 of 385 permissions lowered from Edit to View are refused', async () => {
    const teams = Array.from({ length: 35 }, (_, index) => group(`t${index}`));
    const containers = Array.from({ length: 11 }, (_, index) => `folder${index}`);
    const grants = (lowered: number) =>
      containers.flatMap((container, row) =>
        teams.map((team, column) => {
          const place = row * teams.length + column;
          return grant(`g${place}`, container, team, place < lowered ? 'View' : 'Edit');
        }),
      );
    await open([...teams, ...grants(0)], { data: { containers } });
    const plan = await bench.plan([...teams, ...grants(176)]);
    expect(refusals(plan)[0]).toBe('176 of 385 container permissions would be revoked or lowered');
    await expect(bench.apply(plan, {}, {})).rejects.toThrow('176 of 385');
    expect(refusals(await bench.plan([...teams, ...grants(5)]))).toEqual([]);
  });

  test('a nested group that leaves counts the people behind it', async () => {
    const people = users(30);
    const [inner, other] = [
      group('inner', membersOf(...people.slice(0, 12))),
      group('other', membersOf(...people.slice(12))),
    ];
    const all = (...members: Declaration[]) => group('all', membersOf(...members));
    await open([...people, inner, other, all(inner, other, people[0]!)]);
    const plan = await bench.plan([...people, inner, other, all(other, people[0]!)]);
    expect(refusals(plan)).toEqual(['12 of 30 people would lose access']);
    expect(plan.delinea.findings).toContainEqual(
      expect.objectContaining({ message: expect.stringContaining(': inner (all) (12 people)') }),
    );
  });

  test('a team that goes with its members, its grant and its folder is no alarm', async () => {
    const people = users(80);
    const team = group('team', membersOf(...people.slice(0, 7)));
    const owners = grant('team_old', 'old', team, 'Owner');
    await open([...people, team, owners]);
    expect(refusals(await bench.plan([...people, retired('old')]))).toEqual([]);
    // Without the declaration that the folder is retired, nobody would own it.
    expect(refusals(await bench.plan(people))).toEqual(['container old would be left without an active Owner']);
  });
});

describe('retired container', () => {
  test('loses its last Owner, and the plan names the permission in code', async () => {
    const [jane, tom] = users(2);
    await open([jane!, tom!, grant('jane_old', 'old', jane!, 'Owner')]);
    bench.sim.admin.grant('old', { user: 'p1@example.com' }, 'View');
    const made = await bench.plan([jane!, tom!, retired('old')]);
    expect(made.delinea.findings).toContainEqual({
      level: 'warning',
      code: 'let_through',
      message: 'allowed by retired = true in code: container old would be left without an active Owner',
    });
    expect((await bench.apply(made, {}, {})).failures).toEqual([]);
    expect(bench.sim.state().containerPermissions.filter(({ container }) => container === 'old')).toEqual([]);
    // The declaration can go afterwards.
    const after = await bench.plan([jane!, tom!]);
    const actions = after.resource_changes.map(({ change }) => change.actions[0]);
    expect([refusals(after), actions.filter((action) => action !== 'no-op')]).toEqual([[], ['forget']]);
  });

  test('may keep readers, and another container is still guarded', async () => {
    const [jane, tom] = users(2);
    const owners = [grant('jane_old', 'old', jane!, 'Owner'), grant('jane_prod', 'prod', jane!, 'Owner')];
    await open([jane!, tom!, ...owners]);
    const readers = [
      { principalType: 'user', principalId: { ref: 'delinea_user.p1', attribute: 'id' }, right: 'View' },
    ];
    const plan = await bench.plan([jane!, tom!, retired('old', readers)]);
    expect(refusals(plan)).toEqual(['container prod would be left without an active Owner']);
    expect(guardInputOf(plan).evidence.retired).toHaveLength(1);
  });
});

describe('account of the run', () => {
  test('is nobody: the last Owner beside it may not leave', async () => {
    const [jane, tom] = users(2);
    const owner = grant('jane_prod', 'prod', jane!, 'Owner');
    await open([jane!, tom!, owner]);
    bench.sim.admin.grant('prod', { user: OWN }, 'Owner');
    expect(refusals(await bench.plan([jane!, tom!]))).toEqual(['container prod would be left without an active Owner']);
    expect(refusals(await bench.plan([jane!, tom!, grant('jane_prod', 'prod', jane!, 'View')]))).toHaveLength(1);
    expect(refusals(await bench.plan([jane!, tom!, grant('tom_prod', 'prod', tom!, 'Owner')]))).toEqual([]);
  });

  test('is enough where nobody else was active: a disabled Owner may be revoked', async () => {
    const [jane, tom] = users(2);
    await open([jane!, tom!, grant('jane_prod', 'prod', jane!, 'Owner')]);
    bench.sim.admin.setActive('p0@example.com', false);
    bench.sim.admin.grant('prod', { user: OWN }, 'Owner');
    expect(refusals(await bench.plan([jane!, tom!]))).toEqual([]);
  });
});
