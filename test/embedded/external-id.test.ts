import { afterEach, describe, expect, test } from '@jest/globals';
import { type Declaration, snakeCase } from '../../src/provider/index.js';
import { plain, planText } from '../../src/review/index.js';
import type { SimulatorData } from '../../src/simulator/index.js';
import { failuresOf, findingsOf, groupOf, stepsOf, userOf } from '../support/assert/facts.js';
import { bind, group, idOf, membersOf, user } from '../support/tenant/declare.js';
import { openWorkbench, type Workbench, type WorkbenchOptions } from '../support/tenant/workbench.js';

let bench: Workbench;
afterEach(() => bench?.close());

const OVER_SCIM = ['platform-scim', 'scim-cloud'];
const SURFACES = ['platform-rest', ...OVER_SCIM];

/** Opens a tenant whose users and groups are managed over this surface. */
async function open(
  surface: string,
  users: NonNullable<SimulatorData['users']> = [],
  provider: Record<string, unknown> = {},
  options: WorkbenchOptions = {},
): Promise<void> {
  const routing = ['user', 'group'].map((kind) => ({ kind, surface }));
  bench = await openWorkbench({ data: { users }, provider: { routing, ...provider }, ...options });
}
const jane = () => userOf(bench.sim.state(), 'jane');
const rememberedOf = (name: string) =>
  [...bench.ledger.values()].find(({ address }) => address === `delinea_user.${name}`)?.correlation;
/** Applies the declarations and expects no write and an unchanged tenant. */
async function leftAlone(declarations: readonly Declaration[]): Promise<Awaited<ReturnType<Workbench['converge']>>> {
  const before = bench.sim.state();
  bench.sim.resetRequests();
  const result = await bench.converge(declarations);
  expect([bench.sim.requests.writes, bench.sim.state()]).toEqual([0, before]);
  return result;
}

describe.each(OVER_SCIM)('a user created over %s', (surface) => {
  test('is an error, as are resources that refer to it, when it has no externalId; others are applied', async () => {
    await open(surface);
    const [without, tom] = [user('jane'), user('tom', { externalId: 'ext-tom' })] as const;
    const result = await bench.converge([without, tom, group('sre', membersOf(without)), group('ops', membersOf(tom))]);
    expect(findingsOf(result.plan)).toEqual([
      'error skipped delinea_group.sre.members',
      'error correlation_missing delinea_user.jane',
    ]);
    expect(result.plan.delinea.findings[1]?.remedy).toEqual([
      { kind: 'set', attribute: 'externalIdFrom', value: 'userName', on: 'provider' },
    ]);
    expect(result.failures).toEqual([]);
    expect(bench.sim.state().users).toMatchObject([{ userName: 'tom@example.com', externalId: 'ext-tom' }]);
    expect(bench.sim.state().groups).toMatchObject([{ displayName: 'ops', members: ['tom@example.com'] }]);
  });

  test('gets its userName as externalId when externalIdFrom is userName, and the next plan is empty', async () => {
    await open(surface, [], { externalIdFrom: 'userName' });
    const written = [user('jane', { userName: 'Jane@Example.com' })];
    const { plan, failures } = await bench.converge(written);
    const [change] = plan.resource_changes;
    expect(change?.delinea.desired).toMatchObject({ externalId: 'Jane@Example.com' });
    expect(change?.change.after).toMatchObject({ external_id: 'Jane@Example.com' });
    expect(planText(plan, plain)).toMatch(/external_id += "Jane@Example.com"/);
    expect([failures, jane().externalId, rememberedOf('jane')]).toEqual([[], 'Jane@Example.com', 'Jane@Example.com']);
    const again = await bench.plan(written);
    expect([stepsOf(again), findingsOf(again), again.applyable]).toEqual([[], [], false]);
  });

  test('keeps that key when renamed, and is disabled when removed from code', async () => {
    await open(surface, [], { externalIdFrom: 'userName' });
    await bench.converge([user('jane')]);
    const doe = { userName: 'j.doe@example.com', previousNames: ['jane@example.com'], displayName: 'Jane' };
    const renamed = await bench.converge([user('jane', doe)]);
    expect([renamed.failures, findingsOf(renamed.plan)]).toEqual([[], []]);
    expect(bench.sim.state().users).toMatchObject([{ userName: 'j.doe@example.com', externalId: 'jane@example.com' }]);
    expect((await bench.converge([])).failures).toEqual([]);
    expect(bench.sim.state().users).toMatchObject([{ active: false, externalId: 'jane@example.com' }]);
  });

  test('is an error when its externalId is declared empty, also with externalIdFrom', async () => {
    await open(surface, [], { externalIdFrom: 'userName' });
    const { plan } = await leftAlone([user('jane', { externalId: '' })]);
    expect(findingsOf(plan)).toEqual(['error correlation_missing delinea_user.jane']);
  });

  test('repeats its key on every later write, so that no duplicate is created', async () => {
    await open(surface);
    await bench.converge([user('jane', { externalId: 'ext-jane' })]);
    for (const values of [{ title: 'Cook' }, { displayName: 'Jane' }, { active: false }]) {
      expect((await bench.converge([user('jane', values)])).failures).toEqual([]);
      expect(bench.sim.state().users).toMatchObject([{ ...values, externalId: 'ext-jane' }]);
    }
  });
});

