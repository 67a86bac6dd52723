import { expect, test } from '@jest/globals';
import { HEAVIEST_RUN, LONGEST_RUN_MS, LONGEST_WAITING_MS } from '../model/limits.js';
import { RunLimits } from './run-limits.js';

const never = new AbortController().signal;

test('run limits: sends nothing more when the run takes too long', () => {
  let now = 0;
  const limits = new RunLimits(() => now);
  now = LONGEST_RUN_MS - 1;
  expect(limits.refusal()).toBeUndefined();
  now = LONGEST_RUN_MS;
  expect(limits.refusal()).toMatchObject({ code: 'budget_spent', message: 'the run takes longer than 6 hours' });
});

test('run limits: count waits at the same time once, and a wait in progress', async () => {
  let now = 0;
  const limits = new RunLimits(() => now);
  const waits = [limits.pause(5, never), limits.pause(10, never)];
  now = 600_000;
  expect(limits.waitLeftMs).toBe(LONGEST_WAITING_MS - 600_000);
  await Promise.all(waits);
  const again = limits.pause(1, never);
  now = 700_000;
  await again;
  expect(limits.waitLeftMs).toBe(LONGEST_WAITING_MS - 700_000);
});

test.each([
  ['the run is stopped', (limits: RunLimits) => limits.stop(), never],
  ['the breaker stops', () => undefined, AbortSignal.abort()],
])('run limits: end a wait when %s', async (_, end, until) => {
  const limits = new RunLimits();
  const wait = limits.pause(60_000, until);
  end(limits);
  await wait;
  expect(await limits.pause(60_000, until)).toBeUndefined();
});

test('run limits: an object that is read again counts once', () => {
  const limits = new RunLimits();
  for (let read = 0; read < 10; read++) expect(limits.keep('/users/1', HEAVIEST_RUN / 2)).toBeUndefined();
  expect(limits.keep('/users/2', HEAVIEST_RUN / 2)).toBeUndefined();
  expect(limits.keep('/users/3', 1)).toBe('is too much: this run has read more than fits in 192 MB');
});
