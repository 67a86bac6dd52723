import { expect, test } from '@jest/globals';
import { DelineaError } from '../model/errors.js';
import { poll } from './poll.js';

const timeout = () => new DelineaError('not_converged', 'timeout');

test('poll: returns the first value', async () => {
  let asked = 0;
  expect(await poll(1_000, async () => (++asked === 2 ? 'value' : undefined), timeout)).toBe('value');
  expect(asked).toBe(2);
});

test('poll: asks once and throws when no time is left', async () => {
  let asked = 0;
  const ask = async () => void asked++;
  await expect(poll(0, ask, timeout)).rejects.toMatchObject({ code: 'not_converged' });
  expect(asked).toBe(1);
});
