import { appendFileSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
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
  accounts: ['robot'],
};
const place = () => join(mkdtempSync(join(tmpdir(), 'log-')), 'apply.jsonl');
const lines = (path: string) =>
  readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

test('a run is its head, its events in order and its end; runs are added', async () => {
  const path = place();
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

test('a line is on disk when its write returns', async () => {
  const path = place();
  const log = await ApplyLog.open(path, head, (text) => text);
  await log.write({ event: 'step', address: 'a' });
  expect(lines(path)).toHaveLength(2);
  await log.close({});
});

test('half a line that a killed run left does not spoil the next', async () => {
  const path = place();
  appendFileSync(path, '{"run":"x","ev');
  const log = await ApplyLog.open(path, head, (text) => text);
  await log.close({});
  const [torn, ...others] = readFileSync(path, 'utf8').trimEnd().split('\n');
  expect(torn).toBe('{"run":"x","ev');
  for (const line of others) expect(() => JSON.parse(line)).not.toThrow();
});

test('a line longer than one read from the end is still the one that is chained to', async () => {
  const path = place();
  const [whole, torn] = [`{"long":"${'x'.repeat(200_000)}"}`, `{"torn":"${'y'.repeat(150_000)}`];
  writeFileSync(path, `${whole}\n${torn}`);
  await (await ApplyLog.open(path, head, (text) => text)).close({});
  const start = JSON.parse(readFileSync(path, 'utf8').split('\n')[2]!) as object;
  expect(start).toMatchObject({
    torn: true,
    prev: digestOf(Buffer.from(torn)),
    tail: digestOf(Buffer.from(`${whole}\n${torn}`)),
  });
});

test('many writes at once keep their order and their chain', async () => {
  const path = place();
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

test('one run at a time has it, whichever stack: the other is refused and told who', async () => {
  const path = place();
  const log = await ApplyLog.open(path, head, (text) => text);
  const before = readFileSync(path, 'utf8');
  await expect(ApplyLog.open(path, { ...head, stack: 'robots' }, (text) => text)).rejects.toMatchObject({
    code: 'ledger_locked',
    message: expect.stringContaining(`the log is held by process ${process.pid}`),
    path,
  });
  expect(readFileSync(path, 'utf8')).toBe(before);
  await log.close({});
  await (await ApplyLog.open(path, head, (text) => text)).close({});
  expect(readdirSync(dirname(path))).toEqual(['apply.jsonl']);
});

test('after a line that could not be written none is: it would stand behind a hole', async () => {
  const path = place();
  const log = await ApplyLog.open(path, head, (text) => text);
  await log.close({});
  for (let attempt = 1; attempt <= 2; attempt++) {
    await expect(log.write({ event: 'step' })).rejects.toMatchObject({ code: 'ledger_damaged', path });
  }
  expect(lines(path)).toHaveLength(2);
});

test('a secret that looks like a piece of a digest leaves the digests whole', async () => {
  const path = place();
  const log = await ApplyLog.open(path, head, (text) => text.replaceAll('0', '[secret]'));
  await log.close({});
  expect(lines(path)[0]?.prev).toBe('0'.repeat(64));
});

test('no secret reaches the log, whatever it stands in', async () => {
  const path = place();
  const log = await ApplyLog.open(path, head, (text) => text.replaceAll('hush"hush', '[secret]'));
  await log.write({ event: 'step', detail: 'the service said: bad secret hush"hush', deep: { list: ['hush"hush'] } });
  await log.close({});
  expect(readFileSync(path, 'utf8')).not.toContain('hush');
});

test('a log that cannot be written stops the apply before it starts', async () => {
  await expect(ApplyLog.open(join(place(), 'x'), head, (text) => text)).rejects.toMatchObject({
    code: 'ledger_damaged',
  });
});
