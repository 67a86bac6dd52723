import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { factsOf, findingsOf, groupOf, stepsOf, userOf } from '../../../test/support/assert/facts.js';
import { bind, grant, group, membersOf, user } from '../../../test/support/tenant/declare.js';
import { openWorkbench, type Workbench } from '../../../test/support/tenant/workbench.js';

let bench: Workbench;
beforeEach(async () => {
  bench = await openWorkbench({ data: { containers: ['prod'] } });
});
afterEach(() => bench.close());

test('consent: an account that is not declared is an error before anything is read', async () => {
  await expect(bench.plan([user('jane')], { reactivate: ['jane@example.com', 'nobody@x'] })).rejects.toMatchObject({
    code: 'unknown_name',
    message: expect.stringContaining('nobody@x'),
  });
  expect(bench.sim.requests.total).toBe(0);
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
