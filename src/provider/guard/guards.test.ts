import { describe, expect, test } from '@jest/globals';
import { type Operation, type Plan, stepsOf } from '../model/plan.js';
import type { Allowance } from '../settings/settings.js';
import { checkGuards, countRemovals, enforceGuards, guardInputOf } from './guards.js';
import { planOf, stepOf as step } from './steps.fixture.js';

const RUNNER = 'runner@example.com';
const NOTHING = { protectedPrincipals: [], allowance: {} };

const users = (operation: Operation, count: number, from = 0) =>
  Array.from({ length: count }, (_, index) =>
    step('user', operation, { key: `user${from + index}@example.com`, id: `id${from + index}` }),
  );

const group = (before: readonly string[], after: readonly string[], operation: Operation = 'update') =>
  step('group', operation, {
    key: 'sre',
    before: { members: before },
    desired: operation === 'update' ? { members: after } : {},
    changed: ['members'],
  });

const permission = (operation: Operation, key: string, principalId: string, right = 'View', principalType = 'user') =>
  step('container-permission', operation, {
    key,
    before: { container: '7', principalType, principalId, right },
  });

const regrant = (key: string, principalId: string, from: string, to: string) => ({
  ...permission('replace', key, principalId, from),
  desired: { right: to },
  changed: ['right'],
});

const ids = (count: number) => Array.from({ length: count }, (_, index) => `id${index}`);
const messages = (plan: Plan, names: readonly string[] = []) =>
  checkGuards(guardInputOf(plan), names).map(({ message }) => message);

describe('mass removal', () => {
  test.each([
    ['five of five pass, since they are few', 5, 0, []],
    ['six of ten do not', 6, 4, ['6 of 10 users would be removed']],
    ['ten of a hundred are a tenth and pass', 10, 90, []],
    ['eleven of a hundred are more', 11, 89, ['11 of 100 users would be removed']],
  ])('%s', (_, removed, kept, expected) => {
    const plan = planOf([...users('deactivate', removed), ...users('none', kept, removed)]);
    expect(messages(plan)).toEqual(expected);
    expect(countRemovals(stepsOf(plan))).toBe(removed);
  });

  test('created objects do not count as managed', () => {
    expect(messages(planOf([...users('deactivate', 6), ...users('create', 500, 6)]))).toEqual([
      '6 of 6 users would be removed',
    ]);
  });

  test('disabling by declaration counts like removing the declaration', () => {
    const disabled = users('update', 6).map((of) => ({ ...of, desired: { active: false }, changed: ['active'] }));
    expect(messages(planOf(disabled))).toEqual(['6 of 6 users would be removed']);
    const titled = users('update', 6).map((of) => ({ ...of, desired: { title: 'x' }, changed: ['title'] }));
    expect(messages(planOf(titled))).toEqual([]);
  });

  test('members are counted per group', () => {
    expect(messages(planOf([group(ids(10), ids(5))]))).toEqual([]);
    expect(messages(planOf([group(ids(10), ids(4))]))).toEqual(['6 of 10 members of sre would be removed']);
    expect(messages(planOf([group(ids(200), ids(180))]))).toEqual([]);
    expect(messages(planOf([group(ids(200), ids(179))]))).toEqual(['21 of 200 members of sre would be removed']);
  });

  test('single members of many groups are counted together', () => {
    const of = (key: string, from: number, to: number) => ({ ...group(ids(from), ids(to)), key, label: key });
    expect(messages(planOf([of('a', 10, 7), of('b', 10, 7)]))).toEqual([
      '6 of 20 members of all groups would be removed',
    ]);
    expect(messages(planOf([of('a', 10, 7), of('b', 10, 8)]))).toEqual([]);
    expect(messages(planOf([of('a', 10, 7), of('b', 10, 7), of('c', 40, 40)]))).toEqual([]);
    // Where one group loses them all, that is said of the group.
    expect(messages(planOf([of('a', 10, 4), of('b', 10, 11)]))).toEqual(['6 of 10 members of a would be removed']);
    expect(() => enforceGuards(guardInputOf(planOf([of('a', 10, 4), of('b', 10, 4)])), NOTHING, {})).toThrow(
      'write: 6 of 10 members of a would be removed; 12 of 20 members of all groups would be removed; 6 of 10 members of b',
    );
  });

  test('an emptied group loses all members', () => {
    const plan = planOf([group(ids(6), [], 'deactivate')]);
    expect(messages(plan)).toEqual(['6 of 6 members of sre would be removed']);
    expect(countRemovals(stepsOf(plan))).toBe(7);
  });

  test('a replaced member counts as removed, a kept member does not', () => {
    expect(countRemovals(stepsOf(planOf([group(['a', 'b'], ['b', 'c'])])))).toBe(1);
  });

  test('permissions are counted per container', () => {
    const few = Array.from({ length: 6 }, (_, index) => permission('revoke', `p${index}`, `id${index}`));
    const rest = Array.from({ length: 94 }, (_, index) =>
      step('container-permission', 'none', {
        key: `o${index}`,
        before: { container: '8', principalType: 'user', principalId: 'x' },
      }),
    );
    expect(messages(planOf([...few, ...rest], { 7: { kind: 'container', name: 'prod' } }))).toEqual([
      '6 of 6 container permissions on prod would be removed',
    ]);
  });

  test('a replaced permission does not count as removed', () => {
    expect(countRemovals(stepsOf(planOf([permission('replace', 'p', 'id1', 'Owner')])))).toBe(0);
  });
});

