import { expect, test } from '@jest/globals';
import { DelineaError, DelineaErrors } from './errors.js';

test('DelineaError: the message is one line', () => {
  expect(new DelineaError('rejected', ' two\n  lines ').message).toBe('two lines');
});

test('DelineaError: a path is added once and the rest is kept', () => {
  const error = new DelineaError('server_error', 'no', { hint: 'later', status: 503, uncertain: true, cause: 'why' });
  const placed = error.at('delinea_user.jdoe');
  expect(placed).toMatchObject({ code: 'server_error', message: 'no', hint: 'later', status: 503, uncertain: true });
  expect([placed.path, placed.cause]).toEqual(['delinea_user.jdoe', 'why']);
  expect(placed.at('elsewhere')).toBe(placed);
});

test('DelineaErrors: the message has one line for each error', () => {
  const errors = ['a\nb', 'c'].map((text) => new DelineaError('duplicate', text));
  expect(new DelineaErrors(errors).message).toBe('a b\nc');
});
