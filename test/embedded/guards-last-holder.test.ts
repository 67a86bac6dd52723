import { afterEach, describe, expect, test } from '@jest/globals';
import {
  type Allowance,
  countRemovals,
  type Declaration,
  type DelineaError,
  type Plan,
  stepsOf,
} from '../../src/provider/index.js';
import { findingsOf } from '../support/assert/facts.js';
import { bind, grant, group, membersOf, user } from '../support/tenant/declare.js';
import { openWorkbench, type Workbench, type WorkbenchOptions } from '../support/tenant/workbench.js';

let bench: Workbench;
afterEach(() => bench.close());

const [jane, tom, ann] = [user('jane'), user('tom'), user('ann')];
const idle = user('idle', { active: false });
const people = [jane, tom, ann, idle];
const crew = (...members: Declaration[]) => group('crew', { ...membersOf(...members), allowEmpty: true });
const outer = (...members: Declaration[]) => group('outer', { ...membersOf(...members), allowEmpty: true });
const owned = (by: Declaration, right = 'Owner') => grant('owner', 'prod', by, right);
const second = (by: Declaration, right = 'Owner') => grant('second', 'prod', by, right);
const disabled = user('jane', { active: false });

async function open(options: WorkbenchOptions = {}, ...before: readonly Declaration[]): Promise<void> {
  const { provider, data, ...rest } = options;
  bench = await openWorkbench({
    data: { containers: ['prod'], roles: ['Platform Admin', 'Auditor'], ...data },
    provider: { adminRoles: ['Platform Admin'], ...provider },
    ...rest,
  });
  const { failures } = await bench.converge(before);
  expect(failures).toEqual([]);
  bench.sim.resetRequests();
}

/** Returns the error with which the guards refuse an apply, and expects no write; undefined when they accept it. */
async function refusal(plan: Plan, allowance: Omit<Allowance, 'source'> = {}) {
  const before = bench.sim.state();
  const removals = countRemovals(stepsOf(plan));
  const error = await bench.apply(plan, {}, { removals, ...allowance }).then(
    () => undefined,
    (reason: DelineaError) => reason,
  );
  if (error === undefined) return undefined;
  expect([error.code, bench.sim.requests.writes]).toEqual(['refused_by_guard', 0]);
  expect(bench.sim.state()).toEqual(before);
  return error;
}

const ORPHAN = 'container prod would be left without an active Owner';
const refused = (...messages: string[]) => `refused before the first write: ${messages.join('; ')}`;

/** Declarations before and after. Each change removes the last active Owner. */
const lastOnes: [string, Declaration[], Declaration[]][] = [
  ['is disabled', [owned(jane)], [disabled, owned(disabled)]],
  ['is revoked', [owned(jane)], [jane]],
  ['gets View instead', [owned(jane)], [owned(jane, 'View')]],
  ['gets Edit instead', [owned(jane)], [owned(jane, 'Edit')]],
  ['is replaced by a disabled user', [owned(jane)], [second(idle)]],
  ['is replaced by a user with a lower right', [owned(jane)], [second(tom, 'Edit')]],
  ['leaves the group that owns it', [crew(jane), owned(crew())], [crew(), owned(crew())]],
  ['leaves that group while a disabled user stays', [crew(jane, idle), owned(crew())], [crew(idle), owned(crew())]],
  [
    'owns it through two groups and is disabled',
    [crew(jane), outer(crew()), owned(outer())],
    [disabled, crew(disabled), outer(crew()), owned(outer())],
  ],
  [
    'owns it through two groups and the inner group leaves the outer',
    [crew(jane), outer(crew()), owned(outer())],
    [crew(jane), outer(), owned(outer())],
  ],
  ['owns it through a group that leaves the code', [crew(jane), owned(crew())], [jane]],
  [
    'is disabled while the other member leaves the group',
    [crew(jane, tom), owned(crew())],
    [disabled, tom, crew(disabled), owned(crew())],
  ],
  ['is one of two that both lose it', [owned(jane), second(tom)], [disabled, owned(disabled)]],
];

