import { expect, test } from '@jest/globals';
import type { Finding, Operation, ResourceChange } from '../model/plan.js';
import { unchangedEntry } from '../plan/build-entry.js';
import { resourceOf } from '../resources/index.js';
import type { InstancePlan } from './plan-in-isolation.js';
import {
  adoptionWarnings,
  findingWarnings,
  keptEdgesWarnings,
  movedWarning,
  overwrittenWarnings,
  removalWarning,
  uncertainWarnings,
} from './plan-warnings.js';
import { openSessionBench } from './session.fixture.js';

const user = { resource: resourceOf('user') };
const set = { resource: resourceOf('container-permissions') };
const edge = { resource: resourceOf('container-permission') };

function changeOf(operation: Operation, more: object = {}): ResourceChange {
  const entry = unchangedEntry('user', 'delinea_user.jane', { userName: 'jane' }, 'platform-rest', '7');
  return { ...entry, delinea: { ...entry.delinea, label: 'jane', operation, ...more } };
}

test('plan warnings: a finding has the label of its object unless its text has it, and information is left out', () => {
  const finding = (level: string, message: string) => ({ level, message }) as Finding;
  const findings = [
    finding('drift', 'title differs'),
    finding('warning', 'jane is a guest'),
    finding('info', 'title was read'),
  ];
  const warnings = findingWarnings({ change: changeOf('none'), findings, live: undefined, retired: [] });
  expect(warnings.map(({ message }) => message)).toEqual(['jane: title differs', 'jane is a guest']);
});

const known = { isGone: false, isComplete: true, renamed: [] };

test('plan warnings: a removal names its effect on the object, and whether other requests may prevent it', () => {
  const effect = (operation: Operation, state: object = {}, how: object = {}) =>
    removalWarning({ ...user, state: { ...state } }, changeOf(operation), { ...known, ...how }).message;
  expect(effect('deactivate')).toBe('jane will be deactivated (login disabled, account kept)');
  expect(effect('delete')).toBe('jane will be DELETED permanently');
  expect(effect('forget', { onRemoval: 'retain' })).toContain('will be left unchanged');
  expect(effect('forget')).toBe('jane is already inactive and is only removed from the state');
  expect(effect('forget', {}, { isGone: true })).toBe('jane is already deleted and is only removed from the state');
  expect(effect('delete', {}, { isComplete: false })).toMatch(/permanently \(unless a resource .* declares it\)$/);
});

test('plan warnings: the removal of a set counts its edges, without those that are already deleted', () => {
  const edgeSteps = ['revoke', 'revoke', 'forget', 'none'].map((operation) => ({ operation }));
  expect(removalWarning(set, changeOf('revoke', { edgeSteps }), known)).toEqual({
    message: 'jane: 2 will be revoked, 1 left unchanged',
    groupMessage: '2 will be revoked, 1 left unchanged',
  });
});

test('plan warnings: an adoption is announced unless the object is in the state or is an edge', () => {
  const plan = (operation: Operation, live = { id: '7', values: {} }) =>
    ({ change: changeOf(operation), findings: [], live }) as unknown as InstancePlan;
  const declared = {};
  const warned = (instance: object, ...more: Parameters<typeof plan>) =>
    adoptionWarnings({ ...user, declared, ...instance }, plan(...more), []);
  expect(warned({}, 'adopt')).toMatchObject([
    { groupMessage: expect.stringMatching(/nothing is written$/), remedy: [{ kind: 'import', id: '7' }] },
  ]);
  expect(warned({}, 'update')).toMatchObject([
    { groupMessage: expect.stringMatching(/it is changed to the declared values$/) },
  ]);
  expect(warned({ unknown: ['members'] }, 'adopt')).toMatchObject([
    { message: expect.stringMatching(/; as far as known, nothing is written \(not known yet: members\)$/) },
  ]);
  expect([warned(edge, 'adopt'), warned({ state: {} }, 'adopt'), warned({ declared: undefined }, 'adopt')]).toEqual([
    [],
    [],
    [],
  ]);
  expect(adoptionWarnings({ ...user, declared }, { ...plan('create'), live: undefined }, [])).toEqual([]);
});

test('plan warnings: an adoption names the values that it replaces, and a rename both names', () => {
  const change = changeOf('update');
  const live = { id: '7', values: { userName: 'a@example.com' } };
  const adopt = (userName: string, replaced: readonly string[]) =>
    adoptionWarnings({ ...user, declared: { userName } }, { change, findings: [], live, retired: [] }, replaced)[0]
      ?.message;
  const { label } = change.delinea;
  expect(adopt('A@example.com', ['member x', 'title = "Lead"'])).toBe(
    `${label} exists already and will be adopted; it is changed to the declared values, instead of member x, title = "Lead"`,
  );
  expect(adopt('b@example.com', [])).toMatch(`a@example.com is renamed to ${label} and adopted;`);
});

