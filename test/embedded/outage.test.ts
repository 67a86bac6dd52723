import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { DelineaError, DelineaErrors } from '../../src/provider/index.js';
import type { LogEntry } from '../../src/simulator/index.js';
import { failuresOf, stepsOf } from '../support/assert/facts.js';
import { openProject, type Project } from '../support/cli/project.js';
import { grant, group, membersOf, user } from '../support/tenant/declare.js';
import { openWorkbench, type Workbench, type WorkbenchOptions } from '../support/tenant/workbench.js';

const SWITCHES_OFF_AT = 20;

let bench: Workbench | undefined;
let project: Project | undefined;
beforeEach(() => {
  // No pauses between attempts.
  jest.spyOn(Math, 'random').mockReturnValue(0);
});
afterEach(async () => {
  jest.restoreAllMocks();
  await bench?.close();
  await project?.close();
  bench = project = undefined;
});

async function open(options: WorkbenchOptions = {}): Promise<Workbench> {
  bench = await openWorkbench({ data: { containers: ['prod'] }, ...options });
  return bench;
}

const crowd = (count: number) =>
  Array.from({ length: count }, (_, index) => user(`p${String(index).padStart(3, '0')}`));

const OUTAGE = { faults: [{ kind: 'status', status: 503, path: '^/(api|scim)/' }] } as const;

/** Returns the longest series of consecutive errors per surface, as the service saw them. */
function longestRows(log: readonly LogEntry[]): Record<string, number> {
  const [rows, longest]: Record<string, number>[] = [{}, {}];
  for (const { surface, status } of log) {
    if (status >= 400 && status < 500) continue;
    rows![surface] = status >= 200 && status < 400 ? 0 : (rows![surface] ?? 0) + 1;
    longest![surface] = Math.max(longest![surface] ?? 0, rows![surface]!);
  }
  return longest!;
}

const errorsOf = (error: unknown): readonly DelineaError[] => {
  if (error instanceof DelineaErrors) return error.errors;
  if (error instanceof DelineaError) return [error];
  throw error;
};

describe('plan during an outage', () => {
  test.each([1, 8, 64])(
    'stops before the connector limit and reports the distance with %d workers',
    async (concurrency) => {
      const { sim, plan } = await open({ provider: { concurrency } });
      sim.faults.set(OUTAGE);
      const all = [...crowd(100), group('sre', membersOf(...crowd(3))), grant('g', 'prod', group('ops'), 'View')];
      const errors = errorsOf(
        await plan([...all, group('ops')]).then(
          () => undefined,
          (error) => error,
        ),
      );
      expect(errors.map(({ code }) => code)).toContain('stopped');
      const rows = longestRows(sim.log);
      for (const [surface, row] of Object.entries(rows)) {
        expect([surface, row < SWITCHES_OFF_AT || surface === 'token']).toEqual([surface, true]);
      }
      for (const { message, code } of errors.filter(({ code }) => code === 'stopped')) {
        const [, reported, short] =
          /after (\d+) errors in a row of the .*, (\d+) fewer than the 20 /.exec(message) ?? [];
        expect([code, Object.values(rows).includes(Number(reported)), Number(reported) + Number(short)]).toEqual([
          'stopped',
          true,
          SWITCHES_OFF_AT,
        ]);
      }
    },
  );
});

