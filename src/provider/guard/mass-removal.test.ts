import { expect, test } from '@jest/globals';
import type { GuardEvidence, Step } from '../model/plan.js';
import { resourceOf } from '../resources/index.js';
import { guardInputOf } from './guards.js';
import { lossesOf } from './losses.js';
import { FEWEST, massRemovals, refuseShare } from './mass-removal.js';
import { type GuardInput, refusalTexts } from './refusal.js';
import { groupStep, permissionStep, planOf, stepOf, userSteps } from './steps.fixture.js';

const ids = (count: number, from = 0) => Array.from({ length: count }, (_, index) => `id${from + index}`);
const group = (
  name: string,
  before: readonly string[],
  after: readonly string[] = before,
  more: Partial<Step> = {},
) => ({
  ...groupStep(before, after),
  key: name,
  id: name,
  label: name,
  ...more,
});

function refusals(steps: readonly Step[], evidence: Partial<GuardEvidence> = {}, more: Partial<GuardInput> = {}) {
  return massRemovals({ ...guardInputOf(planOf(steps, more.names, evidence)), ...more });
}

/** Returns the refusals without their limits and examples. */
const counts = (...input: Parameters<typeof refusals>) =>
  refusals(...input).map(({ message }) => message.replace(/ \(limit .*/, ''));

test.each([
  ['five of five pass, since they are few', 5, 0, []],
  ['six of ten do not', 6, 4, ['6 of 10 users would be disabled or removed']],
  ['ten of a hundred are a tenth and pass', 10, 90, []],
  ['eleven of a hundred are more', 11, 89, ['11 of 100 users would be disabled or removed']],
])('users: %s', (_, removed, kept, expected) => {
  expect(counts([...userSteps('deactivate', removed), ...userSteps('none', kept, removed)])).toEqual(expected);
});

test('a refusal has its limit and the first ten examples in order', () => {
  const first = [0, 10, 11, 1, 2, 3, 4, 5, 6, 7].map((index) => `user${index}@example.com`);
  expect(refusalTexts(refusals([...userSteps('deactivate', 12), ...userSteps('none', 8, 12)]))).toEqual([
    `12 of 20 users would be disabled or removed (limit 5): ${first.join(', ')} and 2 more`,
  ]);
});

test('created objects do not count as managed', () => {
  expect(counts([...userSteps('deactivate', 6), ...userSteps('create', 500, 6)])).toEqual([
    '6 of 6 users would be disabled or removed',
  ]);
});

test('adopted and imported objects do not count as managed, nor do their members', () => {
  const adopted = userSteps('adopt', 400, 6).map((step) => ({ ...step, unmanaged: true as const }));
  expect(counts([...userSteps('deactivate', 6), ...adopted])).toEqual(['6 of 6 users would be disabled or removed']);
  const large = group('c', ids(400, 50), undefined, { operation: 'adopt', unmanaged: true });
  expect(counts([group('a', ids(10), ids(4)), large])).toEqual(['6 of 10 people would lose access']);
  // One that the run disables counts as removed.
  const disabled = adopted.map((step) => ({
    ...step,
    operation: 'update' as const,
    desired: { active: false },
    changed: ['active'],
  }));
  expect(counts([...disabled.slice(0, 6), ...adopted.slice(6)])).toEqual(['6 of 6 users would be disabled or removed']);
});

test('an object at many addresses counts once', () => {
  const again = Array.from({ length: 20 }, (_, index) =>
    userSteps('none', 4, 6).map((step) => ({ ...step, key: `${step.key} ${index}` })),
  );
  expect(counts([...userSteps('deactivate', 6), ...again.flat()])).toEqual([
    '6 of 10 users would be disabled or removed',
  ]);
});

test('disabling by declaration counts like removing the declaration', () => {
  const disabled = userSteps('update', 6).map((of) => ({ ...of, desired: { active: false }, changed: ['active'] }));
  expect(counts(disabled)).toEqual(['6 of 6 users would be disabled or removed']);
  const titled = userSteps('update', 6).map((of) => ({ ...of, desired: { title: 'x' }, changed: ['title'] }));
  expect(counts(titled)).toEqual([]);
});

test('people who leave groups lose access, and each counts once', () => {
  expect(counts([group('a', ids(200), ids(180))])).toEqual([]);
  expect(counts([group('a', ids(200), ids(179))])).toEqual(['21 of 200 people would lose access']);
  expect(counts([group('a', ids(10), ids(5))])).toEqual([]);
  expect(counts([group('a', ids(10), ids(4))])).toEqual(['6 of 10 people would lose access']);
  const others = Array.from({ length: 3 }, (_, index) => group(`g${index}`, ids(20), ids(20).slice(2 * index + 2)));
  expect(counts(others)).toEqual(['6 of 20 people would lose access']);
});

test('memberships are limited to 25 or 3 %, however few people they are', () => {
  const without = (count: number) =>
    Array.from({ length: 13 }, (_, index) => group(`g${index}`, ids(50), ids(50).slice(index * 2 < count ? 2 : 0)));
  expect(counts(without(25))).toEqual(['26 of 650 memberships would end']);
  expect(counts(without(24))).toEqual([]);
  expect(counts([...without(25), group('others', ids(250, 100))])).toEqual([]);
});

test('members of one group are limited to ten or half of them', () => {
  const rest = group('others', ids(1000, 100));
  expect(counts([group('a', ids(20), ids(10)), rest])).toEqual([]);
  expect(counts([group('a', ids(20), ids(9)), rest])).toEqual(['11 of 20 members of a would leave']);
  expect(counts([group('a', ids(10), []), rest])).toEqual([]);
});

test('the largest loss comes first, after the totals of people', () => {
  const rest = group('others', ids(100, 100));
  expect(counts([group('a', ids(20), ids(9)), group('b', ids(20, 20), ids(5, 20)), rest])).toEqual([
    '26 of 140 people would lose access',
    '26 of 140 memberships would end',
    '15 of 20 members of b would leave',
    '11 of 20 members of a would leave',
  ]);
});

test('members of a group that goes, and memberships of an account that goes, are no losses of their own', () => {
  const users = userSteps('none', 200);
  const gone = group('a', ids(8), [], { operation: 'deactivate', desired: {} });
  const evidence = { behind: { 'group a': ids(8).map((id) => `user ${id}`) } };
  expect(counts([...users, gone], evidence)).toEqual([]);
  expect(lossesOf([...users, gone], evidence)).toMatchObject([{ key: 'group a', people: { length: 8 } }]);
  const leaver = [...userSteps('deactivate', 1), group('a', ids(8), ids(7, 1)), group('b', ids(8), ids(7, 1))];
  expect(lossesOf(leaver).map(({ key }) => key)).toEqual(['user id0']);
});

test('people behind groups that go count in the total', () => {
  const gone = group('a', ids(30), [], { operation: 'deactivate', desired: {} });
  const behind = { 'group a': ids(30).map((id) => `user ${id}`) };
  expect(counts([...userSteps('none', 200), gone], { behind })).toEqual(['30 of 200 people would lose access']);
});

test('a nested group that leaves counts the people behind it', () => {
  const parent = group('all', ['id0', 'nested'], ['id0']);
  const behind = { 'group nested': ids(20, 1).map((id) => `user ${id}`) };
  const input = [...userSteps('none', 300), parent];
  expect(refusalTexts(refusals(input, { behind }))).toEqual([
    '20 of 21 members of all would leave (limit 10): nested (20 people)',
  ]);
});

test('a lowered right counts like a revoked one', () => {
  const lowered = Array.from({ length: 6 }, (_, index) => ({
    ...permissionStep('replace', `p${index}`, `id${index}`, 'Owner'),
    desired: { right: 'View' },
    changed: ['right'],
  }));
  const raised = lowered.map((step) => ({
    ...step,
    desired: { right: 'Owner' },
    before: { ...step.before, right: 'Edit' },
  }));
  expect(counts(raised)).toEqual([]);
  expect(counts(lowered)).toEqual([
    '6 of 6 container permissions would be revoked or lowered',
    '6 of 6 container permissions on 7 would be revoked or lowered',
  ]);
});

test('permissions are counted on their container, unless their principal goes, and retirement permits their loss', () => {
  const few = Array.from({ length: 6 }, (_, index) =>
    permissionStep('revoke', `p${index}`, `g${index}`, 'View', 'group'),
  );
  const rest = Array.from({ length: 94 }, (_, index) =>
    stepOf('container-permission', 'none', {
      key: `o${index}`,
      before: { container: '8', principalType: 'group', principalId: `x${index}`, right: 'View' },
    }),
  );
  const names = { container: { 7: { name: 'prod' } } };
  expect(counts([...few, ...rest], {}, { names })).toEqual([
    '6 of 6 container permissions on prod would be revoked or lowered',
  ]);
  const permitted = (retired: readonly string[]) =>
    refusals([...few, ...rest], { retired }, { names }).map(({ permittedBy }) => permittedBy);
  expect(permitted(['container 7'])).toEqual(['retired = true in code']);
  expect(permitted(['container 8'])).toEqual([undefined]);
  const gone = Array.from({ length: 5 }, (_, index) =>
    group(`g${index}`, [], [], { operation: 'deactivate', desired: {} }),
  );
  expect(counts([...few, ...rest, ...gone], {}, { names })).toEqual([]);
});

test('losses of the last day count until they are given back', () => {
  const earlier = lossesOf(userSteps('deactivate', 4, 100));
  const steps = [...userSteps('deactivate', 2), ...userSteps('none', 20, 2)];
  expect(refusals(steps)).toEqual([]);
  expect(refusals(steps, { earlier })).toMatchObject([
    {
      message: '6 of 26 users would be disabled or removed, 4 of them by runs of the last 24 hours (limit 5)',
      examples: ['user0@example.com', 'user1@example.com'],
    },
  ]);
  // A run that takes nothing away is not refused for the earlier ones.
  expect(refusals(userSteps('none', 20), { earlier: lossesOf(userSteps('deactivate', 9, 100)) })).toEqual([]);
  expect(
    refusals([...steps, ...userSteps('none', 1, 100).map((step) => ({ ...step, before: { active: true } }))], {
      earlier,
    }),
  ).toEqual([]);
  const stillDisabled = userSteps('none', 1, 100).map((step) => ({ ...step, desired: { active: false } }));
  expect(refusals([...steps, ...stillDisabled], { earlier })).toHaveLength(1);
});

test('lowered rights of the last day count until they are raised again', () => {
  const change = (from: number, to: number, before: string, after: string) =>
    Array.from({ length: to - from }, (_, index) => ({
      ...permissionStep(before === after ? 'none' : 'replace', `p${from + index}`, `id${from + index}`, before),
      label: `${after} of id${from + index}`,
      desired: { right: after },
      changed: before === after ? [] : ['right'],
    }));
  const earlier = lossesOf(change(0, 4, 'Owner', 'View'));
  const next = change(4, 7, 'Owner', 'View');
  const rest = change(7, 30, 'Owner', 'Owner');
  const message = '7 of 30 container permissions would be revoked or lowered, 4 of them by runs of the last 24 hours';
  expect(counts([...change(0, 4, 'View', 'View'), ...next, ...rest], { earlier })).toContain(message);
  expect(counts([...change(0, 4, 'Owner', 'Owner'), ...next, ...rest], { earlier })).toEqual([]);
});

test('a removal that an earlier run did not make is a loss of this run', () => {
  const earlier = lossesOf(userSteps('deactivate', 4));
  const again = [...userSteps('deactivate', 6), ...userSteps('none', 24, 6)];
  expect(counts(again, { earlier })).toEqual(['6 of 30 users would be disabled or removed']);
});

test('equal counts come in the order of their names', () => {
  const rest = group('others', ids(100, 100));
  const left = (name: string, from: number) => group(name, ids(20, from), ids(9, from));
  expect(counts([left('b', 0), left('a', 20), rest]).slice(-2)).toEqual([
    '11 of 20 members of a would leave',
    '11 of 20 members of b would leave',
  ]);
});

test('a person whom several earlier runs took out of groups counts once', () => {
  const earlier = [...lossesOf([group('a', ids(3), [])]), ...lossesOf([group('b', ids(3), [])])];
  const steps = [group('c', ids(30, 10), ids(27, 10))];
  expect(counts([...steps, group('d', ids(30, 10))], { earlier })).toEqual([
    '6 of 33 people would lose access, 3 of them by runs of the last 24 hours',
  ]);
});

test('a run that loses nothing of a count is not refused for it', () => {
  const earlier = lossesOf(userSteps('deactivate', 6, 100));
  const steps = [...userSteps('none', 20), group('a', ids(20), ids(19))];
  expect(counts(steps, { earlier })).toEqual([
    '7 of 26 people would lose access, 6 of them by runs of the last 24 hours',
  ]);
});

test('examples name each loss once, in order', () => {
  const steps = [group('b', ['x', 'y', 'v'], []), group('a', ['y', 'x', 'w', 'z', 'u'], [])];
  expect(refusalTexts(refusals(steps))).toEqual([
    '6 of 6 people would lose access (limit 5): u (a), v (b), w (a), x (b), y (b), z (a)',
  ]);
});

test('the share of live objects: up to five, or a tenth', () => {
  const keys = (count: number) => ids(count);
  const user = resourceOf('user');
  expect(refuseShare(user, keys(FEWEST), 6)).toEqual([]);
  expect(refuseShare(user, keys(10), 100)).toEqual([]);
  expect(refuseShare(user, keys(11), 100)).toEqual([
    {
      guard: 'mass removal',
      message: '11 of 100 users would be disabled or removed (limit 10)',
      steps: keys(11),
    },
  ]);
});