describe('last-holder guard for containers', () => {
  test.each(lastOnes)('refuses the plan when the last active Owner %s', async (_, before, after) => {
    await open({}, ...people, ...before);
    const named = new Set(after.map(({ address }) => address));
    // Users that the change does not mention stay as they were.
    const untouched = people.filter(({ address }) => !named.has(address));
    const plan = await bench.plan([...untouched, ...after]);
    expect(findingsOf(plan).filter((finding) => finding.includes('error'))).toEqual([]);
    expect(plan.delinea.findings).toContainEqual(
      expect.objectContaining({ level: 'warning', message: `apply will refuse: ${ORPHAN}` }),
    );
    expect(await refusal(plan)).toMatchObject({
      message: refused(ORPHAN),
      remedy: [{ kind: 'allowOrphans', names: ['prod'] }],
    });
    expect(await refusal(plan, { orphans: ['stage'], principals: ['prod'] })).toBeDefined();
    expect(await refusal(plan, { orphans: ['prod'] })).toBeUndefined();
    expect(bench.sim.requests.writes).toBeGreaterThan(0);
  });

  test('refuses the plan when the last active Owner leaves the code', async () => {
    await open({}, ...people, owned(jane));
    expect(await refusal(await bench.plan([tom, ann, idle]))).toMatchObject({ message: refused(ORPHAN) });
  });

  test('refuses the plan when the last active Owner is deleted', async () => {
    const provider = { allowDelete: true };
    await open({ provider }, tom, user('jane', { onRemoval: 'delete' }), owned(jane));
    const plan = await bench.plan([tom]);
    expect(await refusal(plan)).toMatchObject({ message: refused(ORPHAN) });
  });

  test('refuses the plan when the last active Owner of an undeclared folder is disabled', async () => {
    await open({}, jane);
    bench.sim.admin.grant('prod', { user: 'jane@example.com' }, 'Owner');
    expect(await refusal(await bench.plan([disabled]))).toMatchObject({ message: refused(ORPHAN) });
    bench.sim.admin.addGroup({ displayName: 'strangers', members: ['jane@example.com'] });
    bench.sim.admin.revoke('prod', { user: 'jane@example.com' });
    bench.sim.admin.grant('prod', { group: 'strangers' }, 'Owner');
    expect(await refusal(await bench.plan([disabled]))).toMatchObject({ message: refused(ORPHAN) });
  });
});

/** Declarations before and after. Each change removes an Owner and leaves or adds another active one. */
const others: [string, Declaration[], Declaration[]][] = [
  ['remains', [owned(jane), second(tom)], [disabled, owned(disabled), second(tom)]],
  ['is given Owner', [owned(jane)], [second(tom)]],
  ['is created', [owned(jane)], [user('new'), second(user('new'))]],
  ['is enabled again', [owned(jane)], [user('idle', { reactivate: 'T-1' }), second(user('idle'))]],
  ['joins the group', [crew(jane), owned(crew())], [crew(tom), owned(crew())]],
  ['joins the group inside', [crew(jane), outer(crew()), owned(outer())], [crew(tom), outer(crew()), owned(outer())]],
  ['has a lower right raised to Owner', [owned(jane), second(tom, 'Edit')], [second(tom)]],
  ['is a new group', [owned(jane)], [crew(tom), second(crew())]],
];

describe('last-holder guard for containers', () => {
  test.each(others)('accepts the plan when an active Owner %s in it', async (_, before, after) => {
    await open({}, ...people, ...before);
    const named = new Set(after.map(({ address }) => address));
    const plan = await bench.plan([...people.filter(({ address }) => !named.has(address)), ...after]);
    expect(findingsOf(plan)).toEqual([]);
    expect(await refusal(plan)).toBeUndefined();
    const owners = bench.sim.state().containerPermissions.filter(({ right }) => right === 'Owner');
    expect(owners.length).toBeGreaterThan(0);
  });

  test('accepts the plan when an active Owner is not managed', async () => {
    await open({}, jane, owned(jane));
    bench.sim.admin.addUser({ userName: 'stranger@example.com' });
    bench.sim.admin.grant('prod', { user: 'stranger@example.com' }, 'Owner');
    expect(await refusal(await bench.plan([]))).toBeUndefined();
  });
});

