import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Operation, Plan, ResourceChange, Step } from './format.js';
import { checkGuards, countRemovals, enforceGuards } from './guards.js';

const RUNNER = 'runner@example.com';

function step(kind: string, operation: Operation, more: Partial<Step> & { key: string }): ResourceChange {
  const delinea: Step = {
    kind,
    operation,
    surface: 's',
    label: more.key,
    desired: {},
    before: {},
    changed: [],
    after: [],
    ...more,
  };
  return { address: more.key, delinea } as ResourceChange;
}

function planOf(changes: readonly ResourceChange[], known: Plan['delinea']['known'] = {}): Plan {
  return { resource_changes: changes, delinea: { known } } as unknown as Plan;
}

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

const permission = (operation: Operation, key: string, principalId: string, right = 'View') =>
  step('container-permission', operation, {
    key,
    before: { container: '7', principalType: 'user', principalId, right },
  });

const ids = (count: number) => Array.from({ length: count }, (_, index) => `id${index}`);
const messages = (plan: Plan, names: readonly string[] = []) => checkGuards(plan, names).map(({ message }) => message);

describe('mass removal', () => {
  test.each([
    ['five of five pass, since they are few', 5, 0, []],
    ['six of ten do not', 6, 4, ['6 of 10 users would be removed']],
    ['ten of a hundred are a tenth and pass', 10, 90, []],
    ['eleven of a hundred are more', 11, 89, ['11 of 100 users would be removed']],
  ])('%s', (_, removed, kept, expected) => {
    const plan = planOf([...users('deactivate', removed), ...users('none', kept, removed)]);
    expect(messages(plan)).toEqual(expected);
    expect(countRemovals(plan)).toBe(removed);
  });

  test('what is created does not make the rest a smaller share', () => {
    expect(messages(planOf([...users('deactivate', 6), ...users('create', 500, 6)]))).toEqual([
      '6 of 6 users would be removed',
    ]);
  });

  test('disabling in code counts as well as leaving out of code', () => {
    const disabled = users('update', 6).map(({ delinea, ...rest }) => ({
      ...rest,
      delinea: { ...delinea, desired: { active: false }, changed: ['active'] },
    }));
    expect(messages(planOf(disabled as ResourceChange[]))).toEqual(['6 of 6 users would be removed']);
    const renamed = users('update', 6).map(({ delinea, ...rest }) => ({
      ...rest,
      delinea: { ...delinea, desired: { title: 'x' }, changed: ['title'] },
    }));
    expect(messages(planOf(renamed as ResourceChange[]))).toEqual([]);
  });

  test('members of one group are counted for themselves', () => {
    expect(messages(planOf([group(ids(10), ids(5))]))).toEqual([]);
    expect(messages(planOf([group(ids(10), ids(4))]))).toEqual(['6 of 10 members of sre would be removed']);
    expect(messages(planOf([group(ids(200), ids(180))]))).toEqual([]);
    expect(messages(planOf([group(ids(200), ids(179))]))).toEqual(['21 of 200 members of sre would be removed']);
  });

  test('a group that is emptied loses all its members', () => {
    const plan = planOf([group(ids(6), [], 'deactivate')]);
    expect(messages(plan)).toEqual(['6 of 6 members of sre would be removed']);
    expect(countRemovals(plan)).toBe(7);
  });

  test('a member who is replaced is removed, one who is kept is not', () => {
    expect(countRemovals(planOf([group(['a', 'b'], ['b', 'c'])]))).toBe(1);
  });

  test('the permissions of one container are counted for themselves', () => {
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

  test('a permission granted anew is not removed', () => {
    expect(countRemovals(planOf([permission('regrant', 'p', 'id1', 'Owner')]))).toBe(0);
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
    ['gets another right', permission('regrant', 'View on prod', 'me', 'Owner'), `${RUNNER} would lose View on prod`],
    [
      'loses a role',
      step('role-binding', 'revoke', { key: 'Admin', before: { principalType: 'user', principalId: 'me' } }),
      `${RUNNER} would lose Admin`,
    ],
    ['leaves a group', group(['me', 'you'], ['you']), `${RUNNER} would leave sre`],
    ['leaves a group that is emptied', group(['me'], [], 'deactivate'), `${RUNNER} would leave sre`],
  ])('one that %s is named', (_, change, message) => {
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
    ['stays a member', group(['me', 'you'], ['me'])],
    ['is a namesake of nobody', permission('revoke', 'Owner on prod', 'unknown', 'Owner')],
  ])('one that %s is not', (_, change) => {
    expect(messages(planOf([change], known), [RUNNER])).toEqual([]);
  });
});

describe('enforcement', () => {
  const mass = planOf(users('deactivate', 7));
  const own = planOf([step('user', 'deactivate', { key: RUNNER, id: 'me' })]);
  const refused = (plan: Plan, allowance = {}) => {
    try {
      enforceGuards(plan, [RUNNER], allowance);
      return undefined;
    } catch (error) {
      return error;
    }
  };

  test('names the exact count that would be let through', () => {
    expect(refused(mass)).toMatchObject({
      code: 'refused_by_guard',
      message: 'refused before the first write: 7 of 7 users would be removed',
      hint: 'If that is meant, say so: --allow-removals 7.',
    });
    expect(refused(mass, { removals: 6 })).toBeDefined();
    expect(refused(mass, { removals: 8 })).toBeDefined();
    expect(refused(mass, { removals: 7 })).toBeUndefined();
  });

  test('a count does not let a protected principal go, and a name does not let many go', () => {
    expect(refused(own, { removals: 1 })).toMatchObject({
      hint: `If that is meant, say so: --allow-principal "${RUNNER}".`,
    });
    expect(refused(own, { principals: ['other@example.com'] })).toBeDefined();
    expect(refused(own, { principals: [RUNNER.toUpperCase()] })).toBeUndefined();
    expect(refused(mass, { principals: [RUNNER] })).toBeDefined();
  });

  test('both at once are both named', () => {
    const both = planOf([...mass.resource_changes, ...own.resource_changes]);
    expect(refused(both)).toMatchObject({
      hint: expect.stringContaining(`--allow-removals 8 --allow-principal "${RUNNER}"`),
    });
    expect(refused(both, { removals: 8, principals: [RUNNER] })).toBeUndefined();
  });

  test('passes whatever takes nothing away', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom<Operation>('create', 'none', 'record', 'take over', 'forget', 'reactivate'), {
          maxLength: 40,
        }),
        (operations) => {
          const plan = planOf(
            operations.map((operation, index) => step('user', operation, { key: `u${index}`, id: `${index}` })),
          );
          expect(refused(plan)).toBeUndefined();
        },
      ),
    );
  });
});
