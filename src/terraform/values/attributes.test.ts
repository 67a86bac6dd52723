import { expect, test } from '@jest/globals';
import { resourceOf } from '../../provider/index.js';
import { blockOf, valuesOf } from './attributes.js';
import { UNKNOWN } from './value.js';

const { attributes } = resourceOf('user');

test('conversion: null is unset, unknown is kept, and names change spelling at every level', () => {
  const block = blockOf(attributes, {
    userName: 'jane@example.com',
    manager: UNKNOWN,
    emails: [{ value: 'jane@example.com' }],
    previousNames: [],
  });
  expect(block).toMatchObject({
    user_name: 'jane@example.com',
    manager: UNKNOWN,
    emails: [{ value: 'jane@example.com', primary: null }],
    previous_names: [],
    title: null,
  });
  expect(Object.keys(block)).toHaveLength(attributes.length);
  expect(valuesOf(attributes, block)).toEqual({
    userName: 'jane@example.com',
    manager: UNKNOWN,
    emails: [{ value: 'jane@example.com' }],
    previousNames: [],
  });
  expect(valuesOf(attributes, { emails: [UNKNOWN] })).toEqual({ emails: [UNKNOWN] });
});
