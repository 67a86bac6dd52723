import { expect, test } from '@jest/globals';
import { DelineaError, type ErrorCode } from '../model/errors.js';
import { singleFlight } from './single-flight.js';

const counted = (result: () => Promise<string>) => {
  let calls = 0;
  const read = () => {
    calls++;
    return result();
  };
  return { calls: () => calls, read };
};
const failing = (code: ErrorCode) => counted(() => Promise.reject(new DelineaError(code, code)));

test('single flight: one read for concurrent callers and for later ones', async () => {
  const cache = new Map<string, Promise<string>>();
  const { read, calls } = counted(async () => 'x');
  expect(await Promise.all([singleFlight(cache, 'a', read), singleFlight(cache, 'a', read)])).toEqual(['x', 'x']);
  expect(await singleFlight(cache, 'a', read)).toBe('x');
  expect(calls()).toBe(1);
  await singleFlight(cache, 'b', read);
  expect(calls()).toBe(2);
});

test.each([
  'host_unreachable',
  'timed_out',
  'throttled',
  'server_error',
  'malformed_response',
  'list_incomplete',
] as const)('single flight: reads again after %s, which is transient', async (code) => {
  const cache = new Map<string, Promise<string>>();
  const { read, calls } = failing(code);
  const both = await Promise.allSettled([singleFlight(cache, 'a', read), singleFlight(cache, 'a', read)]);
  expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(calls()).toBe(1);
  await expect(singleFlight(cache, 'a', read)).rejects.toMatchObject({ code });
  expect(calls()).toBe(2);
});

test('single flight: keeps a permanent error', async () => {
  const cache = new Map<string, Promise<string>>();
  const { read, calls } = failing('forbidden');
  for (let time = 0; time < 3; time++)
    await expect(singleFlight(cache, 'a', read)).rejects.toMatchObject({ code: 'forbidden' });
  expect(calls()).toBe(1);
});

test('single flight: a transient error does not drop a newer entry', async () => {
  const cache = new Map<string, Promise<string>>();
  const first = singleFlight(cache, 'a', failing('timed_out').read);
  const newer = Promise.resolve('newer');
  cache.set('a', newer);
  await expect(first).rejects.toThrow();
  expect(cache.get('a')).toBe(newer);
});
