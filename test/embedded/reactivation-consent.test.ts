import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Declaration, Plan, PlanInput } from '../../src/provider/index.js';
import { planText } from '../../src/review/index.js';
import { findingsOf, stepsOf, userOf } from '../support/assert/facts.js';
import { bind, grant, group, membersOf, user } from '../support/tenant/declare.js';
import { openWorkbench, type Workbench } from '../support/tenant/workbench.js';

let bench: Workbench;
afterEach(() => bench.close());

const [jane, tom] = [user('jane'), user('tom')];
const back = user('jane', { reactivate: 'T-7' });
const sre = group('sre', membersOf(jane, tom));
const ops = group('ops', membersOf(sre));
const own = grant('own', 'prod', jane, 'Edit');
const theirs = grant('theirs', 'stage', ops, 'Owner');
const auditor = bind('auditor', 'Auditor', jane);
const admin = bind('admin', 'Admin', sre);
const all = [jane, tom, sre, ops, own, theirs, auditor, admin];
const without = (...less: Declaration[]) => all.filter((one) => one !== jane && !less.includes(one));

beforeEach(async () => {
  bench = await openWorkbench({
    data: { containers: ['prod', 'stage', 'lab'], roles: ['Auditor', 'Admin'] },
    provider: { retries: 0 },
  });
  expect((await bench.converge(all)).failures).toEqual([]);
  bench.sim.admin.setActive('jane@example.com', false);
});

const plan = (declarations: readonly Declaration[], input: Partial<PlanInput> = {}) => bench.plan(declarations, input);

/** Returns the access that a reactivation restores, one line per path. */
const revived = (made: Plan) =>
  (made.resource_changes.find(({ delinea }) => delinea.operation === 'reactivate')?.delinea.regains ?? [])
    .map(({ label, through }) => [label, ...through].join(' < '))
    .sort();

const EVERYTHING = [
  'Admin of sre < sre',
  'Auditor of jane@example.com',
  'Edit of jane@example.com on prod',
  'Owner of ops on stage < sre < ops',
  'member of ops < sre',
  'member of sre',
];

describe('access restored by a reactivation', () => {
  test.each<[string, readonly Declaration[], Partial<PlanInput>]>([
    ['code has a reactivate text', [back, ...without()], {}],
    ['the command line names the account', all, { reactivate: ['Jane@Example.com'] }],
  ])('is in the plan, nested groups included, when %s', async (_, declarations, input) => {
    const made = await plan(declarations, input);
    expect(stepsOf(made)).toEqual(['reactivate user jane@example.com']);
    expect(revived(made)).toEqual(EVERYTHING);
    expect(findingsOf(made)).toEqual([]);
    expect((await bench.apply(made)).failures).toEqual([]);
    expect(userOf(bench.sim.state(), 'jane').active).toBe(true);
  });

  test('is printed in the plan text', async () => {
    const text = planText(await plan([back, ...without()]), (_, text) => text);
    expect(text).toContain('regains: Edit of jane@example.com on prod\n');
    expect(text).toContain('regains: member of sre\n');
    expect(text).toContain('regains: Owner of ops on stage, through sre, ops\n');
  });

  test('includes what the same plan grants and excludes what it revokes', async () => {
    const fresh = group('fresh', membersOf(back));
    const made = await plan([
      back,
      ...without(own, auditor, ops, theirs),
      group('ops', membersOf(tom)),
      grant('lab', 'lab', back, 'View'),
      fresh,
      grant('new', 'lab', fresh, 'Edit'),
    ]);
    expect(revived(made)).toEqual([
      'Admin of sre < sre',
      'Edit of fresh on lab < fresh',
      'View of jane@example.com on lab',
      'member of fresh',
      'member of sre',
    ]);
  });

  test('includes access that is not declared', async () => {
    bench.sim.admin.addGroup({ displayName: 'strangers', members: ['group:ops', 'jane@example.com'] });
    bench.sim.admin.grant('lab', { group: 'strangers' }, 'Owner');
    expect(revived(await plan([back]))).toEqual(
      expect.arrayContaining(['member of strangers', 'Owner of strangers on lab < strangers']),
    );
  });

  test('is reported as incomplete when a kind cannot be read', async () => {
    bench.sim.faults.set({ faults: [{ kind: 'status', status: 403, path: '/ContainerPermissions' }] });
    bench.ledger.clear();
    const made = await plan([back]);
    expect(findingsOf(made)).toContain('warning not_checked delinea_user.jane');
    expect(revived(made)).toEqual(EVERYTHING.filter((path) => !path.includes(' on ')));
    const [seen] = made.delinea.findings.filter(({ code }) => code === 'not_checked');
    expect(seen?.message).toMatch(
      /^the access that jane@example.com regains was not fully read: container permissions: /,
    );
  });
});

