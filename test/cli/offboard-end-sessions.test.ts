import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { openProject, type Project } from '../support/cli/project.js';

const JANE = 'jane@example.com';
const TOM = 'tom@example.com';
const END = ['offboard', JANE, '--auto-approve', '--end-sessions'] as const;

let project: Project;
beforeEach(async () => {
  project = await openProject({ data: { users: [{ userName: TOM }, { userName: JANE }] } });
  for (const name of [TOM, JANE, JANE]) project.sim.admin.openSession(name);
  for (const name of [TOM, JANE]) project.sim.admin.openCheckout(name);
});
afterEach(() => project.close());

const isActive = () => project.sim.state().users.find(({ userName }) => userName === JANE)?.active;

/** Returns the writes to Secret Server, in order. */
const writes = () =>
  project.sim.log.flatMap(({ method, path }) =>
    method === 'GET' || !path.startsWith('/SecretServer/api')
      ? []
      : [`${method} ${path.slice('/SecretServer/api'.length)}`],
  );
const fail = (path: string, status = 403) => project.sim.faults.set({ faults: [{ kind: 'status', status, path }] });

/** Returns the open sessions and check-outs of another account, as an off-boarding without the flag lists them. */
async function left(name: string): Promise<object[]> {
  project.sim.faults.clear();
  const { out } = await project.run('offboard', name, '--auto-approve', '--json');
  return (JSON.parse(out) as { work: object[] }).work;
}