test('external id: none is needed or derived for a user over REST or for a group', async () => {
  await open('platform-rest', [], { externalIdFrom: 'userName', routing: [] });
  expect((await bench.converge([user('jane'), group('sre')])).failures).toEqual([]);
  expect([jane().externalId, groupOf(bench.sim.state(), 'sre').externalId]).toEqual([undefined, undefined]);
});

describe.each(SURFACES)('externalId over %s', (surface) => {
  const declared = (externalId: string) => [user('jane', { externalId })];

  test.each([
    ['another value', 'b'],
    ['empty', ''],
  ])('changes with a warning in the plan when code sets it to %s', async (_, to) => {
    await open(surface);
    await bench.converge(declared('a'));
    const { plan, failures } = await bench.converge(declared(to));
    expect(plan.delinea.findings).toEqual([
      {
        level: 'warning',
        code: 'correlation_key_changes',
        address: 'delinea_user.jane',
        message: `correlation key changes: external_id "a" becomes "${to}"`,
        hint: expect.stringContaining('may create a second one'),
      },
    ]);
    expect(planText(plan, plain)).toContain(`correlation key changes: external_id "a" becomes "${to}"`);
    expect([failures, jane().externalId ?? '', rememberedOf('jane') ?? '']).toEqual([[], to, to]);
    const again = await bench.plan(declared(to));
    expect([stepsOf(again), findingsOf(again), again.applyable]).toEqual([[], [], false]);
  });

  test('causes no warning when it is equal or given to a user without one', async () => {
    await open(surface, [{ userName: 'jane@example.com' }]);
    await bench.converge([user('jane')]);
    const given = await bench.converge(declared('a'));
    expect([stepsOf(given.plan), findingsOf(given.plan)]).toEqual([['update user jane@example.com'], []]);
    expect([jane().externalId, rememberedOf('jane')]).toEqual(['a', 'a']);
    expect(findingsOf(await bench.plan(declared('a')))).toEqual([]);
  });

  test('causes the same warning when it changes on a group', async () => {
    await open(surface);
    await bench.converge([group('sre', { externalId: 'a' })]);
    const { plan, failures } = await bench.converge([group('sre', { externalId: 'b' })]);
    expect(findingsOf(plan)).toEqual(['warning correlation_key_changes delinea_group.sre']);
    expect([failures, groupOf(bench.sim.state(), 'sre').externalId]).toEqual([[], 'b']);
  });

  test('is recorded without a write when only the ledger lacks it', async () => {
    await open(surface);
    await bench.converge(declared('a'));
    for (const [key, { correlation: _, ...older }] of [...bench.ledger]) bench.ledger.set(key, older);
    const { plan } = await leftAlone(declared('a'));
    expect([plan.applyable, plan.resource_changes[0]?.delinea.operation]).toEqual([true, 'record']);
    expect(rememberedOf('jane')).toBe('a');
    expect((await bench.plan(declared('a'))).applyable).toBe(false);
  });
});

const PROVIDED = {
  userName: 'jane@example.com',
  displayName: 'Jane',
  name: { givenName: 'Jane', familyName: 'Doe' },
  emails: [{ value: 'jane@example.com', primary: true }],
  externalId: 'idp-jane',
};
const claimed: readonly [string, Record<string, unknown>][] = [
  ['userName', { userName: 'j.doe@example.com' }],
  ['displayName', { displayName: 'Other' }],
  ['givenName', { givenName: 'Other' }],
  ['familyName', { familyName: '' }],
  ['emails', { emails: [{ value: 'other@example.com' }] }],
  ['active', { active: false }],
];

