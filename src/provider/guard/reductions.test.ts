import { describe, expect, test } from '@jest/globals';
import type { Operation, Step } from '../model/plan.js';
import { stepsOf } from '../model/plan.js';
import { membersBefore, reducesAccess, reducesRight, removedMembers, removes, renames } from './reductions.js';
import { planOf, stepOf } from './steps.fixture.js';

const EVERY: readonly Operation[] = [
  'create',
  'update',
  'replace',
  'reactivate',
  'adopt',
  'deactivate',
  'delete',
  'revoke',
  'forget',
  'record',
  'none',
];
const those = (test: (operation: Operation) => boolean) => EVERY.filter(test);
const user = (operation: Operation, more: Partial<Step> = {}) => stepOf('user', operation, { key: 'jane', ...more });
const group = (operation: Operation, before: unknown, desired: Partial<Step['desired']> = {}) =>
  stepOf('group', operation, {
    key: 'sre',
    before: before === undefined ? {} : { members: before },
    desired,
    changed: Object.keys(desired),
  });

test('steps of a plan: an authoritative set counts edge by edge', () => {
  const edgeSteps = [
    stepOf('container-permission', 'revoke', { key: 'a' }),
    stepOf('container-permission', 'none', { key: 'b' }),
  ];
  const plan = planOf([user('none'), stepOf('container-permission', 'update', { key: 'set', edgeSteps })]);
  expect(stepsOf(plan).map(({ key }) => key)).toEqual(['jane', 'a', 'b']);
});

describe('reducesAccess', () => {
  test('true for a removal, a lowered right or a removed member, and false for the rest', () => {
    const right = (operation: Operation, before: string, after: string) =>
      stepOf('container-permission', operation, {
        key: 'p',
        before: { right: before },
        desired: { right: after },
        changed: ['right'],
      });
    expect(reducesAccess(user('deactivate'))).toBe(true);
    expect(reducesAccess(right('replace', 'Owner', 'View'))).toBe(true);
    expect(reducesAccess(right('update', 'Owner', 'View'))).toBe(true);
    expect(reducesAccess(group('update', ['a', 'b'], { members: ['a'] }))).toBe(true);
    expect(reducesAccess(right('update', 'View', 'Owner'))).toBe(false);
    expect(reducesAccess(group('update', ['a'], { members: ['a', 'b'] }))).toBe(false);
    expect(reducesAccess(user('update', { desired: { title: 'x' }, changed: ['title'] }))).toBe(false);
    expect(reducesAccess(user('none'))).toBe(false);
  });
});

test('renames: only an update of the natural key', () => {
  const named = (operation: Operation, changed: string[]) => renames(user(operation, { changed }));
  expect(named('update', ['userName'])).toBe(true);
  expect(named('update', ['title', 'userName'])).toBe(true);
  expect(named('update', ['title'])).toBe(false);
  expect(named('create', ['userName'])).toBe(false);
});

describe('removes', () => {
  test('true when a step disables, deletes or revokes', () => {
    expect(those((operation) => removes(user(operation)))).toEqual(['deactivate', 'delete', 'revoke']);
  });

  test('true when an update disables by declaration', () => {
    const disabled = { desired: { active: false }, changed: ['active'] };
    expect(those((operation) => removes(user(operation, disabled)))).toEqual([
      'update',
      'deactivate',
      'delete',
      'revoke',
    ]);
  });

  test.each([
    ['enables', { desired: { active: true }, changed: ['active'] }],
    ['finds it disabled already', { desired: { active: false, title: 'x' }, changed: ['title'] }],
    ['speaks of something else', { desired: { title: 'x' }, changed: ['title'] }],
    ['changes nothing', {}],
  ])('is no update that %s', (_, more) => {
    expect(removes(user('update', more))).toBe(false);
  });

  test('true when an update empties a group, false when it changes members', () => {
    expect(removes(group('update', ['a'], { members: [] }))).toBe(true);
    expect(removes(group('update', ['a', 'b'], { members: ['a'] }))).toBe(false);
  });

  test('false when an edge is replaced', () => {
    const regrant = { desired: { right: 'View' }, before: { right: 'Owner' }, changed: ['right'] };
    expect(removes(stepOf('container-permission', 'replace', { key: 'p', ...regrant }))).toBe(false);
    expect(removes(stepOf('container-permission', 'update', { key: 'p', ...regrant }))).toBe(false);
  });

  test('false for a kind without removal', () => {
    expect(removes(stepOf('container', 'update', { key: 'c', desired: { active: false }, changed: ['active'] }))).toBe(
      false,
    );
  });
});