describe('protected principals', () => {
  const known = { me: { kind: 'user', name: 'Runner@Example.com' }, you: { kind: 'user', name: 'you@example.com' } };

  test.each([
    ['is disabled', step('user', 'deactivate', { key: RUNNER, id: 'me' }), `${RUNNER} would be disabled or removed`],
    [
      'is disabled in code',
      step('user', 'update', { key: RUNNER, id: 'me', desired: { active: false }, changed: ['active'] }),
      `${RUNNER} would be disabled or removed`,
    ],
    ['is deleted', step('user', 'delete', { key: RUNNER, id: 'me' }), `${RUNNER} would be disabled or removed`],
    ['loses a right', permission('revoke', 'Owner on prod', 'me', 'Owner'), `${RUNNER} would lose Owner on prod`],
    ['is demoted', regrant('View on prod', 'me', 'Owner', 'View'), `${RUNNER} would lose View on prod`],
    [
      'is renamed and disabled at once',
      step('user', 'update', {
        key: 'renamed@example.com',
        id: 'me',
        before: { userName: RUNNER, active: true },
        desired: { userName: 'renamed@example.com', active: false },
        changed: ['userName', 'active'],
      }),
      `${RUNNER} would be disabled or removed`,
    ],
    [
      'loses a role',
      step('role-binding', 'revoke', { key: 'Admin', before: { principalType: 'user', principalId: 'me' } }),
      `${RUNNER} would lose Admin`,
    ],
    ['leaves a group', group(['me', 'you'], ['you']), `${RUNNER} would leave sre`],
    ['leaves a group that is emptied', group(['me'], [], 'deactivate'), `${RUNNER} would leave sre`],
  ])('refused: a principal that %s', (_, change, message) => {
    expect(messages(planOf([change], known), [RUNNER])).toEqual([message]);
    expect(messages(planOf([change], known), ['somebody@example.com'])).toEqual([]);
  });

  test.each([
    ['is created', step('user', 'create', { key: RUNNER })],
    ['stays as it is', step('user', 'none', { key: RUNNER, id: 'me' })],
    [
      'changes its title',
      step('user', 'update', { key: RUNNER, id: 'me', desired: { title: 'x' }, changed: ['title'] }),
    ],
    ['is given a right', permission('create', 'Owner on prod', 'me', 'Owner')],
    ['is given a greater right', regrant('Owner on prod', 'me', 'View', 'Owner')],
    ['keeps the right', permission('none', 'Owner on prod', 'me', 'Owner')],
    ['stays a member', group(['me', 'you'], ['me'])],
    ['has a right whose principal has no known name', permission('revoke', 'Owner on prod', 'unknown', 'Owner')],
  ])('not refused: a principal that %s', (_, change) => {
    expect(messages(planOf([change], known), [RUNNER])).toEqual([]);
  });
});

describe('protected principals inside groups', () => {
  const known = { sre: { kind: 'group', name: 'sre' }, me: { kind: 'user', name: RUNNER } };
  const protectedInside = { sre: [RUNNER, 'you@example.com'], other: ['tom@example.com'] };
  const refusals = (change: ReturnType<typeof step>, names: readonly string[] = []) =>
    checkGuards(guardInputOf(planOf([change], known, { protectedInside })), names);

  test('lose the access that the group loses', () => {
    expect(refusals(permission('revoke', 'Owner of sre on prod', 'sre', 'Owner', 'group'))).toEqual([
      {
        guard: 'protected principal',
        name: RUNNER,
        message: `${RUNNER} would lose Owner of sre on prod (through sre)`,
      },
      {
        guard: 'protected principal',
        name: 'you@example.com',
        message: 'you@example.com would lose Owner of sre on prod (through sre)',
      },
    ]);
    expect(refusals(permission('none', 'Owner of sre on prod', 'sre', 'Owner', 'group'))).toEqual([]);
  });

  test('leave a group with their own group, shown by id when its name is unknown', () => {
    expect(refusals(group(['other', 'tom'], ['tom'])).map(({ name, message }) => [name, message])).toEqual([
      ['tom@example.com', 'tom@example.com would leave sre (through other)'],
    ]);
  });

  test('a protected group is protected itself', () => {
    expect(refusals(group(['sre', 'tom'], ['tom']), ['SRE']).map(({ name, message }) => [name, message])).toEqual([
      ['SRE', 'SRE would leave sre'],
      [RUNNER, `${RUNNER} would leave sre (through sre)`],
      ['you@example.com', 'you@example.com would leave sre (through sre)'],
    ]);
  });
});

