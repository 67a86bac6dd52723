import { describe, expect, test } from '@jest/globals';
import type { Allowance } from '../model/allowance.js';
import { type Operation, type Plan, stepsOf } from '../model/plan.js';
import { checkGuards, countRemovals, enforceGuards, guardInputOf, judge, lossesToRemember } from './guards.js';
import { groupStep, permissionStep, planOf, stepOf, userSteps } from './steps.fixture.js';

const RUNNER = 'runner@example.com';
const NOTHING = { protectedPrincipals: [], allowances: [] };
type Allowed = Omit<Allowance, 'source'>;

const ids = (count: number) => Array.from({ length: count }, (_, index) => `id${index}`);
const messages = (plan: Plan, names: readonly string[] = []) =>
  checkGuards(guardInputOf(plan), names).map(({ message }) => message);

describe('countRemovals', () => {
  test.each([
    [5, 0],
    [6, 4],
    [10, 90],
    [11, 89],
  ])('%d disabled users count, %d unchanged ones do not', (removed, kept) => {
    const plan = planOf([...userSteps('deactivate', removed), ...userSteps('none', kept, removed)]);
    expect(countRemovals(stepsOf(plan))).toBe(removed);
  });

  test('a group that is emptied counts once, with its members', () => {
    expect(countRemovals(stepsOf(planOf([groupStep(ids(6), [], 'deactivate')])))).toBe(1);
  });

  test('a replaced member counts as removed, a kept member does not', () => {
    expect(countRemovals(stepsOf(planOf([groupStep(['a', 'b'], ['b', 'c'])])))).toBe(1);
  });

  test('a permission with a lower right counts as removed, one with a higher right does not', () => {
    const replaced = (before: string, right: string) => ({
      ...permissionStep('replace', 'p', 'id1', before),
      desired: { right },
      changed: ['right'],
    });
    expect(countRemovals([replaced('Owner', 'View')])).toBe(1);
    expect(countRemovals([replaced('View', 'Owner')])).toBe(0);
  });
});

describe('orphans', () => {
  const orphan = { kind: 'container', id: '1', name: 'Prod', lacks: 'active Owner', steps: ['p'] };
  const plan = (doubt?: string) => planOf([], {}, { orphans: [doubt === undefined ? orphan : { ...orphan, doubt }] });

  test('are refused by name, with the doubt', () => {
    expect(checkGuards(guardInputOf(plan()), [])).toEqual([
      { guard: 'orphan', name: 'Prod', steps: ['p'], message: 'container Prod would be left without an active Owner' },
    ]);
    expect(messages(plan('the list is long'))).toEqual([
      'container Prod would be left without an active Owner that is visible (the list is long)',
    ]);
  });

  test('come with the rarer kind first, and each kind in its order', () => {
    const role = { ...orphan, kind: 'role', name: 'Admin', lacks: 'active holder' };
    const orphans = [orphan, { ...orphan, name: 'Lab' }, role];
    expect(messages(planOf([], {}, { orphans }))).toEqual([
      'role Admin would be left without an active holder',
      'container Prod would be left without an active Owner',
      'container Lab would be left without an active Owner',
    ]);
  });

  test('of a retired container are let through by code, and no other', () => {
    const judged = (retired: string[]) => judge(guardInputOf(planOf([], {}, { orphans: [orphan], retired })), NOTHING);
    expect(judged(['container 1'])).toMatchObject({ open: [], lifted: [{ source: 'retired = true in code' }] });
    expect(judged(['container 2'])).toMatchObject({ open: [{ name: 'Prod' }], lifted: [] });
  });

  test('are allowed by their own name only', () => {
    const enforced = (allowed: Allowed) => () =>
      enforceGuards(guardInputOf(plan()), { ...NOTHING, allowances: [{ source: 'the command line', ...allowed }] });
    expect(enforced({})).toThrow('container Prod would be left without an active Owner');
    expect(enforced({ orphans: ['stage'] })).toThrow('Prod');
    expect(enforced({ orphans: [] })).toThrow('Prod');
    expect(enforced({ removals: 0, principals: ['Prod'] })).toThrow('Prod');
    expect(enforced({ orphans: ['PROD'] })).not.toThrow();
    expect(enforced({})).toThrow(expect.objectContaining({ remedy: [{ kind: 'allowOrphans', names: ['Prod'] }] }));
  });
});