describe.each(SURFACES)("an identity provider's user on %s", (surface) => {
  test.each(claimed)(
    'keeps its %s with an error that names the place to change it; others are applied',
    async (name, values) => {
      await open(surface, [PROVIDED, { userName: 'tom@example.com' }]);
      await bench.converge([user('jane'), user('tom')]);
      const { plan, failures } = await bench.converge([user('jane', values), user('tom', { title: 'Cook' })]);
      expect(plan.delinea.findings).toEqual([
        {
          level: 'error',
          code: 'not_ours',
          address: 'delinea_user.jane',
          message: `jane@example.com belongs to an identity provider (external_id "idp-jane"): its ${snakeCase(name)} cannot be changed here`,
          hint: expect.any(String),
          remedy: [
            { kind: 'refer', resource: 'user', name: 'jane@example.com' },
            { kind: 'set', attribute: 'externalId', value: 'idp-jane', on: 'resource' },
          ],
        },
      ]);
      expect([failures, jane()]).toEqual([[], expect.objectContaining({ ...PROVIDED, active: true })]);
      expect(userOf(bench.sim.state(), 'tom').title).toBe('Cook');
    },
  );

  test.each(claimed)(
    'keeps its %s when it was never adopted, with adopt and without a ledger too',
    async (_, values) => {
      await open(surface, [PROVIDED]);
      const adopting = [user('jane', { adopt: 'always', previousNames: ['jane@example.com'], ...values })];
      expect(findingsOf((await leftAlone(adopting)).plan)).toEqual(['error not_ours delinea_user.jane']);
      expect(findingsOf(await bench.plan(adopting, { owned: undefined }))).toContain(
        'error not_ours delinea_user.jane',
      );
    },
  );

  test('stays disabled, even with consent', async () => {
    await open(surface, [{ ...PROVIDED, active: false }]);
    const { plan } = await leftAlone([user('jane', { reactivate: 'INC-1' })]);
    expect(findingsOf(plan)).toEqual(['error not_ours delinea_user.jane']);
  });

  test('is adopted when it is equal, but is neither disabled nor deleted when its declaration is removed', async () => {
    await open(surface, [PROVIDED], { allowDelete: true });
    const { plan } = await leftAlone([user('jane', { displayName: 'Jane' })]);
    expect([stepsOf(plan), rememberedOf('jane')]).toEqual([['adopt user jane@example.com'], undefined]);
    const removed = await leftAlone([]);
    expect(removed.plan.delinea.findings).toMatchObject([
      {
        level: 'error',
        code: 'not_ours',
        address: 'delinea_user.jane',
        message: expect.stringMatching(/external_id "idp-jane"\): it cannot be deactivated here/),
        remedy: [
          { kind: 'refer', resource: 'user', name: 'jane@example.com' },
          { kind: 'set', attribute: 'externalId', value: 'idp-jane', on: 'resource' },
          { kind: 'forget' },
        ],
      },
    ]);
    await leftAlone([user('jane', { onRemoval: 'delete' })]);
    expect(findingsOf((await leftAlone([])).plan)).toEqual(['error not_ours delinea_user.jane']);
    await leftAlone([user('jane', { onRemoval: 'retain' })]);
    expect(stepsOf((await leftAlone([])).plan)).toEqual(['forget user jane@example.com']);
  });

  test('accepts a title, a department, a manager, memberships and roles from code', async () => {
    await open(surface, [PROVIDED, { userName: 'boss@example.com' }]);
    const boss = user('boss');
    const more = { title: 'Cook', department: 'Kitchen', manager: idOf(boss), phoneNumbers: [{ value: '+1' }] };
    const declaration = user('jane', { ...more, adopt: 'always' });
    const result = await bench.converge([
      boss,
      declaration,
      group('sre', membersOf(declaration)),
      bind('admin', 'Platform Admin', declaration),
    ]);
    expect([result.failures, findingsOf(result.plan)]).toEqual([[], []]);
    expect(jane()).toMatchObject({ ...PROVIDED, title: 'Cook', department: 'Kitchen', manager: 'boss@example.com' });
    expect(jane().roles).toEqual(['Platform Admin']);
    expect(groupOf(bench.sim.state(), 'sre').members).toEqual(['jane@example.com']);
    expect(bench.sim.state().users).toHaveLength(2);
  });

  test('is managed once code declares its key, also after the key leaves the code', async () => {
    await open(surface, [PROVIDED]);
    await bench.converge([user('jane', { externalId: 'idp-jane', displayName: 'Doe', adopt: 'always' })]);
    expect([jane().displayName, rememberedOf('jane')]).toEqual(['Doe', 'idp-jane']);
    expect((await bench.converge([user('jane', { displayName: 'Jane Doe' })])).failures).toEqual([]);
    expect([jane().displayName, rememberedOf('jane')]).toEqual(['Jane Doe', 'idp-jane']);
    expect((await bench.converge([])).failures).toEqual([]);
    expect(jane().active).toBe(false);
    const back = await bench.converge([user('jane', { externalId: 'idp-jane', reactivate: 'INC-1' })]);
    expect([back.failures, jane().active]).toEqual([[], true]);
  });

  test('is no longer managed when the provider gives it another key', async () => {
    await open(surface);
    await bench.converge([user('jane', { externalId: 'ours' })]);
    bench.sim.admin.editUser('jane@example.com', { externalId: 'theirs' });
    const { plan } = await leftAlone([user('jane', { displayName: 'Jane' })]);
    expect(findingsOf(plan)).toEqual(['error not_ours delinea_user.jane']);
    expect(findingsOf((await leftAlone([])).plan)).toEqual(['error not_ours delinea_user.jane']);
  });

  test('is left alone by the apply when the provider claimed it after the plan', async () => {
    await open(surface, [{ userName: 'jane@example.com' }, { userName: 'tom@example.com' }]);
    const [declaration, tom] = [user('jane', { displayName: 'Jane', adopt: 'always' }), user('tom')] as const;
    await bench.converge([tom]);
    const plan = await bench.plan([declaration]);
    expect(stepsOf(plan)).toEqual(['deactivate user tom@example.com', 'update user jane@example.com']);
    for (const name of ['jane', 'tom']) bench.sim.admin.editUser(`${name}@example.com`, { externalId: `idp-${name}` });
    const before = bench.sim.state();
    expect(failuresOf(await bench.apply(plan))).toEqual([
      'delinea_user.jane stale_plan',
      'delinea_user.tom stale_plan',
    ]);
    expect(bench.sim.state()).toEqual(before);
  });
});

