import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { findingsOf, stepsOf } from '../../../test/support/assert/facts.js';
import { group, user } from '../../../test/support/tenant/declare.js';
import { allGrants } from '../../../test/support/tenant/declare-sets.js';
import { openWorkbench, type Workbench } from '../../../test/support/tenant/workbench.js';
import type { Declaration } from '../model/declaration.js';
import type { Plan } from '../model/plan.js';

let bench: Workbench;
beforeEach(async () => {
  bench = await openWorkbench({ data: { containers: ['prod'] } });
});
afterEach(() => bench.close());

/** Returns the changed settings as lines: `delinea_user.jane on_removal: "deactivate" -> "delete"`. */
function settingsIn(plan: Plan): string[] {
  return plan.resource_changes.flatMap(({ address, delinea }) =>
    (delinea.settingChanges ?? []).map(
      ({ name, before, after }) => `${address} ${name}: ${JSON.stringify(before)} -> ${JSON.stringify(after)}`,
    ),
  );
}

describe('settings: a plan shows old and new, and writes only the ledger', () => {
  test.each<[string, Declaration, Declaration, string]>([
    [
      'on_removal',
      user('jane'),
      user('jane', { onRemoval: 'delete' }),
      'delinea_user.jane on_removal: "deactivate" -> "delete"',
    ],
    ['adopt', user('jane', { adopt: 'always' }), user('jane'), 'delinea_user.jane adopt: "always" -> "whenEqual"'],
    ['allow_empty', group('sre'), group('sre', { allowEmpty: true }), 'delinea_group.sre allow_empty: false -> true'],
    ['reactivate', user('jane'), user('jane', { reactivate: 'T-1' }), 'delinea_user.jane reactivate: null -> "T-1"'],
    [
      'previous_names',
      user('jane', { previousNames: ['a', 'b'] }),
      user('jane', { previousNames: ['b'] }),
      'delinea_user.jane previous_names: ["a","b"] -> ["b"]',
    ],
    [
      'prevent_destroy',
      user('jane', {}, { preventDestroy: true }),
      user('jane'),
      'delinea_user.jane prevent_destroy: true -> false',
    ],
    [
      'ignore_changes',
      user('jane'),
      user('jane', {}, { ignoreChanges: 'all' }),
      'delinea_user.jane ignore_changes: [] -> "all"',
    ],
    [
      'allow_empty of a set',
      allGrants('all', 'prod', []),
      allGrants('all', 'prod', [], { allowEmpty: true }),
      'delinea_container_permissions.all allow_empty: false -> true',
    ],
    [
      'ignore_changes of an empty set',
      allGrants('all', 'prod', []),
      allGrants('all', 'prod', [], {}, { ignoreChanges: ['grants'] }),
      'delinea_container_permissions.all ignore_changes: [] -> ["grants"]',
    ],
  ])('%s', async (_, before, after, line) => {
    await bench.converge([before]);
    expect(settingsIn(await bench.plan([before]))).toEqual([]);
    const { plan, written } = await bench.converge([after]);
    expect([settingsIn(plan), plan.applyable, written]).toEqual([[line], true, false]);
    expect(plan.resource_changes[0]).toMatchObject({
      change: { actions: ['update'] },
      delinea: { operation: 'configure' },
    });
    const next = await bench.plan([after]);
    expect([settingsIn(next), stepsOf(next), next.applyable]).toEqual([[], [], false]);
  });

  test('of a set with edges, whose on_removal each edge records', async () => {
    const jane = user('jane');
    const set = (values: object) => allGrants('all', 'prod', [[jane, 'Owner']], { ...values });
    await bench.converge([jane, set({})]);
    const { plan, events } = await bench.converge([jane, set({ onRemoval: 'retain' })]);
    expect(settingsIn(plan)).toEqual(['delinea_container_permissions.all on_removal: "revoke" -> "retain"']);
    expect(events).toContainEqual(expect.objectContaining({ outcome: 'configured', changed: ['on_removal'] }));
    expect(stepsOf(await bench.plan([jane]))).toEqual(['forget container-permissions permissions on prod']);
  });
});

test('settings: before and after of the plan have the attributes, as a policy reads them', async () => {
  await bench.converge([user('jane')]);
  const { resource_changes } = await bench.plan([user('jane', { onRemoval: 'delete', title: 'Chief' })]);
  expect(resource_changes[0]).toMatchObject({
    change: { before: { on_removal: 'deactivate' }, after: { on_removal: 'delete', title: 'Chief' } },
    delinea: { operation: 'update', settingChanges: [{ name: 'on_removal', before: 'deactivate', after: 'delete' }] },
  });
});

test('settings: a new object shows those that are not the default, without an old value', async () => {
  bench.sim.admin.addUser({ userName: 'tom@example.com' });
  const plan = await bench.plan([user('jane', { onRemoval: 'delete' }), user('tom', { adopt: 'always' }), user('ann')]);
  expect(stepsOf(plan)).toContain('adopt user tom@example.com');
  expect(settingsIn(plan)).toEqual([
    'delinea_user.jane on_removal: undefined -> "delete"',
    'delinea_user.tom adopt: undefined -> "always"',
  ]);
});

test('settings: they follow an object and a set to another address', async () => {
  const protectedSet = (name: string, rest = {}) => allGrants(name, 'prod', [], {}, rest);
  await bench.converge([user('jane', {}, { preventDestroy: true }), protectedSet('old', { preventDestroy: true })]);
  const moved = [
    { from: 'delinea_user.jane', to: 'delinea_user.j' },
    { from: 'delinea_container_permissions.old', to: 'delinea_container_permissions.new' },
  ];
  const renamed = { ...user('jane'), address: 'delinea_user.j' };
  expect(settingsIn(await bench.plan([renamed, protectedSet('new')], { moved }))).toEqual([
    'delinea_container_permissions.new prevent_destroy: true -> false',
    'delinea_user.j prevent_destroy: true -> false',
  ]);
});

describe('settings: a ledger of an earlier version', () => {
  const jane = user('jane', { adopt: 'always' }, { preventDestroy: true });
  const forgetSettings = () => {
    for (const [key, entry] of bench.ledger) bench.ledger.set(key, { ...entry, settings: undefined });
  };

  test('raises no alarm; the next apply records the settings', async () => {
    await bench.converge([jane]);
    forgetSettings();
    const { plan } = await bench.converge([jane]);
    expect([settingsIn(plan), stepsOf(plan)]).toEqual([[], []]);
    expect(findingsOf(plan)).toEqual(['note settings_not_recorded']);
    const next = await bench.plan([user('jane', { adopt: 'always' })]);
    expect([settingsIn(next), findingsOf(next)]).toEqual([['delinea_user.jane prevent_destroy: true -> false'], []]);
  });

  test('shows a change of on_removal, which it records', async () => {
    await bench.converge([jane]);
    forgetSettings();
    expect(settingsIn(await bench.plan([user('jane', { onRemoval: 'delete' })]))).toEqual([
      'delinea_user.jane on_removal: "deactivate" -> "delete"',
    ]);
  });
});
