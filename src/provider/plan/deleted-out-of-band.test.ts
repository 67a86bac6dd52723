import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { factsOf, findingsOf, groupOf, stepsOf, userOf } from '../../../test/support/assert/facts.js';
import { declared, group, membersOf, user } from '../../../test/support/tenant/declare.js';
import { openWorkbench, type Workbench } from '../../../test/support/tenant/workbench.js';

let bench: Workbench;
beforeEach(async () => {
  bench = await openWorkbench();
});
afterEach(() => bench.close());

/** Declarations whose addresses are positions: `u0`, `u1`, ... */
const people = (...names: string[]) =>
  names.map((name, position) => declared('user', `u${position}`, { userName: `${name}@example.com` }));
const teams = (...names: string[]) =>
  names.map((name, position) => declared('group', `g${position}`, { displayName: name }));
const names = () =>
  bench.sim
    .state()
    .users.map(({ userName }) => userName.split('@')[0])
    .sort();
const ledgerOf = (name: string) =>
  [...bench.ledger.values()].filter(({ key }) => key.userName === `${name}@example.com`).map(({ id }) => id);

describe('an account that was deleted outside of code', () => {
  const tom = user('tom');
  const renamed = declared('user', 'other', { userName: 'JANE@example.com' });
  const doe = user('doe', { previousNames: ['jane@example.com'] });
  beforeEach(async () => {
    await bench.converge([user('jane'), tom]);
    bench.sim.admin.deleteUser('jane@example.com');
    bench.sim.resetRequests();
  });

  test.each([
    ['under another address', renamed, {}],
    ['under a new name and address', doe, {}],
    ['with adopt = "always"', declared('user', 'other', { userName: 'jane@example.com', adopt: 'always' }), {}],
    ['with a removed block for the old address', renamed, { forgotten: ['delinea_user.jane'] }],
    ['with a moved block', renamed, { moved: [{ from: 'delinea_user.jane', to: 'delinea_user.other' }] }],
  ])('is not made again %s, in this run and in the next; the rest goes on', async (_, jane, input) => {
    const [id] = ledgerOf('jane');
    const first = await bench.converge([jane, tom, user('new')], input);
    expect(stepsOf(first.plan)).toEqual(['create user new@example.com']);
    expect(findingsOf(first.plan)).toEqual([`error consent_missing ${jane.address}`]);
    const second = await bench.converge([jane, tom, user('new')], input);
    expect([stepsOf(second.plan), findingsOf(second.plan)]).toEqual([[], [`error consent_missing ${jane.address}`]]);
    expect([names(), ledgerOf('jane')]).toEqual([['new', 'tom'], [id]]);
  });

  test.each([
    ['a text in code', { reactivate: 'T-1' }, {}],
    ['its name on the command line', {}, { reactivate: ['jane@example.com'] }],
  ])('is made again once by %s, under another address', async (_, values, input) => {
    const jane = declared('user', 'other', { userName: 'jane@example.com', ...values });
    const result = await bench.converge([jane, tom], input);
    expect([stepsOf(result.plan), result.failures]).toEqual([
      ['create user jane@example.com', 'forget user jane@example.com'],
      [],
    ]);
    expect(findingsOf(result.plan)).toEqual(['drift deleted_out_of_band delinea_user.other']);
    expect(userOf(bench.sim.state(), 'jane').active).toBe(true);
    expect(stepsOf(await bench.plan([jane, tom]))).toEqual([]);
    expect(ledgerOf('jane')).toEqual([userOf(bench.sim.state(), 'jane').id]);
    expect(stepsOf(await bench.plan([jane, tom]))).toEqual([]);

    bench.sim.admin.deleteUser('jane@example.com');
    const again = await bench.plan([jane, tom]);
    expect([stepsOf(again), findingsOf(again)]).toEqual([[], ['error consent_missing delinea_user.other']]);
  });

  test('needs another text each time, also under another name', async () => {
    const values = { previousNames: ['jane@example.com'], reactivate: 'T-1' };
    await bench.converge([declared('user', 'other', { userName: 'jane@example.com', reactivate: 'T-1' }), tom]);
    await bench.converge([declared('user', 'other', { userName: 'jane@example.com', reactivate: 'T-1' }), tom]);
    bench.sim.admin.deleteUser('jane@example.com');
    const spent = await bench.plan([user('doe', values), tom]);
    expect([stepsOf(spent), findingsOf(spent)]).toEqual([[], ['error consent_missing delinea_user.doe']]);
    bench.sim.admin.addUser({ userName: 'jane@example.com' });
    const namesake = await bench.plan([user('doe', values), tom]);
    expect([stepsOf(namesake), findingsOf(namesake)]).toEqual([[], ['error consent_missing delinea_user.doe']]);
    const fresh = await bench.plan([user('doe', { ...values, reactivate: 'T-2' }), tom]);
    expect(stepsOf(fresh)).toContain('update user doe@example.com');
  });

  test('does not become another account that had its name before', async () => {
    const both = user('doe', { previousNames: ['tom@example.com'] });
    await bench.converge([doe, tom], { reactivate: ['doe@example.com'] });
    await bench.converge([doe, tom]);
    bench.sim.admin.deleteUser('doe@example.com');
    const plan = await bench.plan([both]);
    expect(findingsOf(plan)).toEqual(['error consent_missing delinea_user.doe']);
    expect(stepsOf(plan)).toEqual(['deactivate user tom@example.com']);
  });

  test('whose name another declaration has belongs to that declaration', async () => {
    const plan = await bench.plan([doe, user('jane'), tom]);
    expect(stepsOf(plan)).toEqual(['create user doe@example.com']);
    expect(findingsOf(plan)).toEqual(['error consent_missing delinea_user.jane']);
  });
});

