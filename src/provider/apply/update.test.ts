import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { failuresOf, groupOf, userOf } from '../../../test/support/assert/facts.js';
import { group, membersOf, user } from '../../../test/support/tenant/declare.js';
import { openWorkbench, type Workbench } from '../../../test/support/tenant/workbench.js';

let bench: Workbench;
beforeEach(async () => {
  bench = await openWorkbench({ data: { users: [{ userName: 'x@example.com' }], containers: ['prod', 'stage'] } });
});
afterEach(() => bench.close());

const [jane, tom] = [user('jane', { title: 'a' }), user('tom', { title: 'a' })] as const;
const changed = [user('jane', { title: 'b' }), user('tom', { title: 'b' })];

test('update: refuses an object that was changed since the plan, and applies the others', async () => {
  await bench.converge([jane, tom]);
  const plan = await bench.plan(changed);
  bench.sim.admin.editUser('jane@example.com', { title: 'c' });
  const result = await bench.apply(plan);
  expect(failuresOf(result)).toEqual(['delinea_user.jane stale_plan']);
  expect([result.done, result.converged]).toEqual([1, false]);
  expect([userOf(bench.sim.state(), 'jane').title, userOf(bench.sim.state(), 'tom').title]).toEqual(['c', 'b']);
  expect(bench.sim.requests.byRoute['PATCH /api/v1/users/{id}']).toBe(1);
});

test('update: applies when only an attribute outside the plan was changed', async () => {
  await bench.converge([jane]);
  const plan = await bench.plan([user('jane', { title: 'b' })]);
  bench.sim.admin.editUser('jane@example.com', { department: 'Other' });
  expect((await bench.apply(plan)).converged).toBe(true);
  expect(userOf(bench.sim.state(), 'jane')).toMatchObject({ title: 'b', department: 'Other' });
});

test('update: refuses an account that was disabled since the plan, even if the plan changes only its title', async () => {
  await bench.converge([user('jane', { title: 'a', active: true }), tom]);
  const plan = await bench.plan([user('jane', { title: 'b', active: true }), user('tom', { title: 'b' })]);
  bench.sim.admin.setActive('jane@example.com', false);
  expect(failuresOf(await bench.apply(plan))).toEqual(['delinea_user.jane stale_plan']);
  expect(userOf(bench.sim.state(), 'jane')).toMatchObject({ title: 'a', active: false });
  expect(userOf(bench.sim.state(), 'tom').title).toBe('b');
});

test('update: writes nothing when the object already is as declared', async () => {
  await bench.converge([jane]);
  const plan = await bench.plan([user('jane', { title: 'b' })]);
  bench.sim.admin.editUser('jane@example.com', { title: 'b' });
  bench.sim.resetRequests();
  const result = await bench.apply(plan);
  expect([result.converged, bench.sim.requests.writes]).toEqual([true, 0]);
});

test('update: does not create an object again that was deleted since the plan', async () => {
  await bench.converge([jane]);
  const plan = await bench.plan([user('jane', { title: 'b' })]);
  bench.sim.admin.deleteUser('jane@example.com');
  expect(failuresOf(await bench.apply(plan))).toEqual(['delinea_user.jane stale_plan']);
  expect(bench.sim.state().users).toHaveLength(1);
});

test('deactivate: refuses a group that got other members since the plan', async () => {
  await bench.converge([jane, group('sre', membersOf(jane))]);
  const plan = await bench.plan([jane]);
  bench.sim.admin.addMember('sre', 'x@example.com');
  expect(failuresOf(await bench.apply(plan))).toEqual(['delinea_group.sre stale_plan']);
  expect(groupOf(bench.sim.state(), 'sre').members).toHaveLength(2);
});

test('deactivate: succeeds without a write when the account is already disabled', async () => {
  await bench.converge([jane]);
  const plan = await bench.plan([]);
  bench.sim.admin.setActive('jane@example.com', false);
  const result = await bench.apply(plan);
  expect([result.converged, result.written, bench.ledger.size]).toEqual([true, false, 0]);
});

test('deactivate: notes that the account was already deleted', async () => {
  await bench.converge([jane]);
  const plan = await bench.plan([]);
  bench.sim.admin.deleteUser('jane@example.com');
  const result = await bench.apply(plan);
  expect([result.converged, result.written, bench.ledger.size]).toEqual([true, false, 0]);
  expect(result.notes).toEqual([{ address: jane.address, message: 'jane@example.com was already deleted' }]);
});

test('deactivate: refuses an account that was deleted and created again since the plan', async () => {
  await bench.converge([jane, tom]);
  const plan = await bench.plan([]);
  bench.sim.admin.deleteUser('jane@example.com');
  bench.sim.admin.addUser({ userName: 'jane@example.com', title: 'a' });
  const result = await bench.apply(plan);
  expect(failuresOf(result)).toEqual(['delinea_user.jane stale_plan']);
  expect([userOf(bench.sim.state(), 'jane').active, userOf(bench.sim.state(), 'tom').active]).toEqual([true, false]);
  expect(result.notes.map(({ address }) => address)).toEqual([tom.address]);
});
