import { afterEach, describe, expect, test } from '@jest/globals';
import {
  connect,
  type Declaration,
  type DelineaError,
  type Plan,
  planOffboarding,
  type Values,
} from '../../src/provider/index.js';
import type { Fault, SimulatorData } from '../../src/simulator/index.js';
import { factsOf, failuresOf, findingsOf, stepsOf } from '../support/assert/facts.js';
import { bind, grant, group, looked, membersOf, user } from '../support/tenant/declare.js';
import { allGrants, allHolders } from '../support/tenant/declare-sets.js';
import { openWorkbench, type Workbench, type WorkbenchOptions } from '../support/tenant/workbench.js';

let bench: Workbench;
afterEach(() => bench?.close());

const [jane, tom] = [user('jane', { active: true }), user('tom')];
const disabled = user('jane', { active: false });
const back = user('jane', { active: true, reactivate: 'T-1' });
const crew = (...members: Declaration[]) => group('crew', { ...membersOf(...members), allowEmpty: true });
const owned = (by: Declaration, right = 'Owner', values = {}) => grant('owner', 'prod', by, right, values);
const bound = (to: Declaration) => bind('admin', 'Operator', to);
const people = (count: number) => Array.from({ length: count }, (_, index) => user(`p${index}`));

/** Returns the messages of the refusals that a plan foresees, without limits and examples. */
const refusals = ({ delinea }: Plan) =>
  delinea.findings.flatMap(({ code, message }) =>
    code === 'refused_by_guard' ? [message.replace('apply will refuse: ', '').replace(/ \(limit.*/, '')] : [],
  );

/** Expects that an apply without an allowance is refused before its first write. */
async function expectRefused(plan: Plan): Promise<void> {
  const before = bench.sim.state();
  bench.sim.resetRequests();
  const error = await bench.apply(plan, {}, {}).then(
    () => undefined,
    (reason: DelineaError) => reason,
  );
  expect([error?.code, bench.sim.requests.writes]).toEqual(['refused_by_guard', 0]);
  expect(bench.sim.state()).toEqual(before);
}

const ORPHAN = 'container prod would be left without an active Owner';
const LAST = 'role Operator would be left without an active holder';

describe.each(['platform', 'secret-server'])('guards on the profile %s', (profile) => {
  async function open(before: readonly Declaration[], { data, provider, ...rest }: WorkbenchOptions = {}) {
    bench = await openWorkbench({
      data: { containers: ['prod', 'stage'], roles: ['Operator'], ...data },
      provider: { profile, adminRoles: ['Operator'], ...provider },
      ...rest,
    });
    expect((await bench.converge(before)).failures).toEqual([]);
  }

  test.each<[string, Declaration[], Declaration[], string]>([
    ['the last active Owner is disabled', [jane, owned(jane)], [disabled, owned(disabled)], ORPHAN],
    ['the last active Owner is lowered', [jane, owned(jane)], [jane, owned(jane, 'Edit')], ORPHAN],
    ['the last active Owner is revoked', [jane, owned(jane)], [jane], ORPHAN],
    [
      'the last active Owner leaves the group',
      [jane, crew(jane), owned(crew())],
      [jane, crew(), owned(crew())],
      ORPHAN,
    ],
    ['the last holder of an admin role is unbound', [jane, bound(jane)], [jane], LAST],
    ['the last holder of an admin role is disabled', [jane, bound(jane)], [disabled, bound(disabled)], LAST],
    ['the last holder leaves the group', [jane, crew(jane), bound(crew())], [jane, crew(), bound(crew())], LAST],
    [
      'a set of holders leaves out the last active one',
      [jane, tom, allHolders('all', 'Operator', [jane])],
      [jane, tom, allHolders('all', 'Operator', [], { allowEmpty: true })],
      LAST,
    ],
    [
      'a set of grants lowers the last active Owner',
      [jane, allGrants('all', 'stage', [[jane, 'Owner']])],
      [jane, allGrants('all', 'stage', [[jane, 'View']])],
      'container stage would be left without an active Owner',
    ],
  ])('refuse the plan when %s', async (_, before, after, message) => {
    await open(before);
    const plan = await bench.plan(after);
    expect(refusals(plan)).toEqual([message]);
    await expectRefused(plan);
  });

  test.each<[string, Declaration[], Declaration[]]>([
    ['Owner', [jane, tom, owned(jane)], [disabled, tom, owned(disabled), grant('second', 'prod', tom, 'Owner')]],
    ['holder', [jane, tom, bound(jane)], [disabled, tom, bound(disabled), bind('second', 'Operator', tom)]],
  ])('accept the plan when it adds another active %s', async (_, before, after) => {
    await open(before);
    const plan = await bench.plan(after);
    expect(refusals(plan)).toEqual([]);
    expect((await bench.apply(plan, {}, {})).failures).toEqual([]);
  });

  test('accept the plan when a holder of the admin role that is not managed stays', async () => {
    await open([jane, tom, bound(jane)]);
    bench.sim.admin.addUser({ userName: 'stranger@example.com', roles: ['Operator'] });
    expect(refusals(await bench.plan([jane, tom]))).toEqual([]);
  });

  test('refuse mass removals: users, members, and rights that are lowered', async () => {
    const all = people(8);
    const rights = (right: string) => all.map((to, index) => grant(`g${index}`, 'prod', to, right));
    await open([...all, crew(...all), ...rights('Edit')]);
    const [first, second] = all as [Declaration, Declaration];
    const fewer = await bench.plan([first, second, crew(first, second), ...rights('Edit').slice(0, 2)]);
    expect(refusals(fewer)).toContain('6 of 8 users would be disabled or removed');
    await expectRefused(fewer);
    expect(refusals(await bench.plan([...all, crew(first, second), ...rights('Edit')]))).toEqual([
      '6 of 8 people would lose access',
    ]);
    const lowered = await bench.plan([...all, crew(...all), ...rights('View')]);
    expect(refusals(lowered)).toContain('8 of 8 container permissions would be revoked or lowered');
    await expectRefused(lowered);
  });

  test('protect a principal from being disabled, revoked, lowered and taken out of a group', async () => {
    const provider = { protectedPrincipals: ['jane@example.com'] };
    await open([jane, tom, crew(jane, tom), owned(jane, 'Edit'), bound(jane)], { provider });
    const rest = (...now: Declaration[]) => [tom, ...now];
    const cases: [Declaration[], string][] = [
      [rest(disabled, crew(jane, tom), owned(jane, 'Edit'), bound(jane)), 'jane@example.com would be disabled'],
      [rest(jane, crew(tom), owned(jane, 'Edit'), bound(jane)), 'jane@example.com would leave crew'],
      [rest(jane, crew(jane, tom), owned(jane, 'View'), bound(jane)), 'jane@example.com would lose View of'],
      [rest(jane, crew(jane, tom), bound(jane)), 'jane@example.com would lose Edit of'],
    ];
    for (const [after, message] of cases) {
      const plan = await bench.plan(after);
      expect(refusals(plan)).toContainEqual(expect.stringContaining(message));
      await expectRefused(plan);
    }
  });

  const hidden: Fault =
    profile === 'platform'
      ? { kind: 'dropFields', method: 'GET', path: '/Groups', fields: ['members'] }
      : { kind: 'status', status: 403, method: 'GET', path: '/groups/\\d+/users' };

  test('hidden members are neither an empty group nor a reason to add them', async () => {
    const all = people(2);
    await open([...all, crew(...all)]);
    bench.sim.faults.set({ faults: [hidden] });
    for (const wanted of [[...all, crew(...all)], [...all, crew()], all]) {
      const plan = await bench.plan(wanted);
      expect([stepsOf(plan), findingsOf(plan)]).toEqual([[], ['error incomplete_response delinea_group.crew']]);
    }
    bench.sim.faults.clear();
    const plan = await bench.plan([...all, crew()]);
    bench.sim.faults.set({ faults: [hidden] });
    bench.sim.resetRequests();
    expect(failuresOf(await bench.apply(plan))).toEqual(['delinea_group.crew incomplete_response']);
    expect([bench.sim.requests.writes, bench.sim.state().groups[0]?.members?.length]).toEqual([0, 2]);
  });

  test('hidden members: 14 of 14 stop the run', async () => {
    const all = people(14);
    await open([...all, crew(...all)]);
    bench.sim.faults.set({ faults: [hidden] });
    await expect(bench.plan(all)).rejects.toMatchObject({
      errors: [{ code: 'visibility_reduced', message: expect.stringMatching(/^14 of 14 managed members of groups/) }],
    });
  });

  test('a list that ends before its total is an error, and no reason to create or remove', async () => {
    const all = people(6);
    await open(all, { seedUsers: profile === 'platform' ? 150 : 1100 });
    bench.sim.faults.set({ faults: [{ kind: 'listEndsEarly', method: 'GET', path: '/users\\?' }] });
    bench.sim.resetRequests();
    const more = Array.from({ length: 20 }, (_, index) => user(`q${index}`));
    const outcome = await bench.plan([...all, ...more]).then(findingsOf, (error: unknown) => error);
    expect(JSON.stringify(outcome)).toContain('list_incomplete');
    expect(bench.sim.requests.writes).toBe(0);
  });

  test('a disabled account is enabled only with consent, and the plan shows what it regains', async () => {
    const before = [jane, crew(jane), owned(crew()), bound(jane)];
    await open(before);
    bench.sim.admin.setActive('jane@example.com', false);
    const without = await bench.plan(before);
    expect(findingsOf(without)).toContain('error consent_missing delinea_user.jane');
    expect(stepsOf(without)).toEqual([]);
    const plan = await bench.plan([back, ...before.slice(1)]);
    const regains = plan.resource_changes.flatMap(({ delinea }) => (delinea.regains ?? []).map(({ label }) => label));
    expect(regains.sort()).toEqual(['Operator of jane@example.com', 'Owner of crew on prod', 'member of crew']);
    expect((await bench.apply(plan)).failures).toEqual([]);
    bench.sim.admin.setActive('jane@example.com', false);
    expect(findingsOf(await bench.plan([back, ...before.slice(1)]))).toContain(
      'error consent_missing delinea_user.jane',
    );
  });

  test('a saved plan that is applied again finds everything done, and finishes what an earlier apply has begun', async () => {
    const before = [jane, tom, crew(jane), owned(jane), grant('view', 'stage', tom, 'View'), bound(jane)];
    await open(before);
    const after = [
      user('jane', { active: true, displayName: 'J' }),
      tom,
      crew(tom),
      owned(jane, 'Owner'),
      grant('view', 'stage', tom, 'Edit'),
      grant('edit', 'prod', crew(), 'Edit'),
      bound(jane),
      bind('second', 'Operator', tom),
    ];
    const saved = await bench.plan(after);
    bench.sim.faults.set({ faults: [{ kind: 'status', status: 400, method: 'PUT|PATCH', path: '/(users|groups)/' }] });
    expect((await bench.apply(saved)).failures).not.toEqual([]);
    bench.sim.faults.clear();
    const rest = await bench.plan(after, { reviewed: saved });
    expect(findingsOf(rest).filter((finding) => finding.startsWith('error'))).toEqual([]);
    expect((await bench.apply(rest)).failures).toEqual([]);
    const again = await bench.plan(after, { reviewed: saved });
    expect([stepsOf(again), findingsOf(again).filter((finding) => finding.startsWith('error'))]).toEqual([[], []]);
  });

  describe('a saved plan is refused', () => {
    const view = (right: string) => grant('view', 'stage', tom, right);
    test.each<[string, Declaration[], Declaration[], () => unknown, string]>([
      [
        'when the right that it changes was raised',
        [tom, view('View')],
        [tom, view('Edit')],
        () => bench.sim.admin.setRight('stage', { user: 'tom@example.com' }, 'Owner'),
        'container_permission.view',
      ],
      [
        'when the right that it revokes was raised',
        [tom, view('View')],
        [tom],
        () => bench.sim.admin.setRight('stage', { user: 'tom@example.com' }, 'Owner'),
        'container_permission.view',
      ],
      [
        'when an element of its set was raised',
        [
          tom,
          jane,
          allGrants('all', 'stage', [
            [tom, 'View'],
            [jane, 'Owner'],
          ]),
        ],
        [
          tom,
          jane,
          allGrants('all', 'stage', [
            [tom, 'Edit'],
            [jane, 'Owner'],
          ]),
        ],
        () => bench.sim.admin.setRight('stage', { user: 'tom@example.com' }, 'Owner'),
        'container_permissions.all',
      ],
      [
        'when the group that it empties has another member',
        [jane, tom, crew(jane)],
        [jane, tom],
        () => bench.sim.admin.addMember('crew', 'tom@example.com'),
        'group.crew',
      ],
      [
        'when the account that it changes was disabled',
        [jane],
        [user('jane', { active: true, displayName: 'J' })],
        () => bench.sim.admin.setActive('jane@example.com', false),
        'user.jane',
      ],
    ])('%s', async (_, before, after, meanwhile, address) => {
      await open(before);
      const plan = await bench.plan(after);
      meanwhile();
      const then = factsOf(bench.sim.state());
      expect(failuresOf(await bench.apply(plan))).toEqual([`delinea_${address} stale_plan`]);
      expect(factsOf(bench.sim.state())).toEqual(then);
    });
  });
});

describe('guards on Secret Server alone', () => {
  const data: SimulatorData = {
    users: [{ userName: 'boss@example.com' }],
    groups: [{ displayName: 'old', members: ['boss@example.com'] }],
    roles: ['Operator'],
    containers: [
      'prod',
      { name: 'web', parent: 'prod', inherits: true },
      { name: 'app', parent: 'web', inherits: true },
    ],
  };
  async function open(before: readonly Declaration[], options: WorkbenchOptions = {}) {
    bench = await openWorkbench({ data, ...options, provider: { profile: 'secret-server', ...options.provider } });
    expect((await bench.converge(before)).failures).toEqual([]);
  }

  test('a lowered secret right is a loss: it is counted, and refused for a protected principal', async () => {
    const all = people(6);
    const rights = (secretRight: string) =>
      all.map((to, index) => grant(`g${index}`, 'prod', to, 'Edit', { secretRight }));
    await open([...all, ...rights('Edit')], { provider: { protectedPrincipals: ['p0@example.com'] } });
    const lowered = await bench.plan([...all, ...rights('View')]);
    expect(refusals(lowered)).toEqual(
      expect.arrayContaining([
        '6 of 6 container permissions would be revoked or lowered',
        expect.stringContaining('p0@example.com would lose'),
      ]),
    );
    await expectRefused(lowered);
    expect(refusals(await bench.plan([...all, ...rights('Owner')]))).toEqual([]);
  });

  test('a set that lowers a secret right in place must adopt it', async () => {
    await open([jane]);
    bench.sim.admin.grant('prod', { user: 'jane@example.com' }, 'Edit', 'Owner');
    const set = (values: Values) => allGrants('all', 'prod', [[jane, 'Edit']], values);
    const lower = (adopt: string) => {
      const declaration = set({ adopt });
      const [element] = declaration.values.grants as object[];
      return { ...declaration, values: { ...declaration.values, grants: [{ ...element, secretRight: 'View' }] } };
    };
    expect(findingsOf(await bench.plan([jane, lower('whenEqual')]))).toContain(
      'error not_ours delinea_container_permissions.all',
    );
    expect((await bench.converge([jane, lower('always')])).failures).toEqual([]);
    expect(bench.sim.state().containerPermissions).toMatchObject([{ right: 'Edit', secretRight: 'View' }]);
  });

  test('an existing group is adopted with its members, and not without reading them', async () => {
    await open([]);
    const boss = looked('user', 'boss', { userName: 'boss@example.com' });
    const old = (...members: Declaration[]) => group('old', membersOf(...members));
    expect(stepsOf(await bench.plan([boss, old(boss)]))).toEqual(['adopt group old']);
    expect(findingsOf(await bench.plan([jane, boss, old(jane, boss)]))).toContain('error not_ours delinea_group.old');
    const adopted = group('old', { ...membersOf(jane, boss), adopt: 'always' });
    expect((await bench.converge([jane, boss, adopted])).failures).toEqual([]);
    expect(bench.sim.state().groups[0]?.members).toEqual(['boss@example.com', 'jane@example.com']);
  });

  test('folders that inherit: another Owner on the parent is enough', async () => {
    await open([jane, tom, owned(jane)]);
    const plan = await bench.plan([disabled, tom, owned(disabled), grant('second', 'prod', tom, 'Owner')]);
    expect(refusals(plan)).toEqual([]);
    expect(refusals(await bench.plan([disabled, tom, owned(disabled)]))).toEqual([ORPHAN]);
  });

  test('folders that inherit: a set that ends the inheritance must leave an active Owner', async () => {
    await open([jane, tom, owned(jane)]);
    const plan = await bench.plan([
      jane,
      tom,
      owned(jane),
      allGrants('web', 'web', [[tom, 'View']], { breakInheritance: true }),
    ]);
    expect(refusals(plan)).toEqual(['container web would be left without an active Owner']);
    await expectRefused(plan);
  });

  test('folders that inherit: an account that leaves loses its access with that on the parent', async () => {
    await open([jane, tom, owned(jane), grant('second', 'prod', tom, 'Owner')]);
    const input = { userName: 'jane@example.com', revoke: true, stack: 'test', declarations: [] };
    const { plan } = await planOffboarding(await connect(bench.settings, bench.sim.env), input);
    expect(stepsOf(plan).filter((step) => step.startsWith('revoke container-permission'))).toEqual([
      'revoke container-permission Owner of jane@example.com on prod',
    ]);
    expect((await bench.apply(plan)).failures).toEqual([]);
    expect(bench.sim.state().containerPermissions.map(({ user }) => user)).toEqual(['tom@example.com']);
  });
});