describe('reduces a right', () => {
  const regrant = (from: string, to: string) =>
    reducesRight(
      stepOf('container-permission', 'replace', {
        key: 'p',
        before: { right: from },
        desired: { right: to },
        changed: ['right'],
      }),
    );

  test('true when an edge is revoked or deleted', () => {
    const edge = (operation: Operation) =>
      stepOf('container-permission', operation, { key: 'p', before: { right: 'Owner' }, desired: { right: 'Owner' } });
    expect(those((operation) => reducesRight(edge(operation)))).toEqual(['delete', 'revoke']);
  });

  test.each([
    ['View', 'Owner', false],
    ['View', 'Edit', false],
    ['View', 'Add Secret', false],
    ['Edit', 'Owner', false],
    ['Add Secret', 'Owner', false],
    ['Owner', 'View', true],
    ['Owner', 'Edit', true],
    ['Edit', 'View', true],
    // Neither is known to hold all that the other holds.
    ['Edit', 'Add Secret', true],
    ['Add Secret', 'Edit', true],
  ])('%s to %s: %s', (from, to, less) => {
    expect(regrant(from, to)).toBe(less);
  });

  test('true when the right on secrets changes beside a growing right', () => {
    const step = stepOf('container-permission', 'replace', {
      key: 'p',
      before: { right: 'View', secretRight: 'Owner' },
      desired: { right: 'Owner', secretRight: 'List' },
      changed: ['right', 'secretRight'],
    });
    expect(reducesRight(step)).toBe(true);
  });

  test.each([
    ['is no longer said', { secretRight: 'List' }, {}],
    ['was not said before', {}, { secretRight: 'List' }],
  ])('a right on secrets that %s may be less', (_, before, desired) => {
    const step = stepOf('container-permission', 'replace', { key: 'p', before, desired, changed: ['secretRight'] });
    expect(reducesRight(step)).toBe(true);
  });

  test('false for an update of a user', () => {
    expect(reducesRight(user('update', { before: { title: 'a' }, desired: { title: 'b' }, changed: ['title'] }))).toBe(
      false,
    );
  });

  test('ignores attributes that do not change', () => {
    const step = stepOf('container-permission', 'replace', {
      key: 'p',
      before: { right: 'View', secretRight: 'List' },
      desired: { right: 'Edit', secretRight: 'List' },
      changed: ['right'],
    });
    expect(reducesRight(step)).toBe(false);
  });
});

describe('removed members', () => {
  test.each([
    ['some', ['a', 'b', 'c'], { members: ['b', 'd'] }, ['a', 'c']],
    ['none', ['a'], { members: ['a', 'b'] }, []],
    ['all', ['a', 'b'], { members: [] }, ['a', 'b']],
    ['nobody, since membership is not declared', ['a'], { description: 'x' }, []],
    ['nobody, since there was nobody', undefined, { members: ['a'] }, []],
  ])('of an update: %s', (_, before, desired, left) => {
    expect(removedMembers(group('update', before, desired))).toEqual(left);
  });

  test('are all members when the group is emptied or deleted, none in other operations', () => {
    expect(those((operation) => removedMembers(group(operation, ['a'])).length > 0)).toEqual(['deactivate', 'delete']);
    expect(those((operation) => removedMembers(group(operation, ['a'], { members: [] })).length > 0)).toEqual([
      'update',
      'deactivate',
      'delete',
    ]);
    expect(removedMembers(group('delete', ['a', 'b']))).toEqual(['a', 'b']);
  });

  test('are ids, not references to users still to be created', () => {
    const to = [{ ref: 'delinea_user.new', attribute: 'id' }, 'a'];
    expect(removedMembers(group('update', ['a', 'b'], { members: to }))).toEqual(['b']);
  });

  test('none for a user, whose manager is not a member', () => {
    const step = user('update', { before: { manager: 'a' }, desired: { manager: 'b' }, changed: ['manager'] });
    expect([removedMembers(step), membersBefore(step)]).toEqual([[], []]);
  });

  test('are counted against the members before the step', () => {
    expect(membersBefore(group('update', ['a', 'b'], { members: ['c'] }))).toEqual(['a', 'b']);
    expect(membersBefore(group('update', undefined, { members: ['c'] }))).toEqual([]);
    expect(membersBefore(group('deactivate', ['a', 'b']))).toEqual(['a', 'b']);
    // A group that stays as it is has the members that are declared.
    expect(membersBefore(stepOf('group', 'none', { key: 'sre', desired: { members: ['a'] } }))).toEqual(['a']);
    expect(membersBefore(stepOf('group', 'none', { key: 'sre' }))).toEqual([]);
    expect(membersBefore(stepOf('group', 'create', { key: 'sre', desired: { members: ['a'] } }))).toEqual([]);
  });
});
