import { describe, expect, test } from '@jest/globals';
import { StepEffects } from '../access/step-effects.js';
import { directoryOf, groupIn, stepOf, userIn } from '../guard/steps.fixture.js';
import type { Operation, Step } from '../model/plan.js';
import type { Values } from '../model/values.js';
import { directoryAfter } from './directory.js';

const ref = (address: string) => ({ ref: address, attribute: 'id' });

describe('directory after a plan', () => {
  const live = directoryOf({ sre: ['jane', 'tom'], ops: ['sre'] }, ['jane', 'tom']);
  const kindOf = (_: readonly string[], id: string) => (['sre', 'ops'].includes(id) ? 'group' : 'user');
  const planned = (...steps: Step[]) => directoryAfter(live, new StepEffects(steps, kindOf));
  const user = (operation: Operation, more: Partial<Step> = {}) =>
    stepOf('user', operation, { key: 'delinea_user.jane', id: 'jane', ...more });
  const group = (operation: Operation, desired: Values = {}, more: Partial<Step> = {}) =>
    stepOf('group', operation, { key: 'delinea_group.sre', id: 'sre', desired, ...more });
  const fresh = (kind: string, desired: Values) => stepOf(kind, 'create', { key: `delinea_${kind}.new`, desired });

  test('equals the live directory when no step changes it', async () => {
    const directory = planned();
    expect(await directory.active(userIn('jane'))).toBe(true);
    expect(await directory.active(userIn('ann'))).toBe(false);
    expect(await directory.members(groupIn('sre'))).toEqual([userIn('jane'), userIn('tom')]);
  });

  test.each<[string, Operation, Partial<Step>, boolean]>([
    ['deactivate', 'deactivate', {}, false],
    ['delete', 'delete', {}, false],
    ['disabling in code', 'update', { desired: { active: false }, changed: ['active'] }, false],
    ['another change', 'update', { desired: { title: 'x' }, changed: ['title'] }, true],
    [
      'another change with active written out',
      'update',
      { desired: { active: true, title: 'x' }, changed: ['title'] },
      true,
    ],
    ['forget', 'forget', {}, true],
    ['record', 'record', { desired: { active: true } }, true],
    ['none', 'none', { desired: { active: true } }, true],
  ])('%s of an active account', async (_, operation, more, active) => {
    expect(await planned(user(operation, more)).active(userIn('jane'))).toBe(active);
    expect(await planned(user(operation, more)).active(userIn('tom'))).toBe(true);
  });

  test.each<[string, Operation, Partial<Step>, boolean]>([
    ['reactivate', 'reactivate', { desired: { active: true }, changed: ['active'] }, true],
    ['an update that enables', 'update', { desired: { active: true }, changed: ['active'] }, true],
    ['another change', 'update', { desired: { title: 'x' }, changed: ['title'] }, false],
    ['an adoption', 'adopt', { desired: { active: false } }, false],
  ])('%s of an account that is disabled', async (_, operation, more, active) => {
    const step = user(operation, { id: 'ann', key: 'delinea_user.ann', ...more });
    expect(await planned(step).active(userIn('ann'))).toBe(active);
  });

  test('a new account is active unless declared inactive', async () => {
    const id = userIn('delinea_user.new');
    expect(await planned(fresh('user', {})).active(id)).toBe(true);
    expect(await planned(fresh('user', { active: true })).active(id)).toBe(true);
    expect(await planned(fresh('user', { active: false })).active(id)).toBe(false);
  });

  test('a group is never an active account', async () => {
    expect(await planned(group('reactivate', { members: ['jane'] })).active(groupIn('sre'))).toBe(false);
    expect(await planned(fresh('group', {})).active(groupIn('delinea_group.new'))).toBe(false);
  });

  test('a step on a group does not change a user with the same id', async () => {
    expect(await planned(group('delete', {}, { id: 'jane' })).active(userIn('jane'))).toBe(true);
  });

  test.each<[string, Operation, Values, string[]]>([
    ['update', 'update', { members: ['tom'] }, ['user tom']],
    ['update with a nested group', 'update', { members: ['ops', 'tom'] }, ['group ops', 'user tom']],
    ['update of something else', 'update', { description: 'x' }, ['user jane', 'user tom']],
    ['reactivate', 'reactivate', { members: ['tom'] }, ['user tom']],
    ['deactivate', 'deactivate', {}, []],
    ['delete', 'delete', { members: ['tom'] }, []],
    ['forget', 'forget', { members: ['tom'] }, ['user jane', 'user tom']],
    ['none', 'none', { members: ['tom'] }, ['user jane', 'user tom']],
  ])('members after: %s', async (_, operation, desired, expected) => {
    const members = await planned(group(operation, desired)).members(groupIn('sre'));
    expect(members.map(({ kind, id }) => `${kind} ${id}`)).toEqual(expected);
  });

  test('a new group has its declared members, including new ones, and none if none are declared', async () => {
    const person = stepOf('user', 'create', { key: 'delinea_user.new', desired: {} });
    const inner = stepOf('group', 'create', {
      key: 'delinea_group.inner',
      desired: { members: [ref('delinea_user.new')] },
    });
    const outer = fresh('group', { members: [ref('delinea_group.inner'), ref('delinea_user.new'), 'jane'] });
    const directory = planned(person, inner, outer);
    expect(await directory.members(groupIn('delinea_group.new'))).toEqual([
      groupIn('delinea_group.inner'),
      userIn('delinea_user.new'),
      userIn('jane'),
    ]);
    live.asked.length = 0;
    expect(await planned(fresh('group', {})).members(groupIn('delinea_group.new'))).toEqual([]);
    // The tenant cannot know it.
    expect(live.asked).toEqual([]);
  });

  test('a member that another plan would create is not included', async () => {
    const step = group('update', { members: [ref('delinea_user.new'), 'tom'] });
    const onlyTom = (_: readonly string[], id: string) => (id === 'tom' ? 'user' : undefined);
    expect(await directoryAfter(live, new StepEffects([step], onlyTom)).members(groupIn('sre'))).toEqual([
      userIn('tom'),
    ]);
  });

  test('a user has no members', async () => {
    expect(await planned(user('delete')).members(userIn('jane'))).toEqual([]);
  });

  describe('steps on single memberships', () => {
    const joins = (operation: Operation, groupId: string, memberId: unknown, type = 'user') => {
      const values = { group: groupId, principalType: type, principalId: memberId };
      return stepOf('group-membership', operation, {
        key: `${operation} ${type} ${groupId}`,
        ...(operation === 'create' ? { desired: values } : { before: values }),
      });
    };
    const membersOf = async (...steps: Step[]) =>
      (await planned(...steps).members(groupIn('sre'))).map(({ kind, id }) => `${kind} ${id}`);

    test('add and remove members of their group only', async () => {
      expect(await membersOf(joins('revoke', 'sre', 'jane'))).toEqual(['user tom']);
      expect(await membersOf(joins('create', 'sre', ref('delinea_user.new')))).toEqual([
        'user jane',
        'user tom',
        'user delinea_user.new',
      ]);
      expect(await membersOf(joins('create', 'sre', 'ops', 'group'))).toContain('group ops');
      expect(await membersOf(joins('revoke', 'ops', 'jane'), joins('create', 'ops', 'ann'))).toEqual([
        'user jane',
        'user tom',
      ]);
    });

    test('distinguish a user from a group with the same id', async () => {
      expect(await membersOf(joins('revoke', 'sre', 'jane', 'group'))).toEqual(['user jane', 'user tom']);
    });

    test('count after a change of the list of the same group', async () => {
      const listed = group('update', { members: ['tom'] });
      expect(await membersOf(listed, joins('revoke', 'sre', 'tom'))).toEqual([]);
      expect(await membersOf(listed, joins('none', 'sre', 'tom'))).toEqual(['user tom']);
    });

    test('change members only on objects of the kind of the scope', async () => {
      expect(await planned(joins('create', 'jane', 'tom')).members(userIn('jane'))).toEqual([]);
    });
  });
});

test('directory after a plan: reading members does not go through all steps of the plan again', async () => {
  const steps = Array.from({ length: 100 }, (_, index) => stepOf('user', 'update', { key: `delinea_user.u${index}` }));
  let reads = 0;
  const counted = new Proxy(steps, {
    get(target, property) {
      reads += typeof property === 'string' && /^\d+$/.test(property) ? 1 : 0;
      return Reflect.get(target, property);
    },
  });
  const effects = new StepEffects(counted, () => undefined);
  const directory = directoryAfter(directoryOf({ sre: ['jane'] }), effects);
  const before = reads;
  expect(await directory.members(groupIn('sre'))).toEqual([userIn('jane')]);
  expect(reads).toBe(before);
});
