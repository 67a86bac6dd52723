import { afterEach, describe, expect, test } from '@jest/globals';
import type { Declaration } from '../../src/provider/index.js';
import { plain, planText } from '../../src/review/index.js';
import type { SimulatorData } from '../../src/simulator/index.js';
import { failuresOf, findingsOf, groupOf, stepsOf, userOf } from '../support/assert/facts.js';
import { bind, group, idOf, membersOf, user } from '../support/tenant/declare.js';
import { openWorkbench, type Workbench, type WorkbenchOptions } from '../support/tenant/workbench.js';

let bench: Workbench;
afterEach(() => bench?.close());

const OVER_SCIM = ['platform-scim', 'scim-cloud'];
const SURFACES = ['platform-rest', ...OVER_SCIM];

/** A tenant whose users are managed over this surface. */
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
/** Nothing was sent that writes, and the tenant is as it was. */
async function leftAlone(declarations: readonly Declaration[]): Promise<Awaited<ReturnType<Workbench['converge']>>> {
  const before = bench.sim.state();
  bench.sim.resetRequests();
  const result = await bench.converge(declarations);
  expect([bench.sim.requests.writes, bench.sim.state()]).toEqual([0, before]);
  return result;
}

describe.each(OVER_SCIM)('a user created over %s', (surface) => {
  test('without an externalId is an error of that declaration and of what needs it; the others go on', async () => {
    await open(surface);
    const [without, tom] = [user('jane'), user('tom', { externalId: 'ext-tom' })] as const;
    const result = await bench.converge([without, tom, group('sre', membersOf(without)), group('ops', membersOf(tom))]);
    expect(findingsOf(result.plan)).toEqual([
      'error skipped delinea_group.sre.members',
      'error correlation_missing delinea_user.jane',
    ]);
    expect(result.plan.delinea.findings[1]?.hint).toContain('externalIdFrom = "userName"');
    expect(result.failures).toEqual([]);
    expect(bench.sim.state().users).toMatchObject([{ userName: 'tom@example.com', externalId: 'ext-tom' }]);
    expect(bench.sim.state().groups).toMatchObject([{ displayName: 'ops', members: ['tom@example.com'] }]);
  });

  test('gets its userName as it is written, where the provider says so; the plan shows it and never asks for it again', async () => {
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

  test('is ours by that key: renamed with the key it has, disabled when it is removed from code', async () => {
    await open(surface, [], { externalIdFrom: 'userName' });
    await bench.converge([user('jane')]);
    const renamed = await bench.converge([user('jane', { userName: 'j.doe@example.com', displayName: 'Jane' })]);
    expect([renamed.failures, findingsOf(renamed.plan)]).toEqual([[], []]);
    expect(bench.sim.state().users).toMatchObject([{ userName: 'j.doe@example.com', externalId: 'jane@example.com' }]);
    expect((await bench.converge([])).failures).toEqual([]);
    expect(bench.sim.state().users).toMatchObject([{ active: false, externalId: 'jane@example.com' }]);
  });

  test('that declares it to be empty is an error, whatever the provider says', async () => {
    await open(surface, [], { externalIdFrom: 'userName' });
    const { plan } = await leftAlone([user('jane', { externalId: '' })]);
    expect(findingsOf(plan)).toEqual(['error correlation_missing delinea_user.jane']);
  });

  test('repeats its key on every later write, so that nobody is made twice', async () => {
    await open(surface);
    await bench.converge([user('jane', { externalId: 'ext-jane' })]);
    for (const values of [{ title: 'Cook' }, { displayName: 'Jane' }, { active: false }]) {
      expect((await bench.converge([user('jane', values)])).failures).toEqual([]);
      expect(bench.sim.state().users).toMatchObject([{ ...values, externalId: 'ext-jane' }]);
    }
  });
});

test('over REST, and for a group anywhere, none is needed or made up', async () => {
  await open('platform-rest', [], { externalIdFrom: 'userName', routing: [] });
  expect((await bench.converge([user('jane'), group('sre')])).failures).toEqual([]);
  expect([jane().externalId, groupOf(bench.sim.state(), 'sre').externalId]).toEqual([undefined, undefined]);
});

describe.each(SURFACES)('a correlation key on %s', (surface) => {
  const declared = (externalId: string) => [user('jane', { externalId })];

  test.each([
    ['another', 'b'],
    ['nothing', ''],
  ])('that code makes %s of: a warning of the plan, and the key changes', async (_, to) => {
    await open(surface);
    await bench.converge(declared('a'));
    const { plan, failures } = await bench.converge(declared(to));
    expect(plan.delinea.findings).toEqual([
      {
        level: 'warning',
        code: 'correlation_key_changes',
        address: 'delinea_user.jane',
        message: `correlation key changes: externalId "a" becomes "${to}"`,
        hint: expect.stringContaining('may create a second one'),
      },
    ]);
    expect(planText(plan, plain)).toContain(`correlation key changes: externalId "a" becomes "${to}"`);
    expect([failures, jane().externalId ?? '', rememberedOf('jane') ?? '']).toEqual([[], to, to]);
    const again = await bench.plan(declared(to));
    expect([stepsOf(again), findingsOf(again), again.applyable]).toEqual([[], [], false]);
  });

  test('that is equal, or given to who had none, is not spoken of', async () => {
    await open(surface, [{ userName: 'jane@example.com' }]);
    await bench.converge([user('jane')]);
    const given = await bench.converge(declared('a'));
    expect([stepsOf(given.plan), findingsOf(given.plan)]).toEqual([['update user jane@example.com'], []]);
    expect([jane().externalId, rememberedOf('jane')]).toEqual(['a', 'a']);
    expect(findingsOf(await bench.plan(declared('a')))).toEqual([]);
  });

  test('of a group is warned of as well', async () => {
    await open(surface);
    await bench.converge([group('sre', { externalId: 'a' })]);
    const { plan, failures } = await bench.converge([group('sre', { externalId: 'b' })]);
    expect(findingsOf(plan)).toEqual(['warning correlation_key_changes delinea_group.sre']);
    expect([failures, groupOf(bench.sim.state(), 'sre').externalId]).toEqual([[], 'b']);
  });

  test('that only the ledger does not know yet is recorded, without a write', async () => {
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
  test.each(claimed)('keeps its %s; the error says where to change it, and the others go on', async (name, values) => {
    await open(surface, [PROVIDED, { userName: 'tom@example.com' }]);
    await bench.converge([user('jane'), user('tom')]);
    const { plan, failures } = await bench.converge([user('jane', values), user('tom', { title: 'Cook' })]);
    expect(plan.delinea.findings).toEqual([
      {
        level: 'error',
        code: 'not_ours',
        address: 'delinea_user.jane',
        message: `jane@example.com belongs to an identity provider (externalId "idp-jane"): its ${name} cannot be changed here`,
        hint: expect.stringMatching(
          /DelineaUser\.fromUserName\("jane@example\.com"\) \(data "delinea_user"\).* externalId = "idp-jane"/,
        ),
      },
    ]);
    expect([failures, jane()]).toEqual([[], expect.objectContaining({ ...PROVIDED, active: true })]);
    expect(userOf(bench.sim.state(), 'tom').title).toBe('Cook');
  });

  test.each(claimed)(
    'keeps its %s where it was never taken over, with adopt and without a ledger too',
    async (_, values) => {
      await open(surface, [PROVIDED]);
      const adopting = [user('jane', { adopt: 'always', previousNames: ['jane@example.com'], ...values })];
      expect(findingsOf((await leftAlone(adopting)).plan)).toEqual(['error not_ours delinea_user.jane']);
      expect(findingsOf(await bench.plan(adopting, { owned: undefined }))).toContain(
        'error not_ours delinea_user.jane',
      );
    },
  );

  test('is not enabled again, consent or not', async () => {
    await open(surface, [{ ...PROVIDED, active: false }]);
    const { plan } = await leftAlone([user('jane', { reactivate: 'INC-1' })]);
    expect(findingsOf(plan)).toEqual(['error not_ours delinea_user.jane']);
  });

  test('is taken over when it is equal, which makes its key not ours: it is not disabled or deleted with its declaration', async () => {
    await open(surface, [PROVIDED], { allowDelete: true });
    const { plan } = await leftAlone([user('jane', { displayName: 'Jane' })]);
    expect([stepsOf(plan), rememberedOf('jane')]).toEqual([['adopt user jane@example.com'], undefined]);
    const removed = await leftAlone([]);
    expect(removed.plan.delinea.findings).toMatchObject([
      {
        level: 'error',
        code: 'not_ours',
        address: 'delinea_user.jane',
        message: expect.stringMatching(/externalId "idp-jane"\): it cannot be deactivated here/),
        hint: expect.stringMatching(/fromUserName\("jane@example\.com"\).*removed block/),
      },
    ]);
    await leftAlone([user('jane', { onRemoval: 'delete' })]);
    expect(findingsOf((await leftAlone([])).plan)).toEqual(['error not_ours delinea_user.jane']);
    await leftAlone([user('jane', { onRemoval: 'retain' })]);
    expect(stepsOf((await leftAlone([])).plan)).toEqual(['forget user jane@example.com']);
  });

  test('may get a title, a department, a manager, memberships and roles', async () => {
    await open(surface, [PROVIDED, { userName: 'boss@example.com' }]);
    const boss = user('boss');
    const more = { title: 'Cook', department: 'Kitchen', manager: idOf(boss), phoneNumbers: [{ value: '+1' }] };
    const her = user('jane', { ...more, adopt: 'always' });
    const result = await bench.converge([
      boss,
      her,
      group('sre', membersOf(her)),
      bind('admin', 'Platform Admin', her),
    ]);
    expect([result.failures, findingsOf(result.plan)]).toEqual([[], []]);
    expect(jane()).toMatchObject({ ...PROVIDED, title: 'Cook', department: 'Kitchen', manager: 'boss@example.com' });
    expect(jane().roles).toEqual(['Platform Admin']);
    expect(groupOf(bench.sim.state(), 'sre').members).toEqual(['jane@example.com']);
    expect(bench.sim.state().users).toHaveLength(2);
  });

  test('is ours once its key is written down, also after that is taken out of code again', async () => {
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

  test('is theirs again once they give it another key', async () => {
    await open(surface);
    await bench.converge([user('jane', { externalId: 'ours' })]);
    bench.sim.admin.editUser('jane@example.com', { externalId: 'theirs' });
    const { plan } = await leftAlone([user('jane', { displayName: 'Jane' })]);
    expect(findingsOf(plan)).toEqual(['error not_ours delinea_user.jane']);
    expect(findingsOf((await leftAlone([])).plan)).toEqual(['error not_ours delinea_user.jane']);
  });

  test('who came to be theirs after the plan was made is not touched by the apply', async () => {
    await open(surface, [{ userName: 'jane@example.com' }, { userName: 'tom@example.com' }]);
    const [her, tom] = [user('jane', { displayName: 'Jane', adopt: 'always' }), user('tom')] as const;
    await bench.converge([tom]);
    const plan = await bench.plan([her]);
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

test('a write that got lost is not sent again to a user who has become theirs meanwhile', async () => {
  await open('platform-rest', [{ userName: 'jane@example.com' }]);
  const plan = await bench.plan([user('jane', { displayName: 'Jane', adopt: 'always' })]);
  bench.sim.faults.set({ faults: [{ kind: 'resetBefore', method: 'PATCH', times: 1 }] });
  const log = async ({ outcome }: { outcome: string }) => {
    if (outcome === 'sending') bench.sim.admin.editUser('jane@example.com', { externalId: 'idp-jane' });
  };
  expect(failuresOf(await bench.apply(plan, { log }))).toEqual(['delinea_user.jane stale_plan']);
  expect([jane().displayName, jane().externalId]).toEqual([undefined, 'idp-jane']);
});

describe('lists that leave the key out', () => {
  const lean = { leanLists: true, data: { users: [PROVIDED, { userName: 'tom@example.com' }] } };

  test("do not make an identity provider's user ours", async () => {
    await open('platform-rest', [], {}, lean);
    await leftAlone([user('jane'), user('tom')]);
    expect(findingsOf((await leftAlone([user('jane', { active: false }), user('tom')])).plan)).toEqual([
      'error not_ours delinea_user.jane',
    ]);
    expect(findingsOf((await leftAlone([user('tom')])).plan)).toEqual(['error not_ours delinea_user.jane']);
  });

  test('are followed by a read of whom the plan would change, and of nobody else', async () => {
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

  test('do not hide that a key declared to be empty is there', async () => {
    await open('platform-rest', [], {}, lean);
    const { plan } = await bench.converge([user('jane', { externalId: '', adopt: 'always' })]);
    expect(findingsOf(plan)).toEqual(['warning correlation_key_changes delinea_user.jane']);
    expect(jane().externalId).toBeUndefined();
  });
});
