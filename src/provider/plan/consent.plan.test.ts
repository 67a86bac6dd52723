import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { factsOf, findingsOf, groupOf, stepsOf, userOf } from '../../../test/support/assert/facts.js';
import { bind, grant, group, membersOf, user } from '../../../test/support/tenant/declare.js';
import { openWorkbench, type Workbench } from '../../../test/support/tenant/workbench.js';

let bench: Workbench;
beforeEach(async () => {
  bench = await openWorkbench({ data: { containers: ['prod'] } });
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

test('consent: a text given while the account is enabled does not enable it later', async () => {
  await bench.converge([user('jane', { reactivate: 'T-1' })]);
  disable();
  await bench.converge([user('jane', { reactivate: 'T-1' })]);
  expect(active()).toBe(false);
});

test('consent: a disabled account that is not managed is not enabled by declaring it', async () => {
  bench.sim.admin.addUser({ userName: 'jane@example.com', active: false });
  const result = await bench.converge([user('jane')]);
  expect(findingsOf(result.plan)).toEqual(['error consent_missing delinea_user.jane']);
  expect([active(), bench.ledger.size]).toEqual([false, 0]);
});

test('consent: a disabled account that is not managed is enabled and adopted by consent, and not changed otherwise', async () => {
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

test('consent: an account that is not declared is an error before anything is read', async () => {
  await expect(bench.plan([user('jane')], { reactivate: ['jane@example.com', 'nobody@x'] })).rejects.toMatchObject({
    code: 'unknown_name',
    message: expect.stringContaining('nobody@x'),
  });
  expect(bench.sim.requests.total).toBe(0);
});

test('consent: code may disable an account, and needs consent to enable it again', async () => {
  await bench.converge([user('jane')]);
  await bench.converge([user('jane', { active: false })]);
  expect(active()).toBe(false);
  expect(stepsOf(await bench.plan([user('jane', { active: false })]))).toEqual([]);
  const plan = await bench.plan([user('jane', { active: true })]);
  expect([stepsOf(plan), findingsOf(plan)]).toEqual([[], ['error consent_missing delinea_user.jane']]);
});

describe('an object that was deleted outside of code', () => {
  const jane = user('jane');
  const tom = user('tom');
  const sre = group('sre', membersOf(jane));
  const mixed = group('mixed', membersOf(jane, tom));

  test('a user is not created again without consent; declarations that do not need the user are planned', async () => {
    await bench.converge([jane, tom, user('ann')]);
    bench.sim.admin.deleteUser('jane@example.com');
    const result = await bench.converge([jane, tom, user('ann', { title: 'x' })]);
    expect(findingsOf(result.plan)).toEqual(['error consent_missing delinea_user.jane']);
    expect(factsOf(bench.sim.state())).toEqual(['user ann@example.com active', 'user tom@example.com active']);
    expect(userOf(bench.sim.state(), 'ann').title).toBe('x');
  });

  test('a user is created again by consent, with memberships, permissions and roles', async () => {
    const all = (who: typeof jane) => [
      who,
      tom,
      group('mixed', membersOf(who, tom)),
      grant('g', 'prod', who, 'Edit'),
      bind('b', 'User', who),
    ];
    await bench.converge(all(jane));
    const wanted = factsOf(bench.sim.state());
    bench.sim.admin.deleteUser('jane@example.com');
    const again = await bench.converge(all(user('jane', { reactivate: 'T-9' })));
    expect(again.failures).toEqual([]);
    expect(factsOf(bench.sim.state())).toEqual(wanted);
    expect(stepsOf(await bench.plan(all(user('jane', { reactivate: 'T-9' }))))).toEqual([]);
    bench.sim.admin.deleteUser('jane@example.com');
    expect(findingsOf(await bench.plan(all(user('jane', { reactivate: 'T-9' }))))).toContain(
      'error consent_missing delinea_user.jane',
    );
  });

  test('a group is created again, with members and permissions', async () => {
    const all = [jane, tom, sre, mixed, grant('g', 'prod', sre, 'Edit')];
    await bench.converge(all);
    bench.sim.admin.deleteGroup('sre');
    const again = await bench.converge(all);
    expect(stepsOf(again.plan)).toEqual([
      'create container-permission Edit of sre on prod',
      'create group sre',
      // The old right went with the old group: only the ledger lets go of it.
      'forget container-permission right of sre on prod',
    ]);
    expect(again.failures).toEqual([]);
    expect(groupOf(bench.sim.state(), 'sre').members).toEqual(['jane@example.com']);
    expect(factsOf(bench.sim.state())).toContain('group:sre has Edit on prod');
    expect(stepsOf(await bench.plan(all))).toEqual([]);
  });
});
