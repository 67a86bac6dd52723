import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { OwnedObject, Plan } from '../../src/provider/index.js';
import { type Attempt, LEDGER, openProject, type Project } from '../support/cli/project.js';

const APPLY = ['apply', '--auto-approve'] as const;
const INIT = [...APPLY, '--init-ledger'] as const;
const COST = /^reads (\d+) \(lists (\d+), gets (\d+)\), writes (\d+), waits \d+, \d+\.\d s$/m;

const people = (count: number) =>
  Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`u${index}`, { user_name: `u${index}@example.com` }]),
  );
const jane = (title: string) => ({ jane: { user_name: 'jane@example.com', title } });

let project: Project;

beforeEach(async () => {
  project = await openProject({
    data: { users: [{ userName: 'mallory@example.com', displayName: 'Mallory' }], containers: ['Production'] },
  });
  project.declare({ delinea_user: jane('SRE') });
});

afterEach(() => project.close());

/** Runs a command and expects its exit code and a cost line with the writes that reached the tenant. */
async function run(code: number, ...args: string[]): Promise<Attempt> {
  const attempt = await project.run(...args);
  expect([attempt.code, attempt.err]).toEqual([code, expect.anything()]);
  const cost = COST.exec(args.includes('--json') ? attempt.err : attempt.out);
  expect(cost?.slice(1).map(Number)).toMatchObject({ 0: Number(cost?.[2]) + Number(cost?.[3]), 3: attempt.writes });
  return attempt;
}

const userOf = (name: string) => project.sim.state().users.find(({ userName }) => userName === `${name}@example.com`);

/** Returns the ids of the users in the ledger, and of the users in the tenant without the unmanaged one. */
function ledgerAndTenant(): { ours: string[]; there: string[]; names: string[] } {
  const { objects } = JSON.parse(project.read(LEDGER)!) as { objects: OwnedObject[] };
  const there = project.sim.state().users.filter(({ userName }) => userName !== 'mallory@example.com');
  return {
    ours: objects.map(({ id }) => id).sort(),
    there: there.map(({ id }) => id).sort(),
    names: there.map(({ userName }) => userName),
  };
}