describe('apply during an outage', () => {
  test.each([
    [1, 0],
    [8, 30],
    [64, 100],
  ])('stops and skips the rest with %d workers when the outage begins after %d steps', async (concurrency, after) => {
    const { sim, plan, apply } = await open({ provider: { concurrency } });
    const all = [...crowd(200), group('sre', membersOf(...crowd(3)))];
    const made = await plan(all);
    sim.resetRequests();
    if (after === 0) sim.faults.set(OUTAGE);
    const result = await apply(made, { progress: ({ done }) => void (done === after && sim.faults.set(OUTAGE)) });
    expect([result.written, result.converged]).toEqual([after > 0, false]);
    expect(result.done).toBeGreaterThanOrEqual(after);
    expect(result.done + result.failures.length).toBe(all.length);
    const codes = new Set(result.failures.map(({ error }) => error.code));
    expect([codes.has('stopped'), codes.has('skipped')]).toEqual([true, true]);
    expect(sim.log.filter(({ status }) => status === 503).length).toBeGreaterThanOrEqual(5);
    expect(Math.max(...Object.values(longestRows(sim.log)))).toBeLessThan(SWITCHES_OFF_AT);
    const untried = result.failures.filter(({ error }) => error.code === 'skipped').map(({ error }) => error.message);
    expect(
      untried.filter((message) => /(not attempted: stopped after .* fewer than the 20 )|failed$/.test(message)),
    ).toEqual(untried);
    sim.faults.clear();
    for (let run = 0; run < 2; run++) await apply(await plan(all));
    expect(stepsOf(await plan(all))).toEqual([]);
    expect(sim.state().users).toHaveLength(200);
  });

  test('stops when only writes fail', async () => {
    const { sim, plan, apply } = await open({ provider: { concurrency: 1, visibilitySeconds: 0.1 } });
    const made = await plan(crowd(30));
    sim.faults.set({ faults: [{ kind: 'status', status: 500, method: 'POST', path: '/api/v1/users' }] });
    const result = await apply(made);
    const codes = result.failures.map(({ error }) => error.code);
    expect([codes.filter((code) => code === 'skipped').length, result.written]).toEqual([25, true]);
    expect(result.failures.find(({ error }) => error.code === 'skipped')?.error.message).toBe(
      'not attempted: 5 steps in a row failed with errors of the service, which had at most 4 errors in a row, 16 fewer than the 20 at which the on-prem connector disables itself for all clients',
    );
  });

  test('continues when a success follows every four errors', async () => {
    const { sim, plan, apply } = await open({ provider: { concurrency: 1 } });
    const made = await plan(crowd(20));
    const at = Array.from({ length: 400 }, (_, index) => index + 1).filter((number) => number % 5 !== 0);
    sim.faults.set({ faults: [{ kind: 'status', status: 503, method: 'GET', path: '/api/v1/users', at }] });
    expect(failuresOf(await apply(made))).toEqual([]);
    expect(longestRows(sim.log).rest).toBe(4);
  });

  test('stops for the failing surface alone and names it', async () => {
    const { sim, plan, apply } = await open({ provider: { concurrency: 1 } });
    const people = crowd(3);
    const made = await plan([...people, group('sre', membersOf(...people)), group('ops')]);
    sim.faults.set({ faults: [{ kind: 'status', status: 503, path: '/Groups' }] });
    const result = await apply(made);
    const stopped = result.failures.filter(({ error }) => error.code === 'stopped');
    expect(stopped).toHaveLength(1);
    expect(stopped[0]?.error.message).toMatch(/503.*; stopped after 5 errors in a row of the Platform SCIM/);
    expect(longestRows(sim.log)).toMatchObject({ rest: 0, scim: 5 });
  });
});

describe('outage on the command line', () => {
  const people = Object.fromEntries(
    Array.from({ length: 12 }, (_, index) => [
      `u${index}`,
      { user_name: `u${index}@example.com`, external_id: `${index}` },
    ]),
  );
  const DISTANCE = '15 fewer than the 20 at which the on-prem connector disables itself for all clients';

  const openPeople = async (provider: object) => {
    project = await openProject({ provider: { concurrency: 1, ...provider } });
    project.declare({ delinea_user: people });
    return project;
  };

  test('makes plan exit with 5', async () => {
    const { sim, run } = await openPeople({ retries: 4 });
    sim.faults.set(OUTAGE);
    const { code, writes, err } = await run('plan');
    expect([code, writes]).toEqual([5, 0]);
    expect(err).toContain(DISTANCE);
  });

  test('makes apply exit with 5 and report the distance to the connector limit when it begins after the plan', async () => {
    const { sim, run } = await openPeople({ retries: 1 });
    sim.faults.set({ faults: [{ ...OUTAGE.faults[0], path: '/api/v1/users', at: outageFrom(2) }] });
    const { code, writes, out } = await run('apply', '--init-ledger', '--auto-approve');
    expect([code, writes]).toEqual([5, 0]);
    expect(out).toContain(DISTANCE);
    expect(out).toContain('not attempted: stopped after 5 errors in a row of the ');
    expect(out).toContain('Not applied: 0 steps done, nothing was written to the tenant, 12 not done.');
    expect(sim.requests.byRoute['GET /api/v1/users']).toBe(6);
  });
});

/** Returns the numbers of all requests from this one on. */
function outageFrom(first: number): number[] {
  return Array.from({ length: 100 }, (_, index) => first + index);
}
