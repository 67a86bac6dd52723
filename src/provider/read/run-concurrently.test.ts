import { expect, test } from '@jest/globals';
import { DelineaError, DelineaErrors } from '../model/errors.js';
import { runConcurrently } from './run-concurrently.js';

const fail = (message: string, path?: string) => new DelineaError('forbidden', message, { path });

test('concurrent work: runs on every item, also when one fails', async () => {
  const done: number[] = [];
  const work = async (item: number) => {
    if (item === 1) throw fail('one');
    done.push(item);
  };
  await expect(runConcurrently([1, 2, 3], work)).rejects.toMatchObject({ code: 'forbidden', message: 'one' });
  expect(done).toEqual([2, 3]);
  await expect(runConcurrently([], work)).resolves.toBeUndefined();
});

test('concurrent work: reports several errors, and equal ones once', async () => {
  const errors = [fail('a', 'x'), fail('a', 'x'), fail('a', 'y'), fail('b', 'x')];
  const thrown = await runConcurrently(errors, (error) => Promise.reject(error)).catch((error: unknown) => error);
  expect(thrown).toBeInstanceOf(DelineaErrors);
  expect((thrown as DelineaErrors).errors.map(({ path, message }) => [path, message])).toEqual([
    ['x', 'a'],
    ['y', 'a'],
    ['x', 'b'],
  ]);
  await expect(runConcurrently(errors.slice(0, 2), (error) => Promise.reject(error))).rejects.toBeInstanceOf(
    DelineaError,
  );
});

test('concurrent work: an unexpected error comes first', async () => {
  const errors = [fail('a'), new TypeError('bug'), fail('b')];
  await expect(runConcurrently(errors, (error) => Promise.reject(error))).rejects.toThrow(new TypeError('bug'));
});
