import { mkdtempSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ApplyLog } from './apply-log.js';
import { digestOf, parseLine } from './log-chain.js';
import { type LogReport, verifyLog } from './verify-log.js';

const head = {
  stack: 'people',
  tenant: 'https://acme.delinea.app',
  plan: 'abc',
  command: 'apply',
  origins: [],
  accounts: [],
};

/** One run: its number of events, and the number of bytes at its end that a kill left unwritten. */
interface MadeRun {
  readonly events: number;
  readonly cut: number;
}

/** Returns the bytes of a log with these runs as Latin 1, so that each character is one byte. */
async function logOf(runs: readonly MadeRun[], before = ''): Promise<string> {
  const path = join(mkdtempSync(join(tmpdir(), 'verify-')), 'apply.jsonl');
  writeFileSync(path, before, 'latin1');
  for (const { events, cut } of runs) {
    const log = await ApplyLog.open(path, head, (text) => text);
    for (let event = 0; event < events; event++) await log.write({ event: 'step', address: `ä${event}` });
    await log.close({ converged: true });
    truncateSync(path, readFileSync(path).length - cut);
  }
  return readFileSync(path, 'latin1');
}

function verify(text: string, size = 50, expected?: string): Promise<LogReport> {
  const bytes = Buffer.from(text, 'latin1');
  return verifyLog(
    (async function* () {
      for (let from = 0; from < bytes.length; from += size) yield bytes.subarray(from, from + size);
    })(),
    expected,
  );
}

const linesOf = (text: string) => text.trimEnd().split('\n');
const joined = (lines: readonly string[]) => `${lines.join('\n')}\n`;
const whole = (count: number): MadeRun[] => Array.from({ length: count }, () => ({ events: 2, cut: 0 }));
const sha = (text: string) => digestOf(Buffer.from(text, 'latin1'));

describe('verifyLog: an unchanged log', () => {
  test('is intact; reports lines, runs, times and the last digest', async () => {
    const text = await logOf(whole(3));
    const lines = linesOf(text);
    const at = (line: string) => (JSON.parse(line) as { at: string }).at;
    expect(await verify(text)).toEqual({
      holds: true,
      fault: undefined,
      lines: 12,
      runs: 3,
      from: at(lines[0]!),
      until: at(lines[11]!),
      unchained: 0,
      torn: [],
      openRuns: [],
      last: sha(lines[11]!),
    });
    expect(lines.map((line) => (JSON.parse(line) as { prev: string }).prev)).toEqual([
      '0'.repeat(64),
      ...lines.slice(0, -1).map(sha),
    ]);
  });

  test('is intact when a run was killed between two lines; that run has no end', async () => {
    const [first, , , end] = linesOf(await logOf(whole(1)));
    const text = await logOf([{ events: 2, cut: end!.length + 1 }, ...whole(1)]);
    expect(first).toBeDefined();
    expect(await verify(text)).toMatchObject({
      holds: true,
      runs: 2,
      torn: [],
      openRuns: [{ run: (JSON.parse(linesOf(text)[0]!) as { run: string }).run, line: 1 }],
    });
  });

  test('is intact with a torn line that the next run has recorded', async () => {
    const text = await logOf([{ events: 2, cut: 20 }, ...whole(1)]);
    const lines = linesOf(text);
    expect(JSON.parse(lines[4]!)).toMatchObject({
      event: 'start',
      torn: true,
      prev: sha(lines[3]!),
      tail: sha(`${lines[2]}\n${lines[3]}`),
    });
    expect(await verify(text)).toMatchObject({ holds: true, torn: [4], openRuns: [{ line: 1 }], runs: 2 });
  });

  test('is intact with a torn line at its end; the last digest covers the line before it too', async () => {
    const text = await logOf([{ events: 2, cut: 20 }]);
    const lines = linesOf(text);
    expect(await verify(text)).toMatchObject({ holds: true, torn: [4], last: sha(`${lines[2]}\n${lines[3]}`) });
  });

  test('is intact when the first line of a run was torn as well', async () => {
    const once = await logOf([{ events: 1, cut: 20 }, ...whole(1)]);
    const cut = once.slice(0, once.indexOf('\n', once.indexOf('"torn":true')) - 30);
    const text = await logOf(whole(1), cut);
    expect(await verify(text)).toMatchObject({ holds: true, torn: [3, 4], runs: 2, lines: 8 });
    // Changes and deletions between two torn lines are detected too.
    expect((await verify(text.replace('\n{"prev"', '\n {"prev"'))).holds).toBe(false);
    expect((await verify(joined(linesOf(text).filter((_, index) => index !== 2)))).holds).toBe(false);
    expect((await verify(joined(linesOf(text).filter((_, index) => index !== 1)))).holds).toBe(false);
  });

  test('is intact when only the last newline is missing, and can be continued', async () => {
    expect(await verify(await logOf([{ events: 2, cut: 1 }, ...whole(1)]))).toMatchObject({ holds: true, torn: [] });
  });
});

