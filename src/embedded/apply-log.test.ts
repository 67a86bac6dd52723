import { appendFileSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from '@jest/globals';
import { ApplyLog } from './apply-log.js';
import { digestOf } from './log-chain.js';

const head = {
  stack: 'people',
  tenant: 'https://acme.delinea.app',
  plan: 'abc',
  command: 'apply',
  origins: ['https://acme.delinea.app'],
  accounts: ['robot'],
};
const newPath = () => join(mkdtempSync(join(tmpdir(), 'log-')), 'apply.jsonl');
const lines = (path: string) =>
  readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

test('ApplyLog: writes head, events in order and end of a run, and appends further runs', async () => {
  const path = newPath();
  for (const run of [1, 2]) {
    const log = await ApplyLog.open(path, head, (text) => text);
    await Promise.all([
      log.write({ event: 'step', address: 'a', run: undefined }),
      log.write({ event: 'step', address: 'b' }),
    ]);
    await log.close({ converged: true });
    expect(lines(path)).toHaveLength(4 * run);
  }
  const [first, a, b, end, second] = lines(path);
  expect(first).toMatchObject({ event: 'start', ...{ stack: 'people', plan: 'abc' }, who: { accounts: ['robot'] } });
  expect([a?.address, b?.address, end?.converged]).toEqual(['a', 'b', true]);
  expect(second?.run).not.toBe(first?.run);
});

test('ApplyLog: has a line on disk when its write returns', async () => {
  const path = newPath();
  const log = await ApplyLog.open(path, head, (text) => text);
  await log.write({ event: 'step', address: 'a' });
  expect(lines(path)).toHaveLength(2);
  await log.close({});
});

test('ApplyLog: starts a new line after an incomplete one that a killed run left', async () => {
  const path = newPath();
  appendFileSync(path, '{"run":"x","ev');
  const log = await ApplyLog.open(path, head, (text) => text);
  await log.close({});
  const [torn, ...others] = readFileSync(path, 'utf8').trimEnd().split('\n');
  expect(torn).toBe('{"run":"x","ev');
  for (const line of others) expect(() => JSON.parse(line)).not.toThrow();
});

test('ApplyLog: chains to a last line that is longer than one read', async () => {
  const path = newPath();
  const [whole, torn] = [
    `{"run":"x","event":"start","long":"${'x'.repeat(200_000)}"}`,
    `{"torn":"${'y'.repeat(150_000)}`,
  ];
  writeFileSync(path, `${whole}\n${torn}`);
  await (await ApplyLog.open(path, head, (text) => text)).close({});
  const start = JSON.parse(readFileSync(path, 'utf8').split('\n')[2]!) as object;
  expect(start).toMatchObject({
    torn: true,
    prev: digestOf(Buffer.from(torn)),
    tail: digestOf(Buffer.from(`${whole}\n${torn}`)),
  });
});

test('ApplyLog: keeps order and chain when many writes run at once', async () => {
  const path = newPath();
  const log = await ApplyLog.open(path, head, (text) => text);
  await Promise.all(Array.from({ length: 500 }, (_, address) => log.write({ event: 'step', address })));
  await log.close({});
  const written = lines(path).slice(1, -1);
  expect(written.map(({ address }) => address)).toEqual(Array.from({ length: 500 }, (_, index) => index));
  const raw = readFileSync(path, 'utf8').split('\n');
  expect(lines(path).map(({ prev }) => prev)).toEqual([
    '0'.repeat(64),
    ...raw.slice(0, -2).map((line) => digestOf(Buffer.from(line))),
  ]);
});

test('ApplyLog: refuses a second run, of any stack, and names the holder of the lock', async () => {
  const path = newPath();
  const log = await ApplyLog.open(path, head, (text) => text);
  const before = readFileSync(path, 'utf8');
  await expect(ApplyLog.open(path, { ...head, stack: 'robots' }, (text) => text)).rejects.toMatchObject({
    code: 'ledger_locked',
    message: expect.stringContaining(`the log is locked by process ${process.pid}`),
    path,
  });
  expect(readFileSync(path, 'utf8')).toBe(before);
  await log.close({});
  await (await ApplyLog.open(path, head, (text) => text)).close({});
  expect(readdirSync(dirname(path))).toEqual(['apply.jsonl']);
});

test('ApplyLog: writes no line after one that could not be written', async () => {
  const path = newPath();
  const log = await ApplyLog.open(path, head, (text) => text);
  await log.close({});
  for (let attempt = 1; attempt <= 2; attempt++) {
    await expect(log.write({ event: 'step' })).rejects.toMatchObject({ code: 'ledger_damaged', path });
  }
  expect(lines(path)).toHaveLength(2);
});

test('ApplyLog: keeps digests unchanged when a secret looks like part of one', async () => {
  const path = newPath();
  const log = await ApplyLog.open(path, head, (text) => text.replaceAll('0', '[secret]'));
  await log.close({});
  expect(lines(path)[0]?.prev).toBe('0'.repeat(64));
});

test('ApplyLog: redacts secrets in every text', async () => {
  const path = newPath();
  const log = await ApplyLog.open(path, head, (text) => text.replaceAll('hush"hush', '[secret]'));
  await log.write({ event: 'step', detail: 'the service said: bad secret hush"hush', deep: { list: ['hush"hush'] } });
  await log.close({});
  expect(readFileSync(path, 'utf8')).not.toContain('hush');
});

test('ApplyLog: open fails when the log cannot be written', async () => {
  await expect(ApplyLog.open(join(newPath(), 'x'), head, (text) => text)).rejects.toMatchObject({
    code: 'ledger_damaged',
  });
});

test.each([
  ['text', '# profile\n'],
  ['JSON of something else', '{"scripts":{}}\n'],
  ['a list', '[]\n'],
  ['lines of something else', '{"level":"info"}\n{"level":"info"}\n'],
])('ApplyLog: refuses to append to a file that is not a log: %s', async (_, text) => {
  const path = newPath();
  writeFileSync(path, text);
  await expect(ApplyLog.open(path, head, (each) => each)).rejects.toMatchObject({ code: 'file_refused', path });
  expect(readFileSync(path, 'utf8')).toBe(text);
  expect(readdirSync(dirname(path))).toEqual(['apply.jsonl']);
});

test('ApplyLog: narrows the mode of a log to its owner and returns the digest of its last line', async () => {
  const path = newPath();
  writeFileSync(path, '', { mode: 0o666 });
  const digest = await (await ApplyLog.open(path, head, (text) => text)).close({});
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(digest).toBe(digestOf(Buffer.from(readFileSync(path, 'utf8').trimEnd().split('\n').at(-1)!)));
});
