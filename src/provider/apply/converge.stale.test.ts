import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { factsOf, failuresOf, groupOf, userOf } from '../../../test/support/assert/facts.js';
import { bind, grant, group, membersOf, user } from '../../../test/support/tenant/declare.js';
import { openWorkbench, type Workbench } from '../../../test/support/tenant/workbench.js';

let bench: Workbench;
beforeEach(async () => {
  bench = await openWorkbench({ data: { users: [{ userName: 'x@example.com' }], containers: ['prod', 'stage'] } });
});
afterEach(() => bench.close());

const [jane, tom] = [user('jane', { title: 'a' }), user('tom', { title: 'a' })] as const;
const changed = [user('jane', { title: 'b' }), user('tom', { title: 'b' })];

describe('an object changed after the plan was made', () => {
  test('is left alone with an error of its own; the others are done', async () => {
    await bench.converge([jane, tom]);
    const plan = await bench.plan(changed);
    bench.sim.admin.editUser('jane@example.com', { title: 'c' });
    const result = await bench.apply(plan);
    expect(failuresOf(result)).toEqual(['delinea_user.jane stale_plan']);
    expect([result.done, result.converged]).toEqual([1, false]);
    expect([userOf(bench.sim.state(), 'jane').title, userOf(bench.sim.state(), 'tom').title]).toEqual(['c', 'b']);
    expect(bench.sim.requests.byRoute['PATCH /api/v1/users/{id}']).toBe(1);
  });

  test('in what the plan does not touch is no reason to stop', async () => {
    await bench.converge([jane]);
    const plan = await bench.plan([user('jane', { title: 'b' })]);
    bench.sim.admin.editUser('jane@example.com', { department: 'Other' });
    expect((await bench.apply(plan)).converged).toBe(true);
    expect(userOf(bench.sim.state(), 'jane')).toMatchObject({ title: 'b', department: 'Other' });
  });

  test('in what was as wanted then is not put right unseen: nobody is enabled again by a change of title', async () => {
    await bench.converge([user('jane', { title: 'a', active: true }), tom]);
    const plan = await bench.plan([user('jane', { title: 'b', active: true }), user('tom', { title: 'b' })]);
    bench.sim.admin.setActive('jane@example.com', false);
    expect(failuresOf(await bench.apply(plan))).toEqual(['delinea_user.jane stale_plan']);
    expect(userOf(bench.sim.state(), 'jane')).toMatchObject({ title: 'a', active: false });
    expect(userOf(bench.sim.state(), 'tom').title).toBe('b');
  });

  test('into what the plan wants is done without a write', async () => {
    await bench.converge([jane]);
    const plan = await bench.plan([user('jane', { title: 'b' })]);
    bench.sim.admin.editUser('jane@example.com', { title: 'b' });
    bench.sim.resetRequests();
    const result = await bench.apply(plan);
    expect([result.converged, bench.sim.requests.writes]).toEqual([true, 0]);
  });

  test('by being deleted is not made again', async () => {
    await bench.converge([jane]);
    const plan = await bench.plan([user('jane', { title: 'b' })]);
    bench.sim.admin.deleteUser('jane@example.com');
    expect(failuresOf(await bench.apply(plan))).toEqual(['delinea_user.jane stale_plan']);
    expect(bench.sim.state().users).toHaveLength(1);
  });
});

describe('an object that came into being after the plan was made', () => {
  test('and is equal is taken over without a write', async () => {
    const plan = await bench.plan([jane]);
    bench.sim.admin.addUser({ userName: 'JANE@example.com', title: 'a' });
    const result = await bench.apply(plan);
    expect([result.converged, bench.sim.requests.writes, bench.ledger.size]).toEqual([true, 0, 1]);
  });

  test.each([
    ['differs', { title: 'z' }, 'stale_plan'],
    ['is disabled', { title: 'a', active: false }, 'consent_missing'],
  ])('and %s is left alone', async (_, seen, code) => {
    const plan = await bench.plan([jane]);
    bench.sim.admin.addUser({ userName: 'jane@example.com', ...seen });
    expect(failuresOf(await bench.apply(plan))).toEqual([`delinea_user.jane ${code}`]);
    expect(userOf(bench.sim.state(), 'jane')).toMatchObject(seen);
    expect([bench.sim.requests.writes, bench.ledger.size]).toEqual([0, 0]);
  });

  test('as a group with members is left alone', async () => {
    const plan = await bench.plan([jane, group('sre', membersOf(jane))]);
    bench.sim.admin.addGroup({ displayName: 'sre', members: ['x@example.com'] });
    expect(failuresOf(await bench.apply(plan))).toEqual(['delinea_group.sre stale_plan']);
    expect(groupOf(bench.sim.state(), 'sre').members).toEqual(['x@example.com']);
  });
});