describe('verifyLog: a changed log', () => {
  test.each<[string, (lines: string[]) => string[], RegExp]>([
    [
      'a changed byte',
      (lines) => lines.with(4, lines[4]!.replace('people', 'peoplf')),
      /^6: does not have the digest of line 5/,
    ],
    [
      'a line that is not JSON any more',
      (lines) => lines.with(4, lines[4]!.replace(':', ';')),
      /^5: is not a JSON object/,
    ],
    ['a removed line', (lines) => lines.toSpliced(4, 1), /^5: does not have the digest of line 4/],
    ['a removed beginning', (lines) => lines.slice(1), /^1: is the first, but has the digest/],
    ['an inserted line', (lines) => lines.toSpliced(4, 0, lines[4]!), /^6: does not have the digest of line 5/],
    ['an inserted line without a link', (lines) => lines.toSpliced(4, 0, '{"event":"step"}'), /^5: has no digest/],
    ['an inserted empty line', (lines) => lines.toSpliced(4, 0, ''), /^5: is not a JSON object/],
    ['two swapped lines', (lines) => lines.with(4, lines[5]!).with(5, lines[4]!), /^5: does not have the digest/],
    ['rubbish at the end', (lines) => [...lines, 'x'], /^9: is not a JSON object/],
  ])('%s is reported with its line', async (_, change, found) => {
    const report = await verify(joined(change(linesOf(await logOf(whole(2))))));
    expect(report.holds).toBe(false);
    expect(`${report.fault?.line}: ${report.fault?.reason}`).toMatch(found);
  });

  test('reports a line that was made to look torn, even if the next start records it', async () => {
    const lines = linesOf(await logOf(whole(2)));
    const start = JSON.parse(lines[4]!) as object;
    const forged = lines.with(3, lines[3]!.slice(0, -9)).with(4, JSON.stringify({ ...start, torn: true }));
    expect((await verify(joined(forged))).fault).toMatchObject({ line: 5 });
  });

  test('reports a start that records a torn line after a whole one', async () => {
    const [start] = linesOf(await logOf(whole(1)));
    expect((await verify(`${start!.replace('{', '{"torn":true,')}\n`)).fault).toMatchObject({ line: 1 });
  });

  test('reports any change before the last whole line, and any other change alters the last digest', async () => {
    const run = fc.record({ events: fc.nat(2), cut: fc.nat(400) });
    await fc.assert(
      fc.asyncProperty(
        fc.array(run, { minLength: 1, maxLength: 4 }),
        fc.infiniteStream(fc.nat()),
        async (runs, draw) => {
          const next = (below: number) => (draw.next().value as number) % below;
          const text = await logOf([...whole(1), ...runs]);
          const honest = await verify(text, 1 + next(200));
          expect(honest.fault).toBeUndefined();
          const lines = text.split('\n').filter((line, index, all) => line !== '' || index < all.length - 1);
          const ended = text.endsWith('\n') ? '\n' : '';
          const lastWhole = lines.findLastIndex((line) => parseLine(Buffer.from(line, 'latin1')));
          const start = lines.slice(0, lastWhole).reduce((sum, line) => sum + line.length + 1, 0);
          const tampered = (changed: readonly string[]) => changed.join('\n') + (changed.length > 0 ? ended : '');
          for (let round = 0; round < 20; round++) {
            const position = next(text.length);
            const other = String.fromCharCode(text.charCodeAt(position) ^ (1 + next(255)));
            const [one, two] = [next(lines.length), next(lines.length)];
            const swapped = lines.with(one, lines[two]!).with(two, lines[one]!);
            const changes: [changed: string, mustBeFound: boolean][] = [
              [text.slice(0, position) + other + text.slice(position + 1), position < start - 1],
              [tampered(lines.toSpliced(one, 1)), one < lastWhole],
              [tampered(lines.toSpliced(one, 0, lines[one]!)), one < lastWhole],
              [tampered(swapped), one !== two && Math.min(one, two) < lastWhole],
            ];
            for (const [changed, mustBeFound] of changes) {
              if (changed === text) continue;
              const { fault, last } = await verify(changed, 1 + next(2_000));
              expect([fault !== undefined || (!mustBeFound && last !== honest.last), changed]).toEqual([true, changed]);
              // With the digest from before, only further lines pass.
              const noticed = (await verify(changed, 1 + next(2_000), honest.last)).fault !== undefined;
              expect([noticed || changed.startsWith(text.trimEnd()), changed]).toEqual([true, changed]);
            }
          }
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe('verifyLog: an expected digest', () => {
  test('is found at the last line, and at its line once others follow it', async () => {
    const text = await logOf(whole(2));
    const lines = linesOf(text);
    expect(await verify(text, 50, sha(lines[7]!))).toMatchObject({ holds: true, expected: { line: 8, after: 0 } });
    expect(await verify(text, 50, sha(lines[3]!))).toMatchObject({ holds: true, expected: { line: 4, after: 4 } });
  });

  test('is found of a torn line, also after the next run', async () => {
    const torn = await logOf([{ events: 2, cut: 30 }]);
    const { last } = await verify(torn);
    expect(await verify(torn, 50, last)).toMatchObject({ holds: true, expected: { line: 4, after: 0 } });
    const continued = await logOf(whole(1), torn);
    expect(await verify(continued, 50, last)).toMatchObject({ holds: true, expected: { line: 4, after: 4 } });
  });

  test('is missed when the end was cut off or replaced by a valid one', async () => {
    const text = await logOf(whole(2));
    const { last } = await verify(text);
    const cut = joined(linesOf(text).slice(0, 4));
    for (const changed of [cut, await logOf(whole(1), cut)]) {
      expect(await verify(changed)).toMatchObject({ holds: true });
      expect(await verify(changed, 50, last)).toMatchObject({
        holds: false,
        expected: undefined,
        fault: { line: 0, reason: expect.stringContaining('the end was cut off or replaced') },
      });
    }
  });
});

describe('verifyLog: a file that is not a log', () => {
  test('is read only until that is certain', async () => {
    expect(await verify('x\n'.repeat(100_000))).toMatchObject({ holds: false, lines: 1_000, fault: { line: 1_000 } });
    await expect(verify('x'.repeat(17 * 1024 * 1024), 1024 * 1024)).rejects.toThrow('a line is longer than');
  });
});

describe('verifyLog: a log without a chain', () => {
  const old = '{"run":"a","at":"2026-01-01T00:00:00.000Z","event":"start"}\n{"run":"a","event":"end"}\n';

  test('is not intact when it is empty', async () => {
    expect(await verify('')).toMatchObject({ holds: false, lines: 0, fault: { line: 0 }, last: undefined });
  });

  test('is not intact when all lines are older than the chain', async () => {
    expect(await verify(old)).toMatchObject({
      holds: false,
      unchained: 2,
      runs: 1,
      fault: { line: 1, reason: expect.stringContaining('not chained') },
    });
  });

  test('is protected by its last line from the next run on', async () => {
    const text = await logOf(whole(1), old);
    expect(await verify(text)).toMatchObject({ holds: true, unchained: 2, lines: 6, runs: 2, openRuns: [] });
    expect((await verify(text.replace('"end"', '"eno"'))).fault).toMatchObject({ line: 3 });
    expect((await verify(text.slice(old.length))).fault).toMatchObject({ line: 1 });
  });

  test('can be continued when its last line was torn', async () => {
    const text = await logOf(whole(1), `${old}{"run":"b","ev`);
    expect(await verify(text)).toMatchObject({ holds: true, unchained: 2, torn: [3], lines: 7 });
    expect((await verify(text.replace('"end"', '"eno"'))).fault).toMatchObject({ line: 4 });
  });
});