describe('losses to remember', () => {
  const input = guardInputOf(planOf(userSteps('deactivate', 7)));
  const allowed = (allowance: Allowed) => ({ ...NOTHING, allowances: [{ source: 'the command line', ...allowance }] });

  test('are all losses, unless an allowance lifts a refusal or the plan has no limits', () => {
    expect(lossesToRemember(input, NOTHING)).toHaveLength(7);
    expect(lossesToRemember(input, allowed({ removals: 6 }))).toHaveLength(7);
    expect(lossesToRemember(input, allowed({ removals: 7 }))).toEqual([]);
    expect(lossesToRemember({ ...input, limits: false }, NOTHING)).toEqual([]);
    const few = guardInputOf(planOf(userSteps('deactivate', 2)));
    expect(lossesToRemember(few, allowed({ removals: 2 }))).toHaveLength(2);
  });

  test('are kept when only the retirement of a container lifts a refusal', () => {
    const revoked = Array.from({ length: 6 }, (_, index) => permissionStep('revoke', `p${index}`, `id${index}`));
    const kept = Array.from({ length: 60 }, (_, index) =>
      stepOf('container-permission', 'none', {
        key: `o${index}`,
        before: { container: '8', principalType: 'user', principalId: `o${index}`, right: 'View' },
      }),
    );
    const retiring = guardInputOf(planOf([...revoked, ...kept], {}, { retired: ['container 7'] }));
    expect(judge(retiring, NOTHING)).toMatchObject({ open: [], lifted: [{ source: 'retired = true in code' }] });
    expect(lossesToRemember(retiring, NOTHING)).toHaveLength(6);
  });

  test('are kept when only another guard is lifted', () => {
    const own = planOf([stepOf('user', 'deactivate', { key: RUNNER, id: 'me' })]);
    const settings = { protectedPrincipals: [RUNNER], allowances: [{ source: 'x', principals: [RUNNER] }] };
    expect(lossesToRemember(guardInputOf(own), settings)).toHaveLength(1);
  });
});

test('a plan without limits has no mass removal', () => {
  const input = guardInputOf(planOf(userSteps('deactivate', 7)));
  expect(checkGuards({ ...input, limits: false }, [])).toEqual([]);
  expect(checkGuards(input, [])).toHaveLength(1);
});

describe('enforcement', () => {
  test('lists every mass removal, the totals first', () => {
    const members = groupStep(ids(20), ids(8));
    expect(() => enforceGuards(guardInputOf(planOf([...userSteps('deactivate', 6), members])), NOTHING)).toThrow(
      /write: 18 of 20 people would lose access \(limit 5\): id10 \(sre\), .* and 8 more; 6 of 6 users would be disabled or removed \(limit 5\); 12 of 20 members of sre would leave \(limit 10\)$/,
    );
  });

  const mass = planOf(userSteps('deactivate', 7));
  const own = planOf([stepOf('user', 'deactivate', { key: RUNNER, id: 'me' })]);
  const settingsOf = (run: Allowed, standing: Allowed) => ({
    protectedPrincipals: [RUNNER],
    allowances: [
      { source: 'the command line', ...run },
      { source: 'the environment', ...standing },
    ],
  });
  const refused = (plan: Plan, run: Allowed = {}, standing: Allowed = {}) => {
    try {
      enforceGuards(guardInputOf(plan), settingsOf(run, standing));
      return undefined;
    } catch (error) {
      return error;
    }
  };

  test('has a remedy with the exact count', () => {
    expect(refused(mass)).toMatchObject({
      code: 'refused_by_guard',
      message: expect.stringMatching(
        /^refused before the first write: 7 of 7 users would be disabled or removed \(limit 5\): /,
      ),
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
    const both = planOf([...userSteps('deactivate', 7), stepOf('user', 'deactivate', { key: RUNNER, id: 'me' })]);
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

  test('a lifted refusal has the source of its allowance', () => {
    const lifted = (plan: Plan, run: Allowed, standing: Allowed) =>
      judge(guardInputOf(plan), settingsOf(run, standing)).lifted.map(({ source, message }) => [
        source,
        message.replace(/ \(limit.*/, ''),
      ]);
    expect(lifted(mass, { removals: 7 }, { removals: 7 })).toEqual([
      ['the command line', '7 of 7 users would be disabled or removed'],
    ]);
    expect(lifted(own, { removals: 1 }, { principals: [RUNNER] })).toEqual([
      ['the environment', `${RUNNER} would be disabled or removed`],
    ]);
    expect(lifted(mass, {}, {})).toEqual([]);
  });

  test.each<Operation>(['create', 'none', 'record', 'adopt', 'forget', 'reactivate'])(
    '%s passes, however many they are, since it takes nothing away',
    (operation) => {
      const steps = [stepOf('user', operation, { key: RUNNER }), ...userSteps(operation, 40)];
      expect(refused(planOf(steps))).toBeUndefined();
    },
  );
});