describe('last-holder guard for adminRoles', () => {
  const LAST = 'role Platform Admin would be left without an active holder';
  const bound = (to: Declaration, role = 'Platform Admin') => bind('admin', role, to);

  test.each<[string, Declaration[], Declaration[]]>([
    ['holder is unbound', [bound(jane)], [jane]],
    ['holder is disabled', [bound(jane)], [disabled, bound(disabled)]],
    ['holder leaves the group', [crew(jane), bound(crew())], [jane, crew(idle), bound(crew())]],
    ['holder is replaced by a disabled user', [bound(jane)], [jane, bind('b', 'Platform Admin', idle)]],
  ])('refuses the plan when the last active %s', async (_, before, after) => {
    await open({}, jane, idle, ...before);
    const plan = await bench.plan([idle, ...after]);
    expect(await refusal(plan)).toMatchObject({
      message: refused(LAST),
      remedy: [{ kind: 'allowOrphans', names: ['Platform Admin'] }],
    });
    expect(await refusal(plan, { orphans: ['PLATFORM ADMIN'] })).toBeUndefined();
  });

  test('accepts the plan when another user holds the role or the role is not listed', async () => {
    await open({}, jane, tom, bound(jane), bind('b', 'Platform Admin', tom), bind('c', 'Auditor', jane));
    expect(await refusal(await bench.plan([jane, tom, bound(jane)]))).toBeUndefined();
  });
});

test('last-holder guard: only the roles are looked up when the plan removes nothing', async () => {
  const totals: number[] = [];
  for (const provider of [{ adminRoles: [] }, { adminRoles: ['Platform Admin', 'Auditor'] }]) {
    await open({ provider }, jane, crew(jane), owned(jane), bind('a', 'Platform Admin', jane));
    const grown = [user('jane', { title: 'x' }), tom, crew(jane, tom), owned(jane), second(tom)];
    const plan = await bench.plan([...grown, bind('a', 'Platform Admin', jane)]);
    expect(plan.applyable).toBe(true);
    totals.push(bench.sim.requests.total);
    if (totals.length === 1) await bench.close();
  }
  // The other role was read with the permission.
  expect(totals[1]).toBe(totals[0]! + 1);
});

describe('a reduction that needs a grant of the same plan', () => {
  const other = (by: Declaration, right: string) => grant('a_stage', 'stage', by, right);
  const nested = (...members: Declaration[]) => group('b_nested', membersOf(...members));
  const openOwned = (...before: Declaration[]) =>
    open({ data: { containers: ['prod', 'stage'] } }, ...people, ...before);

  test('is made, although a grant of that plan refers to the group that loses its member', async () => {
    await openOwned(crew(jane), owned(crew()), other(crew(), 'View'));
    const declarations = [...people, crew(), owned(crew()), second(tom), other(crew(), 'Owner')];
    const { failures } = await bench.converge(declarations);
    expect(failures).toEqual([]);
    expect((await bench.plan(declarations)).applyable).toBe(false);
  });

  test('is made, although a grant of that plan refers to a group around the group that loses its member', async () => {
    await openOwned(crew(jane), nested(crew()), owned(crew()), other(nested(), 'View'));
    const renamed = group('b_nested', { ...membersOf(crew()), description: 'changed' });
    const declarations = [...people, crew(), renamed, owned(crew()), second(tom), other(nested(), 'Owner')];
    const { failures } = await bench.converge(declarations);
    expect(failures).toEqual([]);
    expect((await bench.plan(declarations)).applyable).toBe(false);
  });
});
