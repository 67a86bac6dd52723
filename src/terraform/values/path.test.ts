import { expect, test } from '@jest/globals';
import { stepsTo } from './path.js';
import type { Type } from './type.js';

const inner: Type = ['object', { value_text: 'string' }];
const type: Type = ['object', { user_name: 'string', emails: ['set', inner], phones: ['list', inner] }];

test('a path has the steps of its attributes, in the names of Terraform', () => {
  expect(stepsTo(type, ['userName'])).toEqual([{ attributeName: 'user_name' }]);
  expect(stepsTo(type, ['phones', 0, 'valueText'])).toEqual([
    { attributeName: 'phones' },
    { elementKeyInt: 0 },
    { attributeName: 'value_text' },
  ]);
});

test('it ends at a set, whose elements have no place, and before what is no attribute', () => {
  expect(stepsTo(type, ['emails', 0, 'valueText'])).toEqual([{ attributeName: 'emails' }]);
  expect(stepsTo(type, ['phones', 'x'])).toEqual([{ attributeName: 'phones' }]);
  expect(stepsTo(type, ['DELINEA_URL'])).toEqual([]);
  expect(stepsTo(type, ['toString'])).toEqual([]);
  expect(stepsTo(type, ['userName', 'more'])).toEqual([{ attributeName: 'user_name' }]);
});