test('plan warnings: a live value is announced when the state has none and the plan overwrites it', () => {
  const instance = { ...user, state: { title: '', department: 'Sales' }, declared: { title: 'x' } };
  const change = changeOf('update', {
    changed: ['title', 'department', 'givenName'],
    before: { title: 'Lead', department: 'HR' },
  });
  expect(overwrittenWarnings(instance, change).map(({ message }) => message)).toEqual([
    'jane: title is "Lead" in the tenant but not in the state; it will be overwritten',
  ]);
  expect(overwrittenWarnings({ ...instance, declared: undefined }, change)).toEqual([]);
  expect(overwrittenWarnings({ ...instance, ...set }, change)).toEqual([]);
});

test('plan warnings: what unknown values may take away is named, unless it is nothing more', () => {
  const session = {
    shared: { translator: { export: () => ({ user: { 7: { name: 'tom' } } }) } },
  } as unknown as Parameters<typeof uncertainWarnings>[0];
  const without = (members: readonly string[]) => {
    const entry = unchangedEntry(
      'group',
      'delinea_group.ops',
      { displayName: 'ops', members: ['7', '8'] },
      'scim',
      '1',
    );
    const step = { operation: 'update', label: 'ops', desired: { members }, changed: ['members'] } as const;
    return { ...entry, delinea: { ...entry.delinea, ...step } };
  };
  expect(uncertainWarnings(session, without(['7']), without([]))).toMatchObject([
    { message: 'ops: some values are known only after apply; they may take away 1 more: tom' },
  ]);
  expect(uncertainWarnings(session, without([]), without([]))).toEqual([]);
});

test('plan warnings: kept elements are announced with their number, unless there are none', () => {
  const kept = (count: number, ...elsewhere: string[]) => keptEdgesWarnings(set, changeOf('revoke'), count, elsewhere);
  const { type } = set.resource;
  expect(kept(3, type)).toMatchObject([
    { message: expect.stringContaining('3 of its elements'), remedy: [{ kind: 'moved', resource: type }] },
  ]);
  expect(kept(3, 'container-permission')).toMatchObject([{ remedy: [] }]);
  expect(kept(0, type)).toEqual([]);
});

test('plan warnings: a moved object is changed only when its new address declares other values', () => {
  const ending = (instance: object, operation: Operation) =>
    movedWarning({ ...user, ...instance }, changeOf(operation), ['user']).message.split('; ')[1];
  expect(ending({}, 'deactivate')).toBe('nothing is removed');
  expect(ending({ declared: {} }, 'adopt')).toBe('it is left unchanged');
  expect(ending({ declared: {} }, 'update')).toBe('it is changed to the declared values');
});

test('plan warnings: a moved block is advised when the other address has the same kind', () => {
  const moved = (...elsewhere: string[]) => movedWarning({ ...user, declared: {} }, changeOf('adopt'), elsewhere);
  const remedy = [{ kind: 'moved', resource: 'user' }];
  expect(moved('user')).toEqual(expect.objectContaining({ remedy }));
  expect(moved('user').hint).toBeUndefined();
  expect(moved('group')).toEqual(expect.not.objectContaining({ remedy }));
  expect(moved('group').hint).toContain('another type');
  expect(moved()).toMatchObject({
    message: 'jane: is in the state and is planned as new; it is left unchanged',
    hint: expect.stringContaining('terraform untaint'),
    remedy,
  });
});

test('plan warnings: access is lost only because the address of its principal changed, and moved is advised for that', () => {
  const renamed = [changeOf('deactivate').delinea];
  expect(removalWarning(edge, changeOf('revoke'), { ...known, renamed })).toMatchObject({
    hint: 'The address of jane has changed.',
    remedy: [{ kind: 'moved', resource: 'user' }],
  });
});

test('plan warnings: an account that is enabled again regains what it holds when the other changes are made', async () => {
  const bench = await openSessionBench({
    data: {
      users: [{ userName: 'bob@example.com', active: false }],
      groups: [{ displayName: 'sre', members: ['bob@example.com'] }],
      containers: ['prod'],
      containerPermissions: [{ container: 'prod', group: 'sre', right: 'View' }],
    },
  });
  const { users, groups } = bench.sim.state();
  const enabled = {
    ...user,
    state: { id: users[0]!.id, userName: 'bob@example.com', active: false },
    declared: { userName: 'bob@example.com', active: true, reactivate: 'T-1' },
  };
  const emptied = {
    resource: resourceOf('group'),
    state: { id: groups[0]!.id, displayName: 'sre', members: [users[0]!.id] },
    declared: { displayName: 'sre', members: [], allowEmpty: true },
  };
  const regained = async (...others: (typeof emptied)[]) => {
    const session = await bench.open();
    await session.read(enabled);
    const [{ warnings }] = await Promise.all([session.plan(enabled), ...others.map((other) => session.plan(other))]);
    return warnings.map(({ message }) => message).find((message) => message.includes('regains'));
  };
  const outcomes = [await regained(), await regained(emptied)];
  await bench.close();
  expect(outcomes[0]).toMatch(/regains .*prod.* \(through .*sre\)/);
  expect(outcomes[1]).toMatch(/regains no other access$/);
});