describe('offboard --end-sessions', () => {
  test('disables the account first, then ends what it has open, and nothing of others', async () => {
    const { code, out } = await project.run(...END);
    expect(out).toContain(
      `Sessions of ${JANE}:\n  - log-ins: ended\n  - sessions: none is open\n  - check-outs: 1 ended and read back\n`,
    );
    expect([code, isActive()]).toEqual([0, false]);
    const changes = project.sim.log.filter(({ method, path }) => method !== 'GET' && !path.includes('token'));
    expect(changes.map(({ method, path }) => `${method} ${path}`)).toEqual([
      expect.stringMatching(/^PATCH \/api\/v1\/users\//),
      'POST /SecretServer/api/v1/bulk-user-operations/force-logout',
      'POST /SecretServer/api/v1/secrets/2/check-in',
    ]);
    expect(await left(TOM)).toMatchObject([{ open: 1 }, { open: 1 }]);
  });

  test('without the flag, ends nothing and lists what is open', async () => {
    const { code, out } = await project.run('offboard', JANE, '--auto-approve');
    expect(code).toBe(2);
    expect(out).toContain('  - sessions: 2 open (Simulated secret, Simulated secret)\n');
    expect(out).toContain('  - check-outs: 1 open (Simulated secret 2)\n');
    expect(writes()).toEqual([]);
  });

  test('ends each session when the log-out is refused, names its permission and exits with 4', async () => {
    fail('force-logout');
    const { code, out } = await project.run(...END);
    expect(code).toBe(4);
    expect(out).toMatch(/ - log-ins: not ended: .*403.*\. It needs the permission "Administer Users"\n/);
    expect(out).toContain('  - sessions: 2 ended and read back\n  - check-outs: 1 ended and read back\n');
    expect(out).toContain('Off-boarding is not complete: ');
    expect(out).toContain('; log-ins not ended.\n');
    expect(writes().filter((line) => line === 'PATCH /v1/secrets/launcher-sessions')).toHaveLength(2);
    expect(await left(TOM)).toMatchObject([{ open: 1 }, { open: 1 }]);
  });

  test('names the permission of a refused check-in, and that it is still open', async () => {
    fail('check-in');
    const { code, out } = await project.run(...END);
    expect(code).toBe(4);
    expect(out).toMatch(
      /check-outs: 0 ended and read back; 1 STILL OPEN \(Simulated secret 2\): .*403.*permission "Force Check In"\n/,
    );
    expect(out).toContain('  - check-outs: 1 open (Simulated secret 2)\n');
  });

  test('reports what is still open after the service accepted the write, and exits with 2', async () => {
    project.sim.admin.setActive(JANE, false);
    project.sim.faults.set({ visibilityDelayMs: 60_000 });
    const { code, out } = await project.run(...END);
    expect([code, out]).toEqual([
      2,
      expect.stringContaining('0 ended and read back; 1 STILL OPEN (Simulated secret 2)\n'),
    ]);
    expect(writes().filter((line) => line.endsWith('check-in'))).toHaveLength(1);
  });

  test('reads until a session that ends late has ended', async () => {
    project.sim.admin.setActive(JANE, false);
    project.sim.faults.set({ visibilityDelayMs: 150 });
    const { code, out } = await project.run(...END);
    expect([code, out]).toEqual([0, expect.stringContaining('check-outs: 1 ended and read back\n')]);
  });

  test('sends a write once when its response is lost, and finds by reading that it was executed', async () => {
    project.sim.faults.set({ faults: [{ kind: 'resetAfter', method: 'POST', path: 'check-in' }] });
    const { code, out } = await project.run(...END);
    expect([code, out]).toEqual([0, expect.stringContaining('check-outs: 1 ended and read back\n')]);
    expect(writes().filter((line) => line.endsWith('check-in'))).toHaveLength(1);
  });

  test('disables the account and exits with 5 when Secret Server is not configured', async () => {
    const { code, out } = await project.runWith({ DELINEA_SECRET_SERVER_URL: '' }, ...END);
    const unset = 'Secret Server REST is not configured: set DELINEA_SECRET_SERVER_URL';
    expect([code, isActive()]).toEqual([5, false]);
    expect(out).toContain(`  - sessions: not ended, and not known: ${unset}\n`);
    expect(out).toContain(`Not read, so not known:\n  - sessions: ${unset}\n  - check-outs: ${unset}\n`);
  });

  test('exits with 5 when sessions cannot be read, and ends the check-outs', async () => {
    fail('recorded-sessions');
    const { code, out } = await project.run(...END);
    expect(code).toBe(5);
    expect(out).toMatch(/sessions: not ended, and not known: .*403.*"View Session Monitoring"\n/);
    expect(out).toContain('  - check-outs: 1 ended and read back\n');
  });

  test('ends nothing when a guard refuses the off-boarding, and needs confirmation for a disabled account', async () => {
    const refused = await project.runWith({ DELINEA_PROTECTED_PRINCIPALS: JSON.stringify([JANE]) }, ...END);
    expect(refused.code).toBe(3);
    project.sim.admin.setActive(JANE, false);
    expect((await project.run('offboard', JANE, '--end-sessions')).code).toBe(1);
    expect(writes()).toEqual([]);
  });

  test.each([
    ['is disabled already', undefined],
    ['stays enabled, since its surface cannot disable it', 'platform-identity'],
  ])('ends nothing of a protected account that %s, unless it is named', async (_, profile) => {
    const env = {
      DELINEA_PROTECTED_PRINCIPALS: JSON.stringify([JANE.toUpperCase()]),
      ...(profile !== undefined && { DELINEA_PROFILE: profile }),
    };
    if (!profile) project.sim.admin.setActive(JANE, false);
    const refused = await project.runWith(env, ...END);
    expect([refused.code, refused.err]).toEqual([3, expect.stringContaining('--allow-principal')]);
    expect(refused.err).toContain(`the sessions of ${JANE.toUpperCase()} would end`);
    expect(writes()).toEqual([]);
    const allowed = await project.runWith(env, ...END, '--allow-principal', JANE);
    expect(allowed.out).toContain('  - check-outs: 1 ended and read back\n');
  });

  test('has each write in the log and the result in the record', async () => {
    const { out } = await project.run(...END, '--json');
    expect(JSON.parse(out)).toMatchObject({
      ended: [
        { what: 'log-ins', open: [] },
        { what: 'sessions', ended: 0, open: [] },
        { what: 'check-outs', ended: 1, open: [] },
      ],
    });
    const lines = project.read('apply.jsonl')!.trim().split('\n');
    const events = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(events.filter(({ event }) => event === 'end-session')).toMatchObject([
      { what: 'log-ins', outcome: 'sending' },
      { what: 'log-ins', outcome: 'written' },
      { what: 'check-outs', id: '2', outcome: 'sending' },
      { what: 'check-outs', id: '2', outcome: 'written' },
    ]);
    expect((await project.run('verify-log')).code).toBe(0);
  });
});
