import { mkdirSync, mkdtempSync, readdirSync, readFileSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from '@jest/globals';
import { lockFile } from './file-lock.js';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lock-'));
  path = join(folder, 'ledger.json');
});

/** Returns the holder's file as this process writes it, with another process id. */
async function heldBy(pid: number): Promise<string> {
  const lock = await lockFile(path, 'ledger');
  const holder = JSON.parse(readFileSync(`${path}.lock`, 'utf8')) as object;
  await lock.release();
  return JSON.stringify({ ...holder, pid });
}

test('lockFile: a forged lock of a dead process removes nothing but the lock itself', async () => {
  writeFileSync(`${path}.lock`, await heldBy(2 ** 22 + 1));
  mkdirSync(`${path}.lock.d`);
  writeFileSync(join(folder, 'other'), '');
  const lock = await lockFile(path, 'ledger');
  await lock.release();
  expect(readdirSync(folder)).toEqual(['other']);
});

test('lockFile: a forged lock of a living process is refused, and taken once it is old', async () => {
  writeFileSync(`${path}.lock`, await heldBy(1));
  mkdirSync(`${path}.lock.d`);
  await expect(lockFile(path, 'ledger')).rejects.toMatchObject({
    code: 'ledger_locked',
    message: expect.stringContaining('locked by process 1 of'),
  });
  utimesSync(`${path}.lock.d`, 0, 0);
  await (await lockFile(path, 'ledger')).release();
  expect(readdirSync(folder)).toEqual([]);
});

test.each(['.lock', '.lock.d'])(
  'lockFile: a link at the name of the ledger and %s is refused and kept',
  async (end) => {
    mkdirSync(join(folder, 'target'));
    symlinkSync('target', `${path}${end}`);
    await expect(lockFile(path, 'ledger')).rejects.toMatchObject({ code: 'file_refused', path: `${path}${end}` });
    expect(readdirSync(folder).sort()).toEqual([`ledger.json${end}`, 'target']);
  },
);

test('lockFile: two runs at once are never both given the lock, whatever the first left', async () => {
  for (const left of [undefined, await heldBy(2 ** 22 + 1)]) {
    if (left !== undefined) {
      writeFileSync(`${path}.lock`, left);
      mkdirSync(`${path}.lock.d`);
    }
    const outcomes = await Promise.allSettled(Array.from({ length: 5 }, () => lockFile(path, 'ledger')));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const outcome of outcomes)
      if (outcome.status === 'fulfilled') await outcome.value.release();
      else expect(outcome.reason).toMatchObject({ code: 'ledger_locked' });
    expect(readdirSync(folder)).toEqual([]);
  }
});