describe('plan, apply and drift', () => {
  test('exit with 0 without changes and with 2 with changes', async () => {
    const first = await run(2, 'plan');
    expect(first.out).toMatch(/^Warning: there is no ledger/m);
    expect(first.out).toContain('Plan: 1 to add, 0 to change, 0 to remove.\n');
    expect(first).toMatchObject({ writes: 0, ledger: 'absent' });
    expect(await run(0, ...INIT)).toMatchObject({ writes: 1, ledger: 'changed' });
    expect((await run(0, 'plan')).out).toMatch(/^No changes/m);
    expect((await run(0, 'drift')).out).toMatch(/^No drift/m);
    project.sim.admin.editUser('jane@example.com', { title: 'Root' });
    expect((await run(2, 'drift')).out).toContain('~ title = "SRE" -> "Root"');
    expect((await run(2, 'plan')).out).toContain('~ title = "Root" -> "SRE"');
    expect(await run(0, ...APPLY)).toMatchObject({ writes: 1 });
    expect(userOf('jane')?.title).toBe('SRE');
    expect(await run(0, ...APPLY)).toMatchObject({ writes: 0 });
  });

  test('exit with 1 on an error and with 5 when the tenant cannot be read', async () => {
    expect((await run(1, ...APPLY)).err).toContain('--init-ledger');
    project.sim.faults.set({ faults: [{ kind: 'status', path: '/api/' }] });
    expect((await run(5, 'drift')).out).not.toMatch(/No drift/);
  });

  test('exit with 5 when a page of drift lacks access that could not be read', async () => {
    await run(0, ...INIT);
    project.sim.faults.set({ faults: [{ kind: 'status', status: 403, path: '/Containers' }] });
    expect((await run(0, 'drift')).out).toMatch(/^No drift/m);
    const { err } = await run(5, 'drift', '--html', 'drift.html');
    expect(err).toMatch(/^Could not be read, so not on the page:\n {2}- containers: .*403/m);
    expect(project.read('drift.html')).toContain('Could not be read, so nothing is concluded');
  });

  test('exit with 4 when one object is refused and the others are applied', async () => {
    project.declare({
      delinea_user: { ...jane('SRE'), mallory: { user_name: 'mallory@example.com', display_name: 'Mallet' } },
    });
    const { out, writes } = await run(4, ...INIT);
    expect(writes).toBe(1);
    expect(out).toContain('Partly applied: 1 step done and read back, 1 object left out because of errors.\n');
    expect(userOf('mallory')?.displayName).toBe('Mallory');
    const { ours, there } = ledgerAndTenant();
    expect(ours).toEqual(there);
  });

  test('print only a plan with --json', async () => {
    const planned = JSON.parse((await run(2, 'plan', '--json')).out) as Plan;
    expect(planned).toMatchObject({
      format_version: '1.2',
      resource_changes: [{ address: 'delinea_user.jane', change: { actions: ['create'], before: null } }],
    });
    expect(JSON.parse((await run(2, 'drift', '--json')).out)).toMatchObject({ delinea: { stack: 'people' } });
  });

  test('save a plan with --out, of which apply does only what the stack still declares', async () => {
    await run(0, ...INIT);
    project.declare({ delinea_user: jane('Lead') });
    const { out } = await run(2, 'plan', '--out', 'plan.json');
    const [, digest] = /^Plan digest: ([0-9a-f]{64})$/m.exec(out)!;
    expect(out).toContain(`Plan saved. To apply it: delinea-iac apply plan.json --expect ${digest}\n`);
    project.declare({ delinea_user: jane('CEO') });
    const stale = await run(1, 'apply', 'plan.json', '--auto-approve');
    expect(stale.err).toContain('jane@example.com was changed since the plan was made: title');
    project.declare({ delinea_user: { ...jane('Lead'), tim: { user_name: 'tim@example.com' } } });
    const applied = await run(0, 'apply', 'plan.json', '--auto-approve', '--expect', digest!);
    expect(applied).toMatchObject({ writes: 1 });
    expect(applied.out).toContain(
      'Note: a change that the saved plan does not have is not applied\n  at: delinea_user.tim\n',
    );
    expect([userOf('jane')?.title, userOf('tim')]).toEqual(['Lead', undefined]);
  });

  test('list undeclared users with --unmanaged', async () => {
    const { out, writes } = await run(2, 'plan', '--unmanaged');
    expect(out).toContain('mallory@example.com');
    expect((await run(2, 'plan')).out).not.toContain('mallory@example.com');
    expect(writes).toBe(0);
  });

  test('enable a disabled account only with --reactivate', async () => {
    await run(0, ...INIT);
    project.sim.admin.setActive('jane@example.com', false);
    expect((await run(2, 'drift')).out).toContain('was disabled outside of code; it stays disabled');
    expect(await run(0, ...APPLY)).toMatchObject({ writes: 0 });
    expect(userOf('jane')?.active).toBe(false);
    expect(await run(0, ...APPLY, '--reactivate', 'jane@example.com')).toMatchObject({ writes: 1 });
    expect(userOf('jane')?.active).toBe(true);
    await run(0, 'drift');
  });

  test('accept each reactivation consent once, also after the user left the code', async () => {
    await run(0, ...INIT);
    const disable = () => project.sim.admin.setActive('jane@example.com', false);
    disable();
    await run(2, 'plan', '--out', 'plan.json', '--reactivate', 'jane@example.com');
    const without = await run(1, 'apply', 'plan.json', '--auto-approve');
    expect([without.writes, without.err]).toEqual([0, expect.stringContaining('--reactivate "jane@example.com"')]);
    const consent = ['--auto-approve', '--reactivate', 'jane@example.com'];
    expect(await run(0, 'apply', 'plan.json', ...consent)).toMatchObject({ writes: 1 });
    disable();
    const again = await run(1, 'apply', 'plan.json', ...consent);
    expect([again.writes, userOf('jane')?.active]).toEqual([0, false]);
    expect(again.out).toMatch(/this consent was already used \(command line, \d{4}-\d\d-\d\dT[\d:.]+Z\)/);

    const consenting = { delinea_user: { jane: { ...jane('SRE').jane, reactivate: 'T-1' } } };
    project.declare(consenting);
    expect(await run(0, ...APPLY)).toMatchObject({ writes: 1 });
    project.declare({ delinea_user: {} });
    await run(0, ...APPLY, '--allow-removals', '1');
    expect(JSON.parse(project.read(LEDGER)!)).toMatchObject({
      objects: [],
      usedConsents: [{ consent: 'T-1' }, { consent: expect.stringMatching(/^command line, /) }],
    });
    project.declare(consenting);
    const refused = await run(1, ...APPLY);
    expect([refused.writes, userOf('jane')?.active]).toEqual([0, false]);
  });
});

