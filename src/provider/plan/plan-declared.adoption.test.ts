import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { factsOf, findingsOf, groupOf, stepsOf, userOf } from '../../../test/support/assert/facts.js';
import { bind, declared, grant, group, membersOf, user } from '../../../test/support/tenant/declare.js';
import { openWorkbench, type Workbench } from '../../../test/support/tenant/workbench.js';
import { UNMANAGED } from './unmanaged.fixture.js';

let bench: Workbench;
beforeEach(async () => {
  bench = await openWorkbench(UNMANAGED);
});
afterEach(() => bench.close());

const [jane, tom] = [user('jane', { title: 'Cook' }), user('tom')] as const;
const sre = group('sre', membersOf(jane));
const all = [jane, tom, sre, grant('g', 'prod', sre, 'View'), bind('b', 'Auditor', tom)];

test('planDeclared: an equal object is adopted without a write, and managed from then on', async () => {
  const result = await bench.converge(all);
  expect(stepsOf(result.plan)).toEqual([
    'adopt container-permission View of sre on prod',
    'adopt group sre',
    'adopt role-binding Auditor of tom@example.com',
    'adopt user jane@example.com',
    'adopt user tom@example.com',
  ]);
  expect([bench.sim.requests.writes, result.written, result.converged]).toEqual([0, false, true]);
  expect(bench.ledger.size).toBe(5);
  expect(stepsOf(await bench.plan(all))).toEqual([]);
});

test('planDeclared: an object that differs is refused with a remedy, and others are planned', async () => {
  const result = await bench.converge([user('jane', { title: 'Engineer', department: 'X' }), tom, user('new')]);
  expect(findingsOf(result.plan)).toEqual(['error not_ours delinea_user.jane']);
  expect(result.plan.delinea.findings[0]).toMatchObject({
    message: expect.stringContaining('title, department'),
    remedy: [{ kind: 'adopt', resource: 'user', id: userOf(bench.sim.state(), 'jane').id }],
  });
  expect(stepsOf(result.plan)).toEqual(['adopt user tom@example.com', 'create user new@example.com']);
  expect(userOf(bench.sim.state(), 'jane').title).toBe('Cook');
});

test.each([
  ['adopt = "always"', () => user('jane', { title: 'Engineer', adopt: 'always' })],
  [
    'an import by name',
    () =>
      declared('user', 'jane', { userName: 'jane@example.com', title: 'Engineer' }, { importId: 'JANE@example.com' }),
  ],
  [
    'an import by id',
    () =>
      declared(
        'user',
        'jane',
        { userName: 'jane@example.com', title: 'Engineer' },
        { importId: userOf(bench.sim.state(), 'jane').id },
      ),
  ],
])('planDeclared: %s adopts an object and changes it', async (_, declaration) => {
  const result = await bench.converge([declaration()]);
  expect(stepsOf(result.plan)).toEqual(['update user jane@example.com']);
  expect(result.plan.resource_changes[0]?.change.importing?.id).toBe(userOf(bench.sim.state(), 'jane').id);
  expect(userOf(bench.sim.state(), 'jane').title).toBe('Engineer');
  expect(stepsOf(await bench.plan([declaration()]))).toEqual([]);
});

test('matchObjects: an import of an object that does not exist is an error, not a create', async () => {
  const plan = await bench.plan([
    declared('user', 'ghost', { userName: 'ghost@example.com' }, { importId: 'gohst@example.com' }),
  ]);
  expect([stepsOf(plan), findingsOf(plan)]).toEqual([[], ['error not_ours delinea_user.ghost']]);
});

test('planDeclared: an object found under a previous name is renamed when nothing else differs, and refused otherwise', async () => {
  const renamed = await bench.plan([user('doe', { title: 'Cook', previousNames: ['jane@example.com'] })]);
  expect(stepsOf(renamed)).toEqual(['update user doe@example.com']);
  const more = await bench.plan([user('doe', { title: 'Engineer', previousNames: ['jane@example.com'] })]);
  expect([stepsOf(more), findingsOf(more)]).toEqual([[], ['error not_ours delinea_user.doe']]);
});

test('planDeclared: an empty group and an edge are adopted and changed', async () => {
  const empty = group('empty', membersOf(tom));
  const result = await bench.converge([jane, tom, sre, empty, grant('g', 'prod', sre, 'Owner')]);
  expect(result.failures).toEqual([]);
  expect(groupOf(bench.sim.state(), 'empty').members).toEqual(['tom@example.com']);
  expect(factsOf(bench.sim.state())).toContain('group:sre has Owner on prod');
});

test('planDeclared: a group with members that differs is not adopted', async () => {
  const plan = await bench.plan([jane, tom, group('sre', membersOf(tom))]);
  expect(findingsOf(plan)).toEqual(['error not_ours delinea_group.sre']);
});

describe('planDeclared without a ledger', () => {
  test('the plan is that of an empty ledger, with a warning', async () => {
    const all = [user('jane', { title: 'Engineer' }), tom, user('new')];
    const [none, empty] = [await bench.plan(all, { owned: undefined }), await bench.plan(all, { owned: [] })];
    expect(none.resource_changes).toEqual(empty.resource_changes);
    expect(stepsOf(none)).toEqual(['adopt user tom@example.com', 'create user new@example.com']);
    expect(findingsOf(none)).toEqual(['warning no_ledger', ...findingsOf(empty)]);
    expect([none.delinea.ledger, empty.delinea.ledger]).toEqual([false, true]);
  });

  test('an empty ledger adopts equal objects and refuses objects that differ', async () => {
    const result = await bench.converge([user('jane', { title: 'Engineer' }), tom], { owned: [] });
    expect(findingsOf(result.plan)).toEqual(['error not_ours delinea_user.jane']);
    expect([...bench.ledger.values()].map(({ address }) => address)).toEqual(['delinea_user.tom']);
    expect(bench.sim.requests.writes).toBe(0);
  });
});
