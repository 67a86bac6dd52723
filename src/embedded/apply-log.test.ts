import { appendFileSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { ApplyLog } from './apply-log.js';

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
