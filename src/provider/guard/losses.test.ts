import { expect, test } from '@jest/globals';
import type { Step } from '../model/plan.js';
import { goes, holdingsOf, lossesOf } from './losses.js';
import { groupStep, permissionStep, stepOf, userSteps } from './steps.fixture.js';

const names = { user: { 1: { name: 'jane' }, 2: { name: 'tom' } }, group: { g: { name: 'ops' } } };
const group = (before: readonly string[], after: readonly string[], more: Partial<Step> = {}): Step => ({
  ...groupStep(before, after),
  key: 'all',
  id: 'all',
  label: 'all',
  ...more,
});
const membership = (operation: Step['operation'], principalType: string, principalId: string) =>
  stepOf('group-membership', operation, {
    key: `${principalId} in ops`,
    before: { group: 'g', principalType, principalId },
  });
const binding = (operation: Step['operation'], principalId = '1') =>
  stepOf('role-binding', operation, {
    key: `Auditor of ${principalId}`,
    before: { role: 'Auditor', principalType: 'user', principalId },
  });
/** Returns the steps that cause each loss, by its label. */
const causes = (...steps: Step[]) =>
  Object.fromEntries(
    holdingsOf(steps, {}, names)
      .filter(({ isLost }) => isLost)
      .map(({ label, steps: keys }) => [label, keys]),
  );

test('losses: an account has itself, and is lost when it is disabled, by code too', () => {
  const disabled = stepOf('user', 'update', { key: 'tom', id: '2', desired: { active: false }, changed: ['active'] });
  expect(lossesOf([...userSteps('deactivate', 1), ...userSteps('none', 1, 1), disabled])).toEqual([
    { key: 'user id0', label: 'user0@example.com', kind: 'user', people: ['user id0'] },
    { key: 'user 2', label: 'tom', kind: 'user', people: ['user 2'] },
  ]);
});

test('losses: a created object was not there', () => {
  expect(holdingsOf([...userSteps('create', 2), ...userSteps('none', 1, 2)])).toHaveLength(1);
});

test('losses: an object without an id is known by the key of its step', () => {
  const { id: _, ...nameless } = userSteps('deactivate', 1)[0]!;
  expect(lossesOf([nameless])).toMatchObject([{ key: 'user user0@example.com' }]);
});

test('losses: what is lost by several steps counts once, with all of these steps', () => {
  const again = { ...userSteps('deactivate', 1)[0]!, key: 'again' };
  const kept = { ...userSteps('none', 1)[0]!, key: 'kept' };
  expect(causes(kept, ...userSteps('deactivate', 1), again, kept)).toEqual({
    'user0@example.com': ['user0@example.com', 'again'],
  });
});

test('losses: an account that is disabled gives no access, before or after', () => {
  const inactive = { ...userSteps('none', 1)[0]!, before: { active: false } };
  const enabled = { ...userSteps('none', 1, 1)[0]!, before: { active: false }, desired: { active: true } };
  expect(holdingsOf([inactive, enabled]).map(({ isActive }) => isActive)).toEqual([false, true]);
  // Code that no longer declares the status of a disabled account does not enable it.
  expect(holdingsOf(userSteps('none', 1)).map(({ isActive }) => isActive)).toEqual([false]);
  expect(holdingsOf([binding('none'), membership('none', 'user', '1')]).map(({ isActive }) => isActive)).toEqual([
    true,
    true,
  ]);
  expect(holdingsOf([group(['1'], ['1'])]).every(({ isActive }) => isActive)).toBe(true);
});

test('losses: a group goes when its declaration is removed, and not when code empties it', () => {
  expect(goes(group(['1'], [], { operation: 'deactivate', desired: {} }))).toBe(true);
  expect(goes(group(['1'], []))).toBe(false);
  expect(goes(userSteps('deactivate', 1)[0]!)).toBe(true);
  expect(goes(userSteps('none', 1)[0]!)).toBe(false);
});

test('losses: members of a group that stays, by name, unless they go themselves', () => {
  const out = group(['1', '2', '3'], ['3']);
  expect(lossesOf([out], {}, names)).toEqual([
    { key: 'group all 1', label: 'jane', group: { key: 'group all', label: 'all' }, people: ['user 1'] },
    { key: 'group all 2', label: 'tom', group: { key: 'group all', label: 'all' }, people: ['user 2'] },
  ]);
  const jane = stepOf('user', 'deactivate', { key: 'jane', id: '1' });
  expect(lossesOf([out, jane], {}, names).map(({ key }) => key)).toEqual(['group all 2', 'user 1']);
  const gone = group(['1', '2'], [], { operation: 'deactivate', desired: {} });
  expect(lossesOf([gone]).map(({ key }) => key)).toEqual(['group all']);
});