describe('disabled account without consent', () => {
  const active = () => userOf(bench.sim.state(), 'jane').active;

  test('stays disabled and is reported as drift', async () => {
    const made = await plan(all);
    expect([stepsOf(made), revived(made), findingsOf(made)]).toEqual([
      [],
      [],
      ['drift disabled_out_of_band delinea_user.jane'],
    ]);
    await bench.apply(made);
    expect(active()).toBe(false);
  });

  test('is an error of that account alone when code has active = true', async () => {
    const made = await plan([user('jane', { active: true }), user('tom', { title: 'x' })]);
    expect(findingsOf(made)).toContain('error consent_missing delinea_user.jane');
    expect((await bench.apply(made)).failures).toEqual([]);
    expect([active(), userOf(bench.sim.state(), 'tom').title]).toEqual([false, 'x']);
  });

  test('is adopted as it is when imported with active = false', async () => {
    bench.ledger.clear();
    const imported = user('jane', { active: false }, { importId: 'jane@example.com' });
    const result = await bench.converge([imported]);
    expect([result.failures, active(), bench.ledger.size]).toEqual([[], false, 1]);
    const insisting = await plan([user('jane', { active: true }, { importId: 'jane@example.com' })]);
    expect([stepsOf(insisting), findingsOf(insisting)]).toEqual([[], ['error consent_missing delinea_user.jane']]);
  });

  test('stays disabled when imported without active', async () => {
    bench.ledger.clear();
    await bench.converge([user('jane', {}, { importId: 'jane@example.com' })]);
    expect(active()).toBe(false);
  });

  test('is not recreated when it was deleted, and resources that refer to it are skipped', async () => {
    bench.sim.admin.deleteUser('jane@example.com');
    const made = await plan(all);
    expect(findingsOf(made)).toContain('error consent_missing delinea_user.jane');
    expect(stepsOf(made).filter((step) => step.startsWith('create'))).toEqual([]);
    await bench.apply(made);
    expect(bench.sim.state().users.map(({ userName }) => userName)).toEqual(['tom@example.com']);
  });
});

describe('reactivation consent', () => {
  const active = () => userOf(bench.sim.state(), 'jane').active;
  const disable = () => bench.sim.admin.setActive('jane@example.com', false);
  const spent = [['delinea_user.jane', 'stale_plan']];
  const failuresOf = ({ failures }: Awaited<ReturnType<Workbench['apply']>>) =>
    failures.map(({ address, error }) => [address, error.code]);
  const asked = { reactivate: ['jane@example.com'] };

  test.each<[string, readonly Declaration[], Partial<PlanInput>]>([
    ['on the command line', all, asked],
    ['in code', [back, ...without()], {}],
  ])(
    '%s: the saved plan enables the account once and is refused after it was disabled again',
    async (_, code, input) => {
      const saved = await plan(code, input);
      expect(failuresOf(await bench.apply(saved))).toEqual([]);
      const again = await bench.apply(saved);
      expect([failuresOf(again), again.written, active()]).toEqual([[], false, true]);
      disable();
      const refused = await bench.apply(saved);
      expect([failuresOf(refused), refused.written, active()]).toEqual([spent, false, false]);
      expect(refused.failures[0]?.error).toMatchObject({
        message: expect.stringContaining('this consent was already used'),
        hint: expect.stringContaining('Plan again'),
      });
      // A consent given by a new plan counts as a new consent.
      expect(failuresOf(await bench.apply(await plan(code, asked)))).toEqual([]);
      expect(active()).toBe(true);
      disable();
      expect([failuresOf(await bench.apply(saved)), active()]).toEqual([spent, false]);
    },
  );

  test('on the command line contains the time of its plan', async () => {
    const saved = await plan(all, asked);
    const texts = saved.resource_changes.map(({ delinea }) => delinea.reactivated).filter(Boolean);
    expect(texts).toEqual([`command line, ${saved.timestamp}`]);
  });

  test('is used up when a saved plan recreates a deleted account', async () => {
    bench.sim.admin.deleteUser('jane@example.com');
    const saved = await plan(all, asked);
    expect(failuresOf(await bench.apply(saved))).toEqual([]);
    bench.sim.admin.deleteUser('jane@example.com');
    expect(failuresOf(await bench.apply(saved))).toContainEqual(spent[0]);
    expect(bench.sim.state().users.map(({ userName }) => userName)).toEqual(['tom@example.com']);
  });

  test('is not valid again when an older text returns or when the command line was used beside it', async () => {
    const text = (reactivate: string) => [user('jane', { reactivate }), ...without()];
    await bench.converge(text('T-7'));
    disable();
    await bench.converge(text('T-8'));
    disable();
    await bench.converge(text('T-8'), asked);
    expect(active()).toBe(true);
    expect((await plan(text('T-8'))).applyable).toBe(false);
    disable();
    for (const old of ['T-7', 'T-8']) {
      const made = await plan(text(old));
      const changes = old === 'T-8' ? [] : ['configure user jane@example.com'];
      expect([stepsOf(made), findingsOf(made)]).toEqual([changes, ['drift disabled_out_of_band delinea_user.jane']]);
    }
  });

  test('is not valid again when the account left the code and returned', async () => {
    const [own, others] = [user('jane', { reactivate: 'T-7' }), [tom]];
    await bench.converge([own, ...others]);
    await bench.converge(others);
    expect([active(), bench.ledger.size]).toEqual([false, 1]);
    const made = await plan([own, ...others]);
    expect([stepsOf(made), findingsOf(made)]).toEqual([[], ['error consent_missing delinea_user.jane']]);
    await bench.converge([user('jane', { reactivate: 'T-8' }), ...others]);
    expect(active()).toBe(true);
  });
});
