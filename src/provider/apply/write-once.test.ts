import { expect, test } from '@jest/globals';
import { DelineaError, type ErrorCode } from '../model/errors.js';
import { ATTEMPTS, isRepeatable, writeOnce } from './write-once.js';

const failure = (code: ErrorCode, uncertain = false) => new DelineaError(code, code, { uncertain });

/** Runs writeOnce with these results of its attempts, and records what it does. */
async function write(
  results: readonly (DelineaError | undefined)[],
  isDone: (error: DelineaError) => Promise<boolean> = async () => false,
) {
  const calls: string[] = [];
  let sent = 0;
  const done = writeOnce(
    async () => void calls.push('announce'),
    async () => {
      calls.push('send');
      const result = results[sent++];
      if (result) throw result;
    },
    async (error) => {
      calls.push('read');
      return isDone(error);
    },
  );
  const error: unknown = await done.then(
    () => undefined,
    (reason) => reason,
  );
  return { calls: calls.join(' '), error };
}

test('writeOnce: announces and sends once when the write succeeds', async () => {
  expect(await write([undefined])).toEqual({ calls: 'announce send', error: undefined });
});

test.each([failure('timed_out', true), failure('unauthorized')])(
  'writeOnce: reads before it repeats a write that failed with %s',
  async (error) => {
    expect((await write([error, undefined])).calls).toBe('announce send read announce send');
    expect(await write([error], async () => true)).toEqual({ calls: 'announce send read', error: undefined });
  },
);

test('writeOnce: does not repeat a write that was rejected', async () => {
  const rejected = failure('rejected');
  expect(await write([rejected])).toEqual({ calls: 'announce send', error: rejected });
});

test('writeOnce: reads after a conflict but does not repeat the write', async () => {
  const conflict = failure('conflict');
  expect(await write([conflict])).toEqual({ calls: 'announce send read', error: conflict });
});

test('writeOnce: reports the error of the write when its result is unknown and the tenant cannot be read', async () => {
  const [lost, unreadable, ambiguous] = [failure('timed_out', true), failure('server_error'), failure('ambiguous')];
  expect((await write([lost], () => Promise.reject(unreadable))).error).toBe(lost);
  expect((await write([lost], () => Promise.reject(ambiguous))).error).toBe(ambiguous);
  expect((await write([failure('unauthorized')], () => Promise.reject(unreadable))).error).toBe(unreadable);
});

test('writeOnce: stops after the maximum of attempts', async () => {
  const lost = failure('timed_out', true);
  const { calls, error } = await write(Array(ATTEMPTS + 1).fill(lost));
  expect([calls.split('send').length - 1, error]).toEqual([ATTEMPTS, lost]);
});

test('isRepeatable: allows an overwritten change until the maximum of attempts', () => {
  expect(isRepeatable(failure('overwritten'), ATTEMPTS - 1)).toBe(true);
  expect(isRepeatable(failure('overwritten'), ATTEMPTS)).toBe(false);
  expect(isRepeatable(failure('not_converged'), 1)).toBe(false);
});