test('losses: a nested group has the people behind it, and is no person itself', () => {
  const out = group(['g', '1'], ['1']);
  const people = (evidence: object, more: readonly Step[] = [], known: Parameters<typeof holdingsOf>[2] = names) =>
    holdingsOf([out, ...more], evidence, known)
      .filter(({ key }) => key === 'group all g')
      .map((holding) => holding.people);
  expect(people({ behind: { 'group g': ['user 7', 'user 8'] } })).toEqual([['user 7', 'user 8']]);
  expect(people({ behind: { 'group g': [] } }, [], {})).toEqual([[]]);
  expect(people({})).toEqual([[]]);
  // It is known as a group by its own step, too.
  expect(people({}, [stepOf('group', 'none', { key: 'ops', id: 'g' })], {})).toEqual([[]]);
  expect(people({}, [], {})).toEqual([['user g']]);
  // Where a user and a group have one id, either may be the member.
  expect(people({}, [], { ...names, user: { g: { name: 'gus' } } })).toEqual([['user g']]);
  expect(people({}, [stepOf('user', 'none', { key: 'gus', id: 'g' })])).toEqual([['user g']]);
});

test('losses: the people behind a group that goes are in the evidence', () => {
  const gone = group(['1'], [], { operation: 'deactivate', desired: {} });
  const evidence = { behind: { 'group all': ['user 1'] } };
  expect(lossesOf([gone], evidence)).toMatchObject([{ kind: 'group', people: ['user 1'] }]);
  expect(lossesOf([gone])).toMatchObject([{ people: [] }]);
});

test('losses: a permission has its container, its right before and its holder, if that is an account', () => {
  const lost = {
    key: 'container-permission ["7","user","1"]',
    label: 'p',
    kind: 'container-permission',
    right: { right: 'Owner' },
    scope: { key: 'container 7', label: '7' },
    people: ['user 1'],
  };
  const lowered = {
    ...permissionStep('replace', 'p', '1', 'Owner'),
    desired: { right: 'View' },
    changed: ['right'],
  };
  expect(lossesOf([permissionStep('revoke', 'p', '1', 'Owner')])).toEqual([lost]);
  expect(lossesOf([lowered])).toEqual([lost]);
  const raised = { ...lowered, before: { ...lowered.before, right: 'View' }, desired: { right: 'Owner' } };
  expect(holdingsOf([raised])).toMatchObject([{ isLost: false, right: { right: 'Owner' } }]);
  const ofGroup = permissionStep('revoke', 'p', 'g', 'View', 'group');
  expect(lossesOf([ofGroup], {}, { ...names, container: { 7: { name: 'prod' } } })).toMatchObject([
    { people: [], scope: { label: 'prod' } },
  ]);
});

test('losses: a permission does not count on its container if its holder goes', () => {
  const revoked = permissionStep('revoke', 'p', '1', 'Owner');
  const jane = stepOf('user', 'deactivate', { key: 'jane', id: '1' });
  const scopes = (steps: readonly Step[]) =>
    holdingsOf(steps).flatMap(({ kind, scope }) => (kind === 'container-permission' ? [scope?.key] : []));
  expect(scopes([revoked])).toEqual(['container 7']);
  expect(scopes([revoked, jane])).toEqual([undefined]);
  expect(scopes([{ ...revoked, operation: 'none' }, jane])).toEqual(['container 7']);
});

test('losses: a role binding counts in no container', () => {
  expect(lossesOf([binding('revoke')])).toEqual([
    {
      key: 'role-binding ["auditor","user","1"]',
      label: 'Auditor of 1',
      kind: 'role-binding',
      people: ['user 1'],
    },
  ]);
});

test('losses: a membership that is an edge of its own counts like a member in a list', () => {
  expect(lossesOf([membership('revoke', 'user', '1')], {}, names)).toEqual([
    { key: 'group g 1', label: 'jane', group: { key: 'group g', label: 'ops' }, people: ['user 1'] },
  ]);
  expect(lossesOf([membership('revoke', 'user', '9')])).toMatchObject([{ label: '9', group: { label: 'g' } }]);
  expect(lossesOf([membership('none', 'user', '1')])).toEqual([]);
  const jane = stepOf('user', 'deactivate', { key: 'jane', id: '1' });
  expect(lossesOf([membership('revoke', 'user', '1'), jane]).map(({ key }) => key)).toEqual(['user 1']);
  expect(lossesOf([membership('revoke', 'group', 'h')])).toMatchObject([{ people: [] }]);
});

test('losses: adopted and imported objects are marked', () => {
  const adopted = [permissionStep('adopt', 'p', '1'), group(['1'], ['1'], { operation: 'adopt' })];
  const isNew = (steps: readonly Step[]) => holdingsOf(steps).map((holding) => holding.isNew);
  expect(isNew(adopted)).toEqual([false, false, false]);
  expect(isNew(adopted.map((step) => ({ ...step, unmanaged: true as const })))).toEqual([true, true, true]);
});