describe('an edge changed after the plan was made', () => {
  const sre = group('sre');
  const right = (text: string) => [sre, grant('g', 'prod', sre, text)];

  test('a right changed meanwhile is not overwritten', async () => {
    await bench.converge(right('View'));
    const plan = await bench.plan(right('Edit'));
    bench.sim.admin.setRight('prod', { group: 'sre' }, 'Owner');
    expect(failuresOf(await bench.apply(plan))).toEqual(['delinea_container_permission.g stale_plan']);
    expect(factsOf(bench.sim.state())).toContain('group:sre has Owner on prod');
  });

  test('a right that is to be revoked and was changed is left alone', async () => {
    await bench.converge(right('View'));
    const plan = await bench.plan([sre]);
    bench.sim.admin.setRight('prod', { group: 'sre' }, 'Owner');
    expect(failuresOf(await bench.apply(plan))).toEqual(['delinea_container_permission.g stale_plan']);
    expect(factsOf(bench.sim.state())).toContain('group:sre has Owner on prod');
  });

  test('what was to be revoked and is gone is done', async () => {
    await bench.converge([jane, sre, grant('g', 'prod', sre, 'View'), bind('b', 'User', jane)]);
    const plan = await bench.plan([jane, sre]);
    bench.sim.admin.revoke('prod', { group: 'sre' });
    bench.sim.admin.unbindRole('User', { user: 'jane@example.com' });
    const result = await bench.apply(plan);
    expect([failuresOf(result), result.written, bench.ledger.size]).toEqual([[], false, 2]);
  });
});

describe('a removal after the plan was made', () => {
  test('a group that got other members is not emptied', async () => {
    await bench.converge([jane, group('sre', membersOf(jane))]);
    const plan = await bench.plan([jane]);
    bench.sim.admin.addMember('sre', 'x@example.com');
    expect(failuresOf(await bench.apply(plan))).toEqual(['delinea_group.sre stale_plan']);
    expect(groupOf(bench.sim.state(), 'sre').members).toHaveLength(2);
  });

  test('an account disabled meanwhile is done', async () => {
    await bench.converge([jane]);
    const plan = await bench.plan([]);
    bench.sim.admin.setActive('jane@example.com', false);
    const result = await bench.apply(plan);
    expect([result.converged, result.written, bench.ledger.size]).toEqual([true, false, 0]);
  });

  test('an account deleted meanwhile is done, and nobody claims that its login was disabled', async () => {
    await bench.converge([jane]);
    const plan = await bench.plan([]);
    bench.sim.admin.deleteUser('jane@example.com');
    const result = await bench.apply(plan);
    expect([result.converged, result.written, bench.ledger.size]).toEqual([true, false, 0]);
    expect(result.notes).toEqual([{ address: jane.address, message: 'jane@example.com was gone already' }]);
  });

  test('an account deleted and made anew is left alone: nobody decided about that one', async () => {
    await bench.converge([jane, tom]);
    const plan = await bench.plan([]);
    bench.sim.admin.deleteUser('jane@example.com');
    bench.sim.admin.addUser({ userName: 'jane@example.com', title: 'a' });
    const result = await bench.apply(plan);
    expect(failuresOf(result)).toEqual(['delinea_user.jane stale_plan']);
    expect([userOf(bench.sim.state(), 'jane').active, userOf(bench.sim.state(), 'tom').active]).toEqual([true, false]);
    expect(result.notes.map(({ address }) => address)).toEqual([tom.address]);
  });

  test('a group to be deleted that was made anew is left alone, and one that is gone is done', async () => {
    const own = await openWorkbench({ provider: { allowDelete: true } });
    await own.converge([group('sre', { onRemoval: 'delete' }), group('ops', { onRemoval: 'delete' })]);
    const plan = await own.plan([]);
    for (const name of ['sre', 'ops']) own.sim.admin.deleteGroup(name);
    own.sim.admin.addGroup({ displayName: 'sre' });
    const { id } = groupOf(own.sim.state(), 'sre');
    expect(failuresOf(await own.apply(plan))).toEqual(['delinea_group.sre stale_plan']);
    expect(own.sim.state().groups.map((each) => each.id)).toEqual([id]);
    await own.close();
  });
});

test('a plan made for another tenant is refused whole', async () => {
  const plan = await bench.plan([jane]);
  const other = await openWorkbench();
  await expect(other.apply(plan)).rejects.toMatchObject({ code: 'stale_plan' });
  expect(other.sim.requests.total).toBe(0);
  await other.close();
});

test('applying one plan twice changes nothing the second time', async () => {
  const plan = await bench.plan([jane, tom, group('sre', membersOf(jane)), grant('g', 'prod', tom, 'View')]);
  await bench.apply(plan);
  const state = bench.sim.state();
  bench.sim.resetRequests();
  const again = await bench.apply(plan);
  expect([again.converged, bench.sim.requests.writes, bench.sim.state()]).toEqual([true, 0, state]);
});
