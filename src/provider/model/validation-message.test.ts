import { expect, test } from '@jest/globals';
import * as z from 'zod';
import { validationMessage } from './validation-message.js';

const schema = z.object({
  name: z.string().min(1),
  retries: z.int().min(0).max(5),
  above: z.number().gt(2).optional(),
  mode: z.enum(['a', 'b']).optional(),
  list: z.array(z.string()).optional(),
  mail: z.email({ error: 'is not an e-mail address' }).optional(),
});

test.each<[string, Record<string, unknown>, string]>([
  ['a missing value', { retries: 1 }, 'is required and missing'],
  ['an empty string', { name: '', retries: 1 }, 'must not be empty'],
  ['a wrong type', { name: 1, retries: 1 }, 'must be a string'],
  ['a fraction', { name: 'a', retries: 1.5 }, 'must be an integer'],
  ['a string for a list', { name: 'a', retries: 1, list: 'x' }, 'must be a list'],
  ['a value that is too small', { name: 'a', retries: -1 }, 'must be at least 0'],
  ['a value at an exclusive limit', { name: 'a', retries: 1, above: 2 }, 'must be more than 2'],
  ['a value that is too large', { name: 'a', retries: 6 }, 'must be at most 5'],
  ['a value that is not allowed', { name: 'a', retries: 1, mode: 'c' }, 'must be one of "a", "b"'],
  ['any other issue, in its own words', { name: 'a', retries: 1, mail: 'x' }, 'is not an e-mail address'],
])('validationMessage: %s', (_, values, expected) => {
  const { error } = schema.safeParse(values);
  expect(error?.issues.map((issue) => validationMessage(issue, values))).toEqual([expected]);
});
