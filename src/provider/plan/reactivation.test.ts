import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { findingsOf, stepsOf, userOf } from '../../../test/support/assert/facts.js';
import { group, membersOf, user } from '../../../test/support/tenant/declare.js';
import { openWorkbench, type Workbench } from '../../../test/support/tenant/workbench.js';

let bench: Workbench;
beforeEach(async () => {
  bench = await openWorkbench();
});
afterEach(() => bench.close());
const active = (name = 'jane') => userOf(bench.sim.state(), name).active;
const disable = (name = 'jane') => bench.sim.admin.setActive(`${name}@example.com`, false);

describe('a user who was disabled outside of code', () => {
  test('is drift and stays disabled', async () => {
    await bench.converge([user('jane')]);
    disable();
    const result = await bench.converge([user('jane')]);
    expect(findingsOf(result.plan)).toEqual(['drift disabled_out_of_band delinea_user.jane']);
    expect([stepsOf(result.plan), active()]).toEqual([[], false]);
  });

  test('is not enabled by a change of another attribute', async () => {
    await bench.converge([user('jane', { title: 'a' })]);
    disable();
    await bench.converge([user('jane', { title: 'b' })]);
    expect(userOf(bench.sim.state(), 'jane')).toMatchObject({ title: 'b', active: false });
  });

  test('is an error of that user alone when the code has active = true', async () => {
    await bench.converge([user('jane', { active: true }), user('tom', { title: 'a' })]);
    disable();
    const result = await bench.converge([user('jane', { active: true }), user('tom', { title: 'b' })]);
    expect(findingsOf(result.plan)).toEqual(['error consent_missing delinea_user.jane']);
    expect(result.plan.delinea.findings[0]?.remedy).toEqual([{ kind: 'consent', account: 'jane@example.com' }]);
    expect([userOf(bench.sim.state(), 'tom').title, active()]).toEqual(['b', false]);
    expect(bench.ledger.size).toBe(2);
  });

  test('is enabled by consent, once for each text', async () => {
    await bench.converge([user('jane')]);
    disable();
    const first = await bench.converge([user('jane', { reactivate: 'T-1' })]);
    expect(stepsOf(first.plan)).toEqual(['reactivate user jane@example.com']);
    expect(active()).toBe(true);
    expect(stepsOf(await bench.plan([user('jane', { reactivate: 'T-1' })]))).toEqual([]);
    disable();
    const second = await bench.converge([user('jane', { reactivate: 'T-1' })]);
    expect(findingsOf(second.plan)).toEqual(['drift disabled_out_of_band delinea_user.jane']);
    expect(active()).toBe(false);
    await bench.converge([user('jane', { reactivate: 'T-2' })]);
    expect(active()).toBe(true);
  });

  test('is enabled once by naming the user for one run', async () => {
    await bench.converge([user('jane'), user('tom')]);
    disable();
    disable('tom');
    await bench.converge([user('jane'), user('tom')], { reactivate: ['JANE@example.com'] });
    expect([active(), active('tom')]).toEqual([true, false]);
    disable();
    await bench.converge([user('jane'), user('tom')]);
    expect(active()).toBe(false);
  });
});

test('reactivation: a text given while the account is enabled does not enable it later', async () => {
  await bench.converge([user('jane', { reactivate: 'T-1' })]);
  disable();
  await bench.converge([user('jane', { reactivate: 'T-1' })]);
  expect(active()).toBe(false);
});

test('reactivation: a disabled account that is not managed is not enabled by declaring it', async () => {
  bench.sim.admin.addUser({ userName: 'jane@example.com', active: false });
  const result = await bench.converge([user('jane')]);
  expect(findingsOf(result.plan)).toEqual(['error consent_missing delinea_user.jane']);
  expect([active(), bench.ledger.size]).toEqual([false, 0]);
});

test('reactivation: a disabled account that is not managed is enabled and adopted by consent, and not changed otherwise', async () => {
  bench.sim.admin.addUser({ userName: 'jane@example.com', active: false, title: 'Cook' });
  const more = await bench.converge([user('jane', { title: 'Engineer', reactivate: 'T-1' })]);
  expect([stepsOf(more.plan), findingsOf(more.plan)]).toEqual([[], ['error not_ours delinea_user.jane']]);
  expect([active(), bench.ledger.size]).toEqual([false, 0]);
  const wanted = [user('jane', { title: 'Cook', reactivate: 'T-1' })];
  const result = await bench.converge(wanted);
  expect([stepsOf(result.plan), findingsOf(result.plan)]).toEqual([['reactivate user jane@example.com'], []]);
  expect([active(), bench.ledger.size]).toEqual([true, 1]);
  expect(stepsOf(await bench.plan(wanted))).toEqual([]);
});

test('reactivation: code may disable an account, and needs consent to enable it again', async () => {
  await bench.converge([user('jane')]);
  await bench.converge([user('jane', { active: false })]);
  expect(active()).toBe(false);
  expect(stepsOf(await bench.plan([user('jane', { active: false })]))).toEqual([]);
  const plan = await bench.plan([user('jane', { active: true })]);
  expect([stepsOf(plan), findingsOf(plan)]).toEqual([[], ['error consent_missing delinea_user.jane']]);
});

test('reactivation: an account stays disabled, without a finding, when the code disables it', async () => {
  await bench.converge([user('jane')]);
  disable();
  for (const reactivate of [undefined, 'T-1']) {
    const plan = await bench.plan([user('jane', { active: false, reactivate })]);
    const recorded = reactivate === undefined ? [] : ['configure user jane@example.com'];
    expect([stepsOf(plan), findingsOf(plan)]).toEqual([recorded, []]);
  }
});

test('reactivation: a disabled account that is not managed needs consent, with or without a ledger', async () => {
  bench.sim.admin.addUser({ userName: 'jane@example.com', active: false });
  for (const owned of [undefined, []]) {
    const plan = await bench.plan([user('jane')], { owned });
    expect(findingsOf(plan)).toContain('error consent_missing delinea_user.jane');
  }
});

test('reactivation: an empty group needs no consent when members are declared', async () => {
  bench.sim.admin.addGroup({ displayName: 'sre' });
  const jane = user('jane');
  const plan = await bench.plan([jane, group('sre', { ...membersOf(jane), adopt: 'always' })]);
  expect([findingsOf(plan), stepsOf(plan)]).toEqual([[], ['create user jane@example.com', 'update group sre']]);
});
