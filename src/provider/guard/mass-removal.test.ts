import { expect, test } from '@jest/globals';
import type { Step } from '../model/plan.js';
import { guardInputOf } from './guards.js';
import { massRemovals } from './mass-removal.js';
import { groupStep, permissionStep, planOf, stepOf, userSteps } from './steps.fixture.js';

const ids = (count: number) => Array.from({ length: count }, (_, index) => `id${index}`);
const messages = (steps: readonly Step[], names: Parameters<typeof planOf>[1] = {}) =>
  massRemovals(guardInputOf(planOf(steps, names))).map(({ message }) => message);

test.each([
  ['five of five pass, since they are few', 5, 0, []],
  ['six of ten do not', 6, 4, ['6 of 10 users would be removed']],
  ['ten of a hundred are a tenth and pass', 10, 90, []],
  ['eleven of a hundred are more', 11, 89, ['11 of 100 users would be removed']],
])('mass removal: %s', (_, removed, kept, expected) => {
  expect(messages([...userSteps('deactivate', removed), ...userSteps('none', kept, removed)])).toEqual(expected);
});

test('mass removal: created objects do not count as managed', () => {
  expect(messages([...userSteps('deactivate', 6), ...userSteps('create', 500, 6)])).toEqual([
    '6 of 6 users would be removed',
  ]);
});

test('mass removal: adopted and imported objects do not count as managed, nor do their members', () => {
  const adopted = userSteps('adopt', 400, 6).map((step) => ({ ...step, unmanaged: true as const }));
  expect(messages([...userSteps('deactivate', 6), ...adopted])).toEqual(['6 of 6 users would be removed']);
  const of = (key: string, from: number, to: number) => ({ ...groupStep(ids(from), ids(to)), key, label: key });
  expect(
    messages([of('a', 10, 7), of('b', 10, 7), { ...of('c', 400, 400), operation: 'adopt', unmanaged: true }]),
  ).toEqual(['6 of 20 members of all groups would be removed']);
  // One that the run disables counts as removed.
  const disabled = adopted.map((step) => ({
    ...step,
    operation: 'update' as const,
    desired: { active: false },
    changed: ['active'],
  }));
  expect(messages([...disabled.slice(0, 6), ...adopted])).toEqual(['6 of 6 users would be removed']);
});

test('mass removal: an object at many addresses counts once', () => {
  const again = Array.from({ length: 20 }, (_, index) =>
    userSteps('none', 4, 6).map((step) => ({ ...step, key: `${step.key} ${index}` })),
  );
  expect(messages([...userSteps('deactivate', 6), ...again.flat()])).toEqual(['6 of 10 users would be removed']);
});

test('mass removal: disabling by declaration counts like removing the declaration', () => {
  const disabled = userSteps('update', 6).map((of) => ({ ...of, desired: { active: false }, changed: ['active'] }));
  expect(messages(disabled)).toEqual(['6 of 6 users would be removed']);
  const titled = userSteps('update', 6).map((of) => ({ ...of, desired: { title: 'x' }, changed: ['title'] }));
  expect(messages(titled)).toEqual([]);
});

test('mass removal: members are counted per group', () => {
  expect(messages([groupStep(ids(10), ids(5))])).toEqual([]);
  expect(messages([groupStep(ids(10), ids(4))])).toEqual(['6 of 10 members of sre would be removed']);
  expect(messages([groupStep(ids(200), ids(180))])).toEqual([]);
  expect(messages([groupStep(ids(200), ids(179))])).toEqual(['21 of 200 members of sre would be removed']);
});

test('mass removal: members are counted over all groups when several groups lose some', () => {
  const of = (key: string, from: number, to: number) => ({ ...groupStep(ids(from), ids(to)), key, label: key });
  expect(messages([of('a', 10, 7), of('b', 10, 7)])).toEqual(['6 of 20 members of all groups would be removed']);
  expect(messages([of('a', 10, 7), of('b', 10, 8)])).toEqual([]);
  expect(messages([of('a', 10, 7), of('b', 10, 7), of('c', 40, 40)])).toEqual([]);
  // Expects one message when only one group loses members.
  expect(messages([of('a', 10, 4), of('b', 10, 11)])).toEqual(['6 of 10 members of a would be removed']);
});

test('mass removal: all members count when a group is emptied', () => {
  expect(messages([groupStep(ids(6), [], 'deactivate')])).toEqual(['6 of 6 members of sre would be removed']);
});

test('mass removal: permissions are counted per container', () => {
  const few = Array.from({ length: 6 }, (_, index) => permissionStep('revoke', `p${index}`, `id${index}`));
  const rest = Array.from({ length: 94 }, (_, index) =>
    stepOf('container-permission', 'none', {
      key: `o${index}`,
      before: { container: '8', principalType: 'user', principalId: `x${index}` },
    }),
  );
  expect(messages([...few, ...rest], { user: { 7: { name: 'jane' } }, container: { 7: { name: 'prod' } } })).toEqual([
    '6 of 6 container permissions on prod would be removed',
  ]);
});