test('an ambiguous object at another address is not removed', async () => {
  await bench.converge([group('sre'), user('tom')]);
  bench.sim.admin.addGroup({ displayName: 'SRE' });
  const plan = await bench.plan([declared('group', 'other', { displayName: 'sre' }), user('tom')]);
  expect([stepsOf(plan), findingsOf(plan)]).toEqual([[], ['error ambiguous delinea_group.other']]);
});

describe('addresses that are positions in a list', () => {
  beforeEach(async () => {
    await bench.converge(people('a', 'b', 'c', 'd'));
    bench.sim.admin.deleteUser('b@example.com');
  });

  test('that shift do not bring a deleted account back', async () => {
    for (const run of ['first', 'second']) {
      const result = await bench.converge(people('z', 'a', 'b', 'c', 'd'));
      expect([run, findingsOf(result.plan)]).toEqual([run, ['error consent_missing delinea_user.u2']]);
      expect([run, result.failures]).toEqual([run, []]);
    }
    expect(names()).toEqual(['a', 'c', 'd', 'z']);
  });

  test('that shift do not adopt another account with its name', async () => {
    bench.sim.admin.addUser({ userName: 'b@example.com' });
    const namesake = userOf(bench.sim.state(), 'b').id;
    for (const run of ['first', 'second']) {
      const { plan } = await bench.converge(people('z', 'a', 'b', 'c', 'd'));
      expect([run, findingsOf(plan)]).toEqual([run, ['error consent_missing delinea_user.u2']]);
    }
    expect(ledgerOf('b')).not.toContain(namesake);
  });

  test('bring it back once with consent', async () => {
    const shifted = people('z', 'a', 'b', 'c', 'd');
    const result = await bench.converge(shifted, { reactivate: ['b@example.com'] });
    expect(stepsOf(result.plan)).toEqual(
      expect.arrayContaining(['create user b@example.com', 'create user z@example.com']),
    );
    expect(findingsOf(result.plan)).toEqual(['drift deleted_out_of_band delinea_user.u2']);
    await bench.converge(shifted);
    expect(names()).toEqual(['a', 'b', 'c', 'd', 'z']);
    expect(stepsOf(await bench.plan(shifted))).toEqual([]);
  });

  test('do not treat a new account as the deleted one, also at its former position', async () => {
    bench.sim.admin.deleteUser('a@example.com');
    const { plan } = await bench.converge(people('z', 'a', 'c', 'd'));
    expect(findingsOf(plan)).toEqual(['error consent_missing delinea_user.u1']);
    expect(names()).toEqual(['c', 'd', 'z']);
  });

  test('do not rename a removed account to the deleted one', async () => {
    const { plan } = await bench.converge(people('b', 'c', 'd'));
    expect(findingsOf(plan)).toEqual(['error consent_missing delinea_user.u0']);
    expect(factsOf(bench.sim.state())).toContain('user a@example.com active');
    await bench.converge(people('b', 'c', 'd'), { reactivate: ['b@example.com'] });
    expect(factsOf(bench.sim.state())).toEqual([
      'user a@example.com disabled',
      'user b@example.com active',
      'user c@example.com active',
      'user d@example.com active',
    ]);
  });
});

describe('a group that was deleted outside of code needs no consent', () => {
  const tom = user('tom');

  test('under another address it is created again, which is drift', async () => {
    await bench.converge([tom, group('sre', membersOf(tom)), group('ops')]);
    bench.sim.admin.deleteGroup('sre');
    const moved = [tom, declared('group', 'other', { displayName: 'sre', ...membersOf(tom) }), group('ops')];
    const result = await bench.converge(moved);
    expect([stepsOf(result.plan), result.failures]).toEqual([['create group sre', 'forget group sre'], []]);
    expect(stepsOf(await bench.plan(moved))).toEqual([]);
    expect(findingsOf(result.plan)).toEqual(['drift deleted_out_of_band delinea_group.other']);
    expect(groupOf(bench.sim.state(), 'sre').members).toEqual(['tom@example.com']);
    await bench.converge(moved);
    expect(stepsOf(await bench.plan(moved))).toEqual([]);
  });

  test('it is not confused with another group when addresses shift', async () => {
    await bench.converge(teams('ops', 'sre', 'dev'));
    const ops = groupOf(bench.sim.state(), 'ops').id;
    bench.sim.admin.deleteGroup('sre');
    const { plan } = await bench.converge(teams('sre', 'dev'));
    expect(stepsOf(plan)).toContain('create group sre');
    expect(findingsOf(plan)).toContain('drift deleted_out_of_band delinea_group.g0');
    expect(groupOf(bench.sim.state(), 'sre').id).not.toBe(ops);
  });
});