test('external id: a lost write is not repeated when an identity provider claimed the user meanwhile', async () => {
  await open('platform-rest', [{ userName: 'jane@example.com' }]);
  const plan = await bench.plan([user('jane', { displayName: 'Jane', adopt: 'always' })]);
  bench.sim.faults.set({ faults: [{ kind: 'resetBefore', method: 'PATCH', times: 1 }] });
  const log = async ({ outcome }: { outcome: string }) => {
    if (outcome === 'sending') bench.sim.admin.editUser('jane@example.com', { externalId: 'idp-jane' });
  };
  expect(failuresOf(await bench.apply(plan, { log }))).toEqual(['delinea_user.jane stale_plan']);
  expect([jane().displayName, jane().externalId]).toEqual([undefined, 'idp-jane']);
});

describe('lists that omit the externalId', () => {
  const lean = { leanLists: true, data: { users: [PROVIDED, { userName: 'tom@example.com' }] } };

  test("do not make an identity provider's user ours", async () => {
    await open('platform-rest', [], {}, lean);
    await leftAlone([user('jane'), user('tom')]);
    expect(findingsOf((await leftAlone([user('jane', { active: false }), user('tom')])).plan)).toEqual([
      'error not_ours delinea_user.jane',
    ]);
    expect(findingsOf((await leftAlone([user('tom')])).plan)).toEqual(['error not_ours delinea_user.jane']);
  });

  test('cause one read for each user that the plan would change, and none for others', async () => {
    await open('platform-rest', [], {}, lean);
    await bench.converge([user('jane'), user('tom')]);
    const readsOf = async (declarations: readonly Declaration[]) => {
      bench.sim.resetRequests();
      await bench.plan(declarations);
      return bench.sim.requests.byRoute['GET /api/v1/users/{id}'] ?? 0;
    };
    expect(await readsOf([user('jane'), user('tom')])).toBe(0);
    expect(await readsOf([user('jane'), user('tom', { userName: 't@example.com' })])).toBe(1);
    expect(await readsOf([user('jane')])).toBe(1);
  });

  test('do not hide an existing key when code declares it empty', async () => {
    await open('platform-rest', [], {}, lean);
    const { plan } = await bench.converge([user('jane', { externalId: '', adopt: 'always' })]);
    expect(findingsOf(plan)).toEqual(['warning correlation_key_changes delinea_user.jane']);
    expect(jane().externalId).toBeUndefined();
  });
});
