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

/** What comes alive with an account, one line a path. */
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

describe('what comes alive with an account', () => {
  test.each<[string, readonly Declaration[], Partial<PlanInput>]>([
    ['by a text in code', [back, ...without()], {}],
    ['by its name on the command line', all, { reactivate: ['Jane@Example.com'] }],
  ])('is in the plan, groups of groups too: enabled %s', async (_, declarations, input) => {
    const made = await plan(declarations, input);
    expect(stepsOf(made)).toEqual(['reactivate user jane@example.com']);
    expect(revived(made)).toEqual(EVERYTHING);
    expect(findingsOf(made)).toEqual([]);
    expect((await bench.apply(made)).failures).toEqual([]);
    expect(userOf(bench.sim.state(), 'jane').active).toBe(true);
  });

  test('is what a reader of the plan sees', async () => {
    const text = planText(await plan([back, ...without()]), (_, said) => said);
    expect(text).toContain('comes alive: Edit of jane@example.com on prod\n');
    expect(text).toContain('comes alive: member of sre\n');
    expect(text).toContain('comes alive: Owner of ops on stage, through sre, ops\n');
  });

  test('has what the same plan gives, and not what it takes away', async () => {
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

  test('has what no code speaks of', async () => {
    bench.sim.admin.addGroup({ displayName: 'strangers', members: ['group:ops', 'jane@example.com'] });
    bench.sim.admin.grant('lab', { group: 'strangers' }, 'Owner');
    expect(revived(await plan([back]))).toEqual(
      expect.arrayContaining(['member of strangers', 'Owner of strangers on lab < strangers']),
    );
  });

  test('is a warning where it cannot be read', async () => {
    bench.sim.faults.set({ faults: [{ kind: 'status', status: 403, path: '/ContainerPermissions' }] });
    bench.ledger.clear();
    const made = await plan([back]);
    expect(findingsOf(made)).toContain('warning not_seen delinea_user.jane');
    expect(revived(made)).toEqual(EVERYTHING.filter((path) => !path.includes(' on ')));
    const [seen] = made.delinea.findings.filter(({ code }) => code === 'not_seen');
    expect(seen?.message).toMatch(
      /^what comes alive with jane@example.com was not seen whole: container permissions: /,
    );
  });
});

describe('without consent', () => {
  const active = () => userOf(bench.sim.state(), 'jane').active;

  test('nothing enables the account, and nothing comes alive', async () => {
    const made = await plan(all);
    expect([stepsOf(made), revived(made), findingsOf(made)]).toEqual([
      [],
      [],
      ['drift disabled_out_of_band delinea_user.jane'],
    ]);
    await bench.apply(made);
    expect(active()).toBe(false);
  });

  test('active = true in code is an error of that account alone', async () => {
    const made = await plan([user('jane', { active: true }), user('tom', { title: 'x' })]);
    expect(findingsOf(made)).toContain('error consent_missing delinea_user.jane');
    expect((await bench.apply(made)).failures).toEqual([]);
    expect([active(), userOf(bench.sim.state(), 'tom').title]).toEqual([false, 'x']);
  });

  test('an import takes it over as it is', async () => {
    bench.ledger.clear();
    const imported = user('jane', { active: false }, { importId: 'jane@example.com' });
    const result = await bench.converge([imported]);
    expect([result.failures, active(), bench.ledger.size]).toEqual([[], false, 1]);
    const insisting = await plan([user('jane', { active: true }, { importId: 'jane@example.com' })]);
    expect([stepsOf(insisting), findingsOf(insisting)]).toEqual([[], ['error consent_missing delinea_user.jane']]);
  });

  test('an import that says nothing of it does not enable it', async () => {
    bench.ledger.clear();
    await bench.converge([user('jane', {}, { importId: 'jane@example.com' })]);
    expect(active()).toBe(false);
  });

  test('a deleted account is not made again, and what needs it is left out with it', async () => {
    bench.sim.admin.deleteUser('jane@example.com');
    const made = await plan(all);
    expect(findingsOf(made)).toContain('error consent_missing delinea_user.jane');
    expect(stepsOf(made).filter((step) => step.startsWith('create'))).toEqual([]);
    await bench.apply(made);
    expect(bench.sim.state().users.map(({ userName }) => userName)).toEqual(['tom@example.com']);
  });
});

describe('a consent is good once', () => {
  const active = () => userOf(bench.sim.state(), 'jane').active;
  const disable = () => bench.sim.admin.setActive('jane@example.com', false);
  const spent = [['delinea_user.jane', 'stale_plan']];
  const failuresOf = ({ failures }: Awaited<ReturnType<Workbench['apply']>>) =>
    failures.map(({ address, error }) => [address, error.code]);
  const asked = { reactivate: ['jane@example.com'] };

  test.each<[string, readonly Declaration[], Partial<PlanInput>]>([
    ['of the command line', all, asked],
    ['of a text in code', [back, ...without()], {}],
  ])('in a saved plan %s: applied again it enables nobody whom somebody disabled since', async (_, code, input) => {
    const saved = await plan(code, input);
    expect(failuresOf(await bench.apply(saved))).toEqual([]);
    const again = await bench.apply(saved);
    expect([failuresOf(again), again.written, active()]).toEqual([[], false, true]);
    disable();
    const refused = await bench.apply(saved);
    expect([failuresOf(refused), refused.written, active()]).toEqual([spent, false, false]);
    expect(refused.failures[0]?.error).toMatchObject({
      message: expect.stringContaining('the consent was used already'),
      hint: expect.stringContaining('Plan again'),
    });
    // A consent of its own time is another one.
    expect(failuresOf(await bench.apply(await plan(code, asked)))).toEqual([]);
    expect(active()).toBe(true);
    disable();
    expect([failuresOf(await bench.apply(saved)), active()]).toEqual([spent, false]);
  });

  test('of the command line: it has the time of its plan', async () => {
    const saved = await plan(all, asked);
    const texts = saved.resource_changes.map(({ delinea }) => delinea.reactivated).filter(Boolean);
    expect(texts).toEqual([`command line, ${saved.timestamp}`]);
  });

  test('in a saved plan that makes a deleted account again', async () => {
    bench.sim.admin.deleteUser('jane@example.com');
    const saved = await plan(all, asked);
    expect(failuresOf(await bench.apply(saved))).toEqual([]);
    bench.sim.admin.deleteUser('jane@example.com');
    expect(failuresOf(await bench.apply(saved))).toContainEqual(spent[0]);
    expect(bench.sim.state().users.map(({ userName }) => userName)).toEqual(['tom@example.com']);
  });

  test('after others: an older text, or one beside the command line, does not come back', async () => {
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
      expect([stepsOf(made), findingsOf(made)]).toEqual([[], ['drift disabled_out_of_band delinea_user.jane']]);
    }
  });

  test('after the account left the code and came back', async () => {
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
