import { linkSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { type LedgerLines, ledgerDigest, ledgerText, objectLine, ownerLine } from './ledger-lines.js';
import { changesSince, lossEvents, readLedgerRecord, recordEvents, refuseEdited } from './ledger-record.js';
import { digestOf as digestOfLine, NO_LINE } from './log-chain.js';

const LEDGER = '/somewhere/delinea-iac.people.json';
const TENANT = 'https://acme.delinea.app';

const user = (name: string, id = name) =>
  objectLine({ address: `delinea_user.${name}`, kind: 'user', id, surface: 'rest', key: { userName: name } });
const linesOf = (...objects: LedgerLines['objects']): LedgerLines => ({
  owner: ownerLine({ stack: 'people', tenant: 'https://acme.delinea.app' }),
  objects,
  consents: [],
  sets: [],
});
const digestOf = (lines: LedgerLines) => ledgerDigest(ledgerText(lines));
const file = (lines: LedgerLines) => ({ lines, digest: digestOf(lines) });
const index = (lines: LedgerLines) =>
  new Map([lines.owner, ...lines.objects].map(({ digest, name }) => [digest, name]));
const nothing = new Map<string, string>();

/** Returns a log with one chained line for each event. */
function logOf(...events: readonly object[]): string {
  let prev = NO_LINE;
  const lines = events.map((event) => {
    const line = JSON.stringify({ prev, ...event });
    prev = digestOfLine(Buffer.from(line));
    return `${line}\n`;
  });
  return logWith(lines.join(''));
}
function logWith(text: string): string {
  const path = join(mkdtempSync(join(tmpdir(), 'log-')), 'apply.jsonl');
  writeFileSync(path, text);
  return path;
}
const recordIn = async (log: string) => (await readLedgerRecord(log, LEDGER, TENANT)).record;
const inRun = (run: string, events: readonly object[]) => events.map((event) => ({ run, ...event }));
const end = (run: string) => ({ run, event: 'end' });

const one = linesOf(user('jane'));
const two = linesOf(user('jane'), user('tom'));
const three = linesOf(user('jane'), user('tom'), user('ann'));
const first = recordEvents(LEDGER, nothing, one, digestOf(one));
const second = recordEvents(LEDGER, index(one), two, digestOf(two));
const third = recordEvents(LEDGER, index(two), three, digestOf(three));

describe('readLedgerRecord', () => {
  const others = inRun('1', recordEvents('other.json', nothing, one, digestOf(one)));
  test.each([
    ['there is no log', '/nowhere/apply.jsonl', false],
    ['the log is empty', logOf(), true],
    ['the log has only other ledgers', logOf(...others), true],
    ['the log is older than this record', logOf({ run: '1', event: 'start' }, end('1')), true],
    ['the log is older than digests', logWith('{"run":"1","event":"start"}\n{"run":"1","event":"end"}\n'), true],
  ])('returns no record when %s', async (_, log, hasLog) => {
    expect(await readLedgerRecord(log, LEDGER, TENANT)).toEqual({
      ...{ hasLog, record: undefined, earlier: [], unverified: [] },
    });
  });

  const whole = () =>
    readFileSync(logOf({ run: '1', event: 'start' }, ...inRun('1', [...first, ...second]), end('1')), 'utf8');
  test.each<[string, (text: string) => string, string]>([
    [
      'the digest is replaced',
      (text) => text.replaceAll(digestOf(two), digestOf(three)),
      'line 4 does not have the digest of line 3',
    ],
    [
      'the name of the ledger is replaced',
      (text) => text.replaceAll('people', 'robots'),
      'line 3 does not have the digest of line 2',
    ],
    [
      'the lines of ledgers are removed',
      (text) => text.replace(/^.*"event":"ledger".*\n/gm, ''),
      'line 2 does not have the digest of line 1',
    ],
    ['the digests of lines are removed', (text) => text.replaceAll(/"prev":"\w+",/g, ''), 'line 1 is not chained'],
    ['a line is not JSON', (text) => text.replace('"run":"1","event":"start"', '"run'), 'line 1 is not a JSON object'],
    [
      'its beginning is removed',
      (text) => text.slice(text.indexOf('\n') + 1),
      'line 1 is the first, but has the digest of a line before it',
    ],
  ])('refuses a log whose chain does not hold: %s', async (_, change, reason) => {
    const log = logWith(change(whole()));
    await expect(readLedgerRecord(log, LEDGER, TENANT)).rejects.toMatchObject({
      code: 'ledger_edited',
      path: log,
      message: expect.stringContaining(`the log does not hold, so the ledger cannot be checked against it: ${reason}`),
      hint: expect.stringContaining('verify-log'),
    });
    expect((await recordIn(logWith(whole())))?.last).toBe(digestOf(two));
  });

  test('accepts a line that a killed run, or one that is still writing, did not finish', async () => {
    expect((await recordIn(logWith(`${whole()}{"prev":"0`)))?.last).toBe(digestOf(two));
  });

  test('returns the losses of one tenant and one day', async () => {
    const loss = (id: string) => ({ key: `user ${id}`, label: id, kind: 'user', people: [`user ${id}`] });
    const ago = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString();
    const run = (run: string, tenant: string, at: string, ...losses: readonly object[]) => [
      { run, at, event: 'start', tenant },
      ...lossEvents(losses as Parameters<typeof lossEvents>[0]).map((event) => ({ run, at, ...event })),
    ];
    const log = logOf(
      ...run('1', TENANT, ago(25), loss('old')),
      ...run('2', TENANT, ago(23), loss('jane'), { ...loss('x'), kind: 'another' }),
      ...run('3', 'https://other.delinea.app', ago(1), loss('tom')),
      ...run('4', TENANT, ago(0), ...Array.from({ length: 201 }, (_, index) => loss(`u${index}`))),
      { run: '4', at: ago(0), event: 'losses', losses: [{ key: 1 }] },
    );
    const { earlier } = await readLedgerRecord(log, LEDGER, TENANT);
    expect(earlier.slice(0, 2)).toEqual([loss('jane'), loss('u0')]);
    expect(earlier).toHaveLength(202);
  });

  test('refuses a log with two names', async () => {
    const log = logOf(...inRun('1', first));
    linkSync(log, `${log}.copy`);
    await expect(readLedgerRecord(log, LEDGER, TENANT)).rejects.toMatchObject({ code: 'file_refused' });
  });

  test('accepts only the last digest after a run that ended', async () => {
    const log = logOf(...inRun('1', [...first, ...second]), end('1'), { run: '2', event: 'start' }, end('2'));
    const record = await recordIn(log);
    expect([...record!.digests]).toEqual([digestOf(two)]);
    expect([...record!.lines.values()].sort()).toEqual([...index(two).values()].sort());
  });

  test('accepts each digest of a run that was killed and the one before it, also after runs of other stacks', async () => {
    const killed = inRun('2', [...second, ...third]);
    const log = logOf(...inRun('1', first), end('1'), ...killed, { run: '3', event: 'start' }, end('3'));
    const record = await recordIn(log);
    expect([...record!.digests]).toEqual([one, two, three].map(digestOf));
    expect(record!.last).toBe(digestOf(three));
  });

  test('drops a record that a killed run did not finish', async () => {
    const many = linesOf(...Array.from({ length: 450 }, (_, number) => user(`u${number}`)));
    const parts = recordEvents(LEDGER, nothing, many, digestOf(many));
    expect(parts.map(({ digest }) => digest)).toEqual([undefined, undefined, digestOf(many)]);
    expect(Math.max(...parts.map((part) => JSON.stringify(part).length))).toBeLessThan(20_000);
    const log = logOf(...inRun('1', first), end('1'), ...inRun('2', parts.slice(0, 2)), ...inRun('3', second));
    const record = await recordIn(log);
    expect(changesSince(record!, file(two))).toBe('');
  });

  test('passes over lines that are not what they seem', async () => {
    const foul = [
      { run: '1', event: 'ledger', file: 'delinea-iac.people.json' },
      { run: '1', event: 'ledger', file: 'delinea-iac.people.json', added: 'x', removed: [1], digest: 'x' },
      { run: '1', event: 'step', label: '"event":"ledger"' },
    ];
    expect((await recordIn(logOf(...foul, ...inRun('1', first))))!.last).toBe(digestOf(one));
  });
});

describe('refuseEdited', () => {
  const record = { last: digestOf(two), digests: new Set([digestOf(two)]), lines: index(two) };
  const edited = (lines: LedgerLines) => () => refuseEdited(record, file(lines), LEDGER);

  test('accepts the recorded ledger', () => {
    expect(edited(two)).not.toThrow();
  });

  test.each([
    ['added delinea_user.ann', three],
    ['removed delinea_user.tom', one],
    ['changed delinea_user.jane', linesOf(user('jane', 'id-of-another'), user('tom'))],
    ['added delinea_user.ann; removed delinea_user.tom', linesOf(user('jane'), user('ann'))],
    ['its text differs', linesOf(user('jane'), user('tom'), user('tom'))],
  ])('names what differs: %s', (text, lines) => {
    expect(edited(lines)).toThrow(
      expect.objectContaining({
        code: 'ledger_edited',
        path: LEDGER,
        message: `the ledger was edited since the last apply: ${text}`,
        hint: expect.stringContaining(`accept-ledger ${digestOf(lines)}`),
      }),
    );
  });

  test('counts what is more than twenty', () => {
    const many = linesOf(...two.objects, ...Array.from({ length: 30 }, (_, number) => user(`u${number}`)));
    expect(edited(many)).toThrow(/ and 10 more$/);
  });
});

test('readLedgerRecord: has the recent writes that were not read back', async () => {
  const at = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
  const step = (name: string, outcome: string, ago = 1) => ({
    ...{ run: '1', at: at(ago), event: 'step', address: `delinea_user.${name}`, label: name, outcome },
  });
  const steps = [
    ...[step('sent', 'sending'), step('lost', 'sending'), step('lost', 'written'), step('lost', 'failed')],
    ...[step('done', 'sending'), step('done', 'written'), step('done', 'verified')],
    ...[step('refused', 'sending'), step('refused', 'failed'), step('old', 'written', 11)],
  ];
  const log = logOf({ run: '1', at: at(2), event: 'start', tenant: TENANT }, ...steps);
  const { unverified } = await readLedgerRecord(log, LEDGER, TENANT);
  expect(unverified.map(({ label }) => label)).toEqual(['sent', 'lost']);
});