describe('interrupted apply', () => {
  const until = async (done: () => boolean) => {
    while (!done()) await new Promise((resolve) => setTimeout(resolve, 5));
  };

  test('is finished by the next run without duplicates when it was killed', async () => {
    project.declare({ delinea_user: people(40) });
    project.sim.faults.set({ latencyMs: 25 });
    const { child, ended } = project.start(...INIT);
    await until(() => project.sim.requests.writes >= 15);
    child.kill('SIGKILL');
    expect((await ended).code).toBeNull();
    // The tenant still completes the requests that it has received.
    await new Promise((resolve) => setTimeout(resolve, 200));
    project.sim.faults.clear();
    const cut = ledgerAndTenant();
    expect(cut.there.length).toBeLessThan(40);
    expect(cut.there).toEqual(expect.arrayContaining(cut.ours));

    const missing = 40 - cut.there.length;
    expect((await run(2, 'plan')).out).toMatch(new RegExp(`Plan: .*\\b${missing} to add, 0 to change, 0 to remove`));
    expect(await run(0, ...APPLY)).toMatchObject({ writes: missing });
    const { ours, there, names } = ledgerAndTenant();
    expect(new Set(names).size).toBe(40);
    expect(there).toHaveLength(40);
    expect(ours).toEqual(there);
    await run(0, 'drift');
  });

  test('finishes its requests and records them in the ledger when it receives Ctrl-C', async () => {
    project.declare({ delinea_user: people(400) });
    project.sim.faults.set({ latencyMs: 200 });
    const { child, ended, waitForErr } = project.start(...INIT);
    await waitForErr(' of 400  u');
    child.kill('SIGINT');
    const { code, out, err } = await ended;
    project.sim.faults.clear();
    expect(code).toBe(4);
    expect(err).toMatch(/^\d+ of 400 {2}u\d+@example\.com\n/m);
    expect(err).toContain(
      '\nStopping: steps in progress finish, no other step starts. Press Ctrl-C again to end at once.\n',
    );
    const { ours, there } = ledgerAndTenant();
    expect(out).toContain(`Partly applied: ${ours.length} steps done and read back, ${400 - ours.length} not done.\n`);
    expect(ours).toEqual(there);
    expect(ours.length).toBeGreaterThan(0);
    expect(await run(2, 'plan')).toMatchObject({
      out: expect.stringContaining(`Plan: ${400 - ours.length} to add, 0 to change, 0 to remove.`),
    });
  });
});

test('apply.jsonl: it records user, time, plan, every write and its read-back', async () => {
  await run(0, ...INIT);
  project.declare({ delinea_user: jane('Lead') });
  await run(2, 'plan', '--out', 'plan.json');
  await run(0, 'apply', 'plan.json', '--auto-approve');
  const lines = project
    .read('apply.jsonl')!
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  const runs = [...new Set(lines.map((line) => line.run))];
  expect(runs).toHaveLength(2);
  expect(lines.every(({ at }) => Math.abs(Date.parse(at as string) - Date.now()) < 60_000)).toBe(true);
  const [start, ...rest] = lines.filter((line) => line.run === runs[1]);
  expect(start).toMatchObject({
    event: 'start',
    who: {
      user: expect.stringMatching(/./),
      host: expect.stringMatching(/./),
      accounts: expect.arrayContaining([project.sim.env.DELINEA_CLIENT_ID]),
    },
    stack: 'people',
    tenant: project.sim.url,
    plan: expect.stringMatching(/^[0-9a-f]{64}$/),
    command: 'apply',
  });
  const step = { event: 'step', address: 'delinea_user.jane', operation: 'update', id: userOf('jane')?.id };
  expect(rest).toMatchObject([
    { ...step, outcome: 'sending', request: 'update', changed: ['title'] },
    { ...step, outcome: 'written', request: expect.any(String) },
    { ...step, outcome: 'verified' },
    { event: 'end', converged: true, done: 1, failed: 0, cost: { writes: 1 } },
  ]);
  expect(new Set(lines.filter(({ event }) => event === 'start').map(({ plan }) => plan)).size).toBe(2);
  // The log holds no values, since it may be kept longer than personal data.
  expect(project.read('apply.jsonl')).not.toMatch(/Lead|SRE/);
});
