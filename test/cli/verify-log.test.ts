import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { LogReport } from '../../src/embedded/index.js';
import { openProject, type Project } from '../support/cli/project.js';

const APPLY = ['apply', '--auto-approve', '--init-ledger'] as const;
const people = (count: number) =>
  Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`u${index}`, { user_name: `u${index}@example.com` }]),
  );

interface Line {
  readonly run: string;
  readonly event: string;
  readonly outcome?: string;
  readonly label?: string;
}

let project: Project;
beforeEach(async () => {
  project = await openProject();
});
afterEach(() => project.close());

const log = () => project.read('apply.jsonl')!;
const linesOf = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
const sent = () => linesOf(log()).flatMap(({ outcome, label }) => (outcome === 'sending' ? [label!] : []));
const created = () => project.sim.state().users.map(({ userName }) => userName);
const verified = async (...args: string[]) =>
  JSON.parse((await project.run('verify-log', '--json', ...args)).out) as LogReport;

describe('log of a killed apply', () => {
  /** Kills an apply. From the ninth write on the tenant completes the requests without a response. */
  async function killed(): Promise<void> {
    project.declare({ delinea_user: people(20) });
    project.sim.faults.set({
      faults: [
        { kind: 'timeoutAfter', method: 'POST', path: '/users', at: Array.from({ length: 12 }, (_, at) => at + 9) },
      ],
    });
    const { child, ended } = project.start(...APPLY);
    while (created().length < 10) await new Promise((resolve) => setTimeout(resolve, 5));
    child.kill('SIGKILL');
    expect((await ended).code).toBeNull();
    project.sim.faults.clear();
  }

  test('has every completed write, and the chain verifies after the next run', async () => {
    await killed();
    expect(sent()).toEqual(expect.arrayContaining(created()));
    const written = linesOf(log()).filter(({ outcome }) => outcome === 'written');
    expect(created().length).toBeGreaterThan(written.length);

    const [{ run: dead }] = linesOf(log()) as [Line];
    const cut = await project.run('verify-log');
    expect([cut.code, cut.writes]).toEqual([0, 0]);
    expect(cut.out).toContain(`run ${dead} (line 1`);
    expect(cut.out).toMatch(/has no end: it was killed or is still running\n/);

    expect((await project.run(...APPLY)).code).toBe(0);
    expect(new Set(created()).size).toBe(20);
    const { code, out, err } = await project.run('verify-log');
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain(`run ${dead} (line 1`);
    expect(out).toContain('\nThe log is intact.\n');
    expect(await verified()).toMatchObject({ holds: true, runs: 2, torn: [], openRuns: [{ run: dead, line: 1 }] });
    expect(new Set(sent())).toEqual(new Set(created()));
  });

  test('is continued after a torn line, which verify-log reports', async () => {
    await killed();
    project.write('apply.jsonl', `${log()}{"prev":"`);
    expect(await verified()).toMatchObject({ holds: true, torn: [linesIn(log())], runs: 1 });
    expect((await project.run(...APPLY)).code).toBe(0);
    const torn = log().split('\n').indexOf('{"prev":"');
    expect(JSON.parse(log().split('\n')[torn + 1]!)).toMatchObject({ event: 'start', torn: true });
    const { code, out } = await project.run('verify-log');
    expect([code, out]).toEqual([
      0,
      expect.stringContaining(`line ${torn + 1} is incomplete: the run that wrote it was killed`),
    ]);
  });
});