describe('orphans', () => {
  const orphan = { kind: 'container', name: 'Prod', lacks: 'active Owner', steps: ['p'] };
  const plan = (doubt?: string) => planOf([], {}, { orphans: [doubt === undefined ? orphan : { ...orphan, doubt }] });

  test('are refused by name, with the doubt', () => {
    expect(checkGuards(guardInputOf(plan()), [])).toEqual([
      { guard: 'orphan', name: 'Prod', message: 'container Prod would be left without an active Owner' },
    ]);
    expect(messages(plan('the list is long'))).toEqual([
      'container Prod would be left without an active Owner that is visible (the list is long)',
    ]);
  });

  test('are allowed by their own name only', () => {
    const enforced = (allowance: Allowance) => () => enforceGuards(guardInputOf(plan()), NOTHING, allowance);
    expect(enforced({})).toThrow('container Prod would be left without an active Owner');
    expect(enforced({ orphans: ['stage'] })).toThrow('Prod');
    expect(enforced({ orphans: [] })).toThrow('Prod');
    expect(enforced({ removals: 0, principals: ['Prod'] })).toThrow('Prod');
    expect(enforced({ orphans: ['PROD'] })).not.toThrow();
    expect(enforced({})).toThrow(expect.objectContaining({ remedy: [{ kind: 'allowOrphans', names: ['Prod'] }] }));
  });
});

describe('enforcement', () => {
  const mass = planOf(users('deactivate', 7));
  const own = planOf([step('user', 'deactivate', { key: RUNNER, id: 'me' })]);
  const refused = (plan: Plan, allowance: Allowance = {}, standing: Allowance = {}) => {
    try {
      enforceGuards(guardInputOf(plan), { protectedPrincipals: [RUNNER], allowance: standing }, allowance);
      return undefined;
    } catch (error) {
      return error;
    }
  };

  test('has a remedy with the exact count', () => {
    expect(refused(mass)).toMatchObject({
      code: 'refused_by_guard',
      message: 'refused before the first write: 7 of 7 users would be removed',
      remedy: [{ kind: 'allowRemovals', count: 7, soFar: false }],
    });
    expect(refused(mass, { removals: 6 })).toBeDefined();
    expect(refused(mass, { removals: 8 })).toBeDefined();
    expect(refused(mass, { removals: 7 })).toBeUndefined();
  });

  test('a count does not allow a protected principal, and a name does not allow a mass removal', () => {
    expect(refused(own, { removals: 1 })).toMatchObject({
      remedy: [{ kind: 'allowPrincipals', names: [RUNNER] }],
    });
    expect(refused(own, { principals: ['other@example.com'] })).toBeDefined();
    expect(refused(own, { principals: [RUNNER.toUpperCase()] })).toBeUndefined();
    expect(refused(mass, { principals: [RUNNER] })).toBeDefined();
  });

  test('has a remedy for each refusal', () => {
    const both = planOf([...users('deactivate', 7), step('user', 'deactivate', { key: RUNNER, id: 'me' })]);
    expect(refused(both)).toMatchObject({
      remedy: [
        { kind: 'allowRemovals', count: 8, soFar: false },
        { kind: 'allowPrincipals', names: [RUNNER] },
      ],
    });
    expect(refused(both, { removals: 8, principals: [RUNNER] })).toBeUndefined();
  });

  test('the settings allow names; the count of the run wins over theirs', () => {
    expect(refused(mass, {}, { removals: 7 })).toBeUndefined();
    expect(refused(mass, {}, { removals: 6 })).toBeDefined();
    expect(refused(mass, { removals: 6 }, { removals: 7 })).toBeDefined();
    expect(refused(mass, { removals: 7 }, { removals: 6 })).toBeUndefined();
    expect(refused(own, { principals: ['other@example.com'] }, { principals: [RUNNER] })).toBeUndefined();
    expect(refused(own, { principals: [RUNNER] }, { principals: ['other@example.com'] })).toBeUndefined();
    expect(refused(own, {}, { orphans: [RUNNER], removals: 1 })).toBeDefined();
  });

  test.each<Operation>(['create', 'none', 'record', 'adopt', 'forget', 'reactivate'])(
    '%s passes, however many they are, since it takes nothing away',
    (operation) => {
      const steps = [step('user', operation, { key: RUNNER }), ...users(operation, 40)];
      expect(refused(planOf(steps))).toBeUndefined();
    },
  );
});
