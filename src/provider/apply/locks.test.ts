import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { Locks } from './locks.js';

test('Locks: run tasks of one key in order without overlap, and do not delay other keys', async () => {
  const locks = new Locks();
  const log: string[] = [];
  const task = (key: string, name: string, ms: number) =>
    locks.hold(key, async () => {
      log.push(`${name} in`);
      await sleep(ms);
      log.push(`${name} out`);
      return name;
    });
  expect(await Promise.all([task('a', 'first', 30), task('a', 'second', 1), task('b', 'other', 1)])).toEqual([
    'first',
    'second',
    'other',
  ]);
  expect(log.filter((line) => !line.startsWith('other'))).toEqual(['first in', 'first out', 'second in', 'second out']);
  expect(log.indexOf('other out')).toBeLessThan(log.indexOf('first out'));
});

test('Locks: run the next task when one fails', async () => {
  const locks = new Locks();
  const failing = locks.hold('a', () => Promise.reject(new Error('mine')));
  const next = locks.hold('a', async () => 'done');
  await expect(failing).rejects.toThrow('mine');
  expect(await next).toBe('done');
});
