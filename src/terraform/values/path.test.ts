import { expect, test } from '@jest/globals';
import { stepsTo } from './path.js';
import type { Type } from './type.js';

const inner: Type = ['object', { value_text: 'string' }];
const type: Type = ['object', { user_name: 'string', emails: ['set', inner], phones: ['list', inner] }];

test('path: has one step per attribute, spelled as in HCL', () => {
  expect(stepsTo(type, ['userName'])).toEqual([{ attributeName: 'user_name' }]);
  expect(stepsTo(type, ['phones', 0, 'valueText'])).toEqual([
    { attributeName: 'phones' },
    { elementKeyInt: 0 },
    { attributeName: 'value_text' },
  ]);
});

test('path: ends at a set, whose elements have no index, and before unknown attributes', () => {
  expect(stepsTo(type, ['emails', 0, 'valueText'])).toEqual([{ attributeName: 'emails' }]);
  expect(stepsTo(type, ['phones', 'x'])).toEqual([{ attributeName: 'phones' }]);
  expect(stepsTo(type, ['DELINEA_URL'])).toEqual([]);
  expect(stepsTo(type, ['toString'])).toEqual([]);
  expect(stepsTo(type, ['userName', 'more'])).toEqual([{ attributeName: 'user_name' }]);
});