describe('changed log', () => {
  beforeEach(async () => {
    project.declare({ delinea_user: people(3) });
    expect((await project.run(...APPLY)).code).toBe(0);
  });

  test('fails verification with the line number when a line was edited or removed', async () => {
    const honest = log();
    project.write('apply.jsonl', honest.replace('u1@example.com', 'u9@example.com'));
    const broken = await project.run('verify-log');
    expect([broken.code, broken.out]).toEqual([1, expect.stringContaining('The log is not intact.')]);
    expect(broken.err).toMatch(/^Error: the log cannot be verified: line \d+ does not have the digest of line/);
    expect(broken.err).toContain('  at: apply.jsonl\n');
    project.write('apply.jsonl', honest.split('\n').toSpliced(3, 1).join('\n'));
    const removed = await project.run('verify-log', '--json');
    expect(removed.code).toBe(1);
    expect(JSON.parse(removed.out)).toMatchObject({ file: 'apply.jsonl', holds: false, fault: { line: 4 } });
    project.write('apply.jsonl', honest);
    expect((await project.run('verify-log')).code).toBe(0);
  });

  test('has the digest that the apply printed, also when later runs follow', async () => {
    project.declare({ delinea_user: people(4) });
    const { out } = await project.run(...APPLY);
    const [, digest] = /Last line of <folder>\/apply\.jsonl: sha256 ([\da-f]{64})\n.*--expect/.exec(out) ?? [];
    expect(await verified('--expect', digest!)).toMatchObject({ holds: true, last: digest, expected: { after: 0 } });
    await project.run('offboard', 'u1@example.com', '--auto-approve');
    const { code, out: later } = await project.run('verify-log', '--expect', digest!.toUpperCase());
    expect([code, later]).toEqual([
      0,
      expect.stringMatching(/the expected digest is that of line \d+, \d lines after it\n/),
    ]);
    expect((await project.run('verify-log', '--expect', 'x')).err).toContain('It must be 64 hexadecimal digits.');
  });

  test('lacks the expected digest when its end was replaced by that of another run', async () => {
    const { last } = await verified();
    project.write('apply.jsonl', log().trimEnd().split('\n').slice(0, -1).concat('').join('\n'));
    project.declare({ delinea_user: people(4) });
    expect((await project.run(...APPLY)).code).toBe(0);
    expect((await project.run('verify-log')).code).toBe(0);
    const { code, out, err } = await project.run('verify-log', '--expect', last!);
    expect([code, out, err]).toEqual([
      1,
      expect.stringContaining('The log is not intact.'),
      expect.stringContaining(
        `the log cannot be verified: no line has the expected digest ${last}: the end was cut off`,
      ),
    ]);
  });

  test('verifies with another last digest when its end was removed', async () => {
    const { last } = await verified();
    project.write('apply.jsonl', log().trimEnd().split('\n').slice(0, -1).concat('').join('\n'));
    const cut = await verified();
    expect([cut.holds, cut.last === last]).toEqual([true, false]);
  });

  test('fails verification when its lines have no chain, until the next apply chains to it', async () => {
    // Versions without digests of lines did not record the ledger either.
    const old = log()
      .replace(/"prev":"\w+",/g, '')
      .replace(/^.*"event":"ledger".*\n/gm, '');
    project.write('old.jsonl', old);
    const before = await project.run('verify-log', 'old.jsonl');
    expect([before.code, before.err]).toEqual([1, expect.stringContaining('line 1 is not chained')]);
    project.write('apply.jsonl', old);
    project.declare({ delinea_user: people(4) });
    expect((await project.run(...APPLY)).code).toBe(0);
    const { code, out } = await project.run('verify-log');
    expect([code, out]).toEqual([
      0,
      expect.stringContaining(`lines 1 to ${linesIn(old)} are not chained: an earlier version wrote them\n`),
    ]);
  });

  test('is an error when it is empty, missing or a folder', async () => {
    project.write('empty.jsonl', '');
    for (const [file, message] of [
      ['empty.jsonl', 'it is empty'],
      ['missing.jsonl', 'the log does not exist'],
      ['.', 'the log is a folder, not a file'],
    ] as const) {
      expect(await project.run('verify-log', file)).toMatchObject({ code: 1, err: expect.stringContaining(message) });
    }
  });

  test('is printed without terminal control characters', async () => {
    project.write('apply.jsonl', `${JSON.stringify({ prev: '0'.repeat(64), event: 'start', run: '\u001b[2J' })}\n`);
    expect((await project.run('verify-log')).out).not.toContain('\u001b');
  });
});

test('log of two stacks in one folder: the second apply is refused before its first write', async () => {
  project.declare({ delinea_user: people(1) });
  project.sim.faults.set({ faults: [{ kind: 'timeoutAfter', method: 'POST', path: '/users' }] });
  const { child, ended } = project.start(...APPLY);
  while (created().length < 1) await new Promise((resolve) => setTimeout(resolve, 5));
  project.sim.faults.clear();
  project.declare({ delinea_user: people(2) }, { '//': { metadata: { stackName: 'robots' } } });
  const before = log();
  const other = await project.run(...APPLY);
  expect(other).toMatchObject({ code: 1, writes: 0 });
  expect(other.err).toContain(`the log is locked by process ${child.pid} of `);
  expect(log()).toBe(before);
  child.kill('SIGKILL');
  await ended;
  expect((await project.run(...APPLY)).code).toBe(0);
  expect(await verified()).toMatchObject({ holds: true, runs: 2 });
});

function linesIn(text: string): number {
  return text.replace(/\n$/, '').split('\n').length;
}
