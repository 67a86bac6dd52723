import { describe, expect, test } from '@jest/globals';
import type { Operation, Step } from '../model/plan.js';
import type { Values } from '../model/values.js';
import type { EdgeValues } from '../read/edges.js';
import type { IdTranslator } from '../read/id-translator.js';
import type { TenantReader } from '../read/tenant-reader.js';
import { resourceOf } from '../resources/index.js';
import { projectDirectory, projectEdges, projectView } from './projected-access.js';
import { directoryOf, groupIn, stepOf, userIn } from './steps.fixture.js';

const PERMISSION = resourceOf('container-permission');
const ref = (address: string) => ({ ref: address, attribute: 'id' });
const ends = (principalId: string, container = '7') => ({ container, principalType: 'user', principalId });
const edge = (principalId: string, right: string, container?: string): EdgeValues => ({
  id: `e-${principalId}`,
  values: { ...ends(principalId, container), right },
});

describe('projected edges of a scope', () => {
  const live = [edge('jane', 'Owner'), edge('tom', 'View')];
  const permission = (operation: Operation, more: Partial<Step>) =>
    stepOf('container-permission', operation, { key: 'p', ...more });
  const planned = (steps: readonly Step[], within: (values: Values) => boolean = () => true) =>
    projectEdges(PERMISSION, live, steps, within).map(({ id, values }) => [id, values.principalId, values.right]);
  const same = [
    ['e-jane', 'jane', 'Owner'],
    ['e-tom', 'tom', 'View'],
  ];

  test('equal the live edges when no step changes them', () => {
    expect(planned([])).toEqual(same);
    expect(planned([permission('revoke', { before: ends('ann') })])).toEqual(same);
    expect(planned([permission('revoke', { before: ends('jane', '8') })])).toEqual(same);
    expect(planned([stepOf('role-binding', 'revoke', { key: 'r', before: ends('jane') })])).toEqual(same);
  });

  test.each<[Operation, unknown]>([
    ['revoke', [same[1]]],
    ['delete', [same[1]]],
    ['forget', same],
    ['record', same],
    ['none', same],
  ])('%s of one', (operation, expected) => {
    expect(planned([permission(operation, { before: { ...ends('jane'), right: 'Owner' } })])).toEqual(expected);
  });

  test.each<Operation>(['none', 'record', 'adopt', 'forget'])(
    '%s keeps the live edge when it changed since the plan',
    (operation) => {
      const step = permission(operation, { before: ends('tom'), desired: { ...ends('tom'), right: 'Owner' } });
      expect(planned([step])).toEqual(same);
    },
  );

  test('a replaced edge has the new right', () => {
    const step = permission('replace', { before: { ...ends('jane'), right: 'Owner' }, desired: { right: 'View' } });
    expect(planned([step])).toEqual([['e-jane', 'jane', 'View'], same[1]]);
  });

  test('a created edge is included if it belongs to the scope', () => {
    const desired = { container: '7', principalType: 'user', principalId: ref('delinea_user.ann'), right: 'Owner' };
    const given = permission('create', { key: 'delinea_container_permission.p', desired });
    expect(planned([given])).toEqual([...same, ['delinea_container_permission.p', 'delinea_user.ann', 'Owner']]);
    expect(planned([given], ({ container }) => container === '8')).toEqual(same);
    expect(planned([given], ({ principalId }) => principalId === 'delinea_user.ann')).toHaveLength(3);
  });

  test('a created edge does not remove a live edge between the same principal and scope', () => {
    expect(planned([permission('create', { desired: { ...ends('jane'), right: 'View' } })])).toHaveLength(3);
  });
});

describe('projected directory', () => {
  const live = directoryOf({ sre: ['jane', 'tom'], ops: ['sre'] }, ['jane', 'tom']);
  const identity = {
    kindOf: (_: readonly string[], id: string) => (['sre', 'ops'].includes(id) ? 'group' : 'user'),
  } as unknown as IdTranslator;
  const planned = (...steps: Step[]) => projectDirectory(live, steps, identity);
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
    expect(await directory.groups()).toEqual([groupIn('sre'), groupIn('ops')]);
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
    const changed = group('update', { members: ['tom'] });
    expect(await planned(changed, person, inner, outer).groups()).toEqual([
      groupIn('sre'),
      groupIn('ops'),
      groupIn('delinea_group.inner'),
      groupIn('delinea_group.new'),
    ]);
  });

  test('a member that another plan would create is not included', async () => {
    const unknown = projectDirectory(live, [group('update', { members: [ref('delinea_user.new'), 'tom'] })], {
      kindOf: (_: readonly string[], id: string) => (id === 'tom' ? 'user' : undefined),
    } as unknown as IdTranslator);
    expect(await unknown.members(groupIn('sre'))).toEqual([userIn('tom')]);
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

test('projected directory: reading members does not go through all steps of the plan again', async () => {
  const steps = Array.from({ length: 100 }, (_, index) => stepOf('user', 'update', { key: `delinea_user.u${index}` }));
  let reads = 0;
  const counted = new Proxy(steps, {
    get(target, property) {
      reads += typeof property === 'string' && /^\d+$/.test(property) ? 1 : 0;
      return Reflect.get(target, property);
    },
  });
  const directory = projectDirectory(directoryOf({ sre: ['jane'] }), counted, {
    kindOf: () => undefined,
  } as unknown as IdTranslator);
  const before = reads;
  expect(await directory.members(groupIn('sre'))).toEqual([userIn('jane')]);
  expect(reads).toBe(before);
});

test('the view of a tenant after a plan knows the names of created objects and the kinds that the plan uses', async () => {
  const added: unknown[] = [];
  const translator = { add: (...name: unknown[]) => added.push(name), kindOf: () => 'user' } as unknown as IdTranslator;
  const steps = [
    stepOf('user', 'create', { key: 'delinea_user.ann', label: 'ann' }),
    stepOf('user', 'none', { key: 'tom', id: 'tom' }),
    stepOf('container-permission', 'revoke', { key: 'p', before: ends('jane') }),
  ];
  const view = projectView({ translator } as unknown as TenantReader, directoryOf({}, ['tom']), steps);
  expect(added).toEqual([['user', 'delinea_user.ann', 'ann']]);
  expect([view.uses('user'), view.uses('container-permission'), view.uses('role-binding')]).toEqual([
    true,
    true,
    false,
  ]);
  expect(await view.directory.active(userIn('tom'))).toBe(true);
  const live = [edge('jane', 'Owner'), edge('tom', 'View')];
  expect(view.edges(PERMISSION, live, () => true).map(({ id }) => id)).toEqual(['e-tom']);
});
