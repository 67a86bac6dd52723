import { expect, test } from '@jest/globals';
import { DelineaError, DelineaErrors } from './errors.js';

test('DelineaError: names in the message stay as they are', () => {
  expect(new DelineaError('rejected', 'no  user\n"a\u00a0b"').message).toBe('no  user\n"a\u00a0b"');
});

test('DelineaError: a path is added once and the rest is kept', () => {
  const error = new DelineaError('server_error', 'no', { hint: 'later', status: 503, uncertain: true, cause: 'why' });
  const placed = error.at('delinea_user.jdoe');
  expect(placed).toMatchObject({ code: 'server_error', message: 'no', hint: 'later', status: 503, uncertain: true });
  expect([placed.path, placed.cause]).toEqual(['delinea_user.jdoe', 'why']);
  expect(placed.at('elsewhere')).toBe(placed);
});

test('DelineaErrors: the message has every message', () => {
  const errors = ['a', 'b c'].map((text) => new DelineaError('duplicate', text));
  expect(new DelineaErrors(errors).message).toBe('a\nb c');
});
