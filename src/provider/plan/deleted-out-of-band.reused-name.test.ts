import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { factsOf, findingsOf, groupOf, stepsOf, userOf } from '../../../test/support/assert/facts.js';
import { bind, declared, grant, group, membersOf, user } from '../../../test/support/tenant/declare.js';
import { openWorkbench, type Workbench } from '../../../test/support/tenant/workbench.js';

let bench: Workbench;
const tom = user('tom');
const all = (jane = user('jane')) => [
  jane,
  tom,
  group('sre', membersOf(tom)),
  grant('g', 'prod', jane, 'Owner'),
  bind('b', 'User', jane),
];

/** Everything applied, then the account deleted and another made under its name, without its rights. */
beforeEach(async () => {
  bench = await openWorkbench({ data: { containers: ['prod'] } });
  await bench.converge(all());
  bench.sim.admin.deleteUser('jane@example.com');
  bench.sim.admin.addUser({ userName: 'JANE@example.com' });
  bench.sim.resetRequests();
});
afterEach(() => bench.close());

test('an account that was created again outside of code is refused; other objects are planned', async () => {
  const before = factsOf(bench.sim.state());
  const result = await bench.converge([...all(), user('new')]);
  expect(findingsOf(result.plan)).toEqual([
    'error skipped delinea_container_permission.g.principal_id',
    'error skipped delinea_role_binding.b.principal_id',
    'error consent_missing delinea_user.jane',
  ]);
  expect(stepsOf(result.plan)).toEqual(['create user new@example.com']);
  expect(factsOf(bench.sim.state())).toEqual([...before, 'user new@example.com active'].sort());
});

test.each([
  ['reactivate in code', user('jane', { reactivate: 'T-1' }), {}],
  ['naming it for one run', user('jane'), { reactivate: ['jane@EXAMPLE.com'] }],
  ['consent beside adopt = "always"', user('jane', { adopt: 'always', reactivate: 'T-1' }), {}],
  ['consent beside an import', user('jane', { reactivate: 'T-1' }, { importId: 'jane@example.com' }), {}],
])('%s takes it over, with what the old one had', async (_, jane, input) => {
  const result = await bench.converge(all(jane), input);
  expect([result.failures, result.converged]).toEqual([[], true]);
  expect(factsOf(bench.sim.state())).toEqual(
    expect.arrayContaining(['jane@example.com has Owner on prod', 'jane@example.com is User']),
  );
  const owned = [...bench.ledger.values()].filter(({ address }) => address === jane.address);
  expect(owned.map(({ id }) => id)).toEqual([userOf(bench.sim.state(), 'jane').id]);
  expect(stepsOf(await bench.plan(all(jane)))).toEqual([]);
});

test.each([
  ['adopt = "always"', user('jane', { adopt: 'always' })],
  ['an import by name', user('jane', {}, { importId: 'jane@example.com' })],
  [
    'an import at another address',
    declared('user', 'other', { userName: 'jane@example.com' }, { importId: 'JANE@example.com' }),
  ],
  ['a previous name', user('doe', { previousNames: ['jane@example.com'] })],
  [
    'a previous name at the same address',
    declared('user', 'jane', { userName: 'doe@example.com', previousNames: ['jane@example.com'] }),
  ],
])('%s is no consent, in this run and in the next', async (_, jane) => {
  const before = factsOf(bench.sim.state());
  for (const run of ['first', 'second']) {
    const result = await bench.converge(all(jane));
    expect([run, findingsOf(result.plan)]).toEqual([
      run,
      expect.arrayContaining([`error consent_missing ${jane.address}`]),
    ]);
  }
  expect([factsOf(bench.sim.state()), bench.sim.requests.writes]).toEqual([before, 0]);
});

test('an account with the declared name is another account when the deleted one has the previous name', async () => {
  bench.sim.admin.addUser({ userName: 'doe@example.com' });
  const doe = user('doe', { previousNames: ['jane@example.com'] });
  const plan = await bench.plan(all(doe));
  expect(findingsOf(plan)).toContain('error consent_missing delinea_user.doe');
  expect(plan.delinea.findings.find(({ code }) => code === 'consent_missing')?.message).toContain(
    'jane@example.com was deleted outside of code and doe@example.com is another account',
  );
});

test('a managed account is accepted when a deleted one has the same name', async () => {
  const taken = await bench.converge(all(), { reactivate: ['jane@example.com'] });
  expect(taken.failures).toEqual([]);
  expect(findingsOf(await bench.plan(all(user('jane', {}, { importId: 'jane@example.com' }))))).toEqual([]);
});

test('a group that was created again is adopted without consent', async () => {
  bench.sim.admin.deleteGroup('sre');
  bench.sim.admin.addGroup({ displayName: 'sre' });
  const result = await bench.converge([tom, group('sre', membersOf(tom))], { forgotten: ['delinea_user.jane'] });
  expect(findingsOf(result.plan).filter((finding) => finding.startsWith('error'))).toEqual([]);
  expect(groupOf(bench.sim.state(), 'sre').members).toEqual(['tom@example.com']);
});

test('an account is not created again when its declaration has moved to another address', async () => {
  const moved = user('renamed', { userName: 'jane@example.com' });
  const result = await bench.converge([moved, tom, group('sre', membersOf(tom)), grant('g', 'prod', moved, 'Owner')]);
  expect(findingsOf(result.plan)).toContain('error consent_missing delinea_user.renamed');
  expect(factsOf(bench.sim.state())).not.toContain('jane@example.com has Owner on prod');
  expect(result.plan.complete).toBe(false);
  const again = await bench.plan([moved, tom]);
  expect(findingsOf(again)).toContain('error consent_missing delinea_user.renamed');
});

test('a deleted account is created again when the command line names it', async () => {
  bench.sim.admin.deleteUser('jane@example.com');
  expect(stepsOf(await bench.plan(all()))).not.toContain('create user jane@example.com');
  const result = await bench.converge(all(), { reactivate: ['jane@example.com'] });
  expect([result.failures, userOf(bench.sim.state(), 'jane').active]).toEqual([[], true]);
});
