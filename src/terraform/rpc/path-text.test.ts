import { expect, test } from '@jest/globals';
import { UNKNOWN } from '../values/value.js';
import { readBlocks } from './blocks.js';
import { pathText } from './path-text.js';

const { attributes: user } = readBlocks().resources.get('delinea_user')!;

test.each<[string, readonly PropertyKey[], Record<string, unknown>, string]>([
  ['attribute', ['userName'], {}, 'user_name'],
  ['element of a set of strings', ['previousNames', 1], { previousNames: ['a', 'b"c'] }, 'previous_names: "b"c"'],
  [
    'field of an element',
    ['emails', 0, 'value'],
    { emails: [{ value: '', primary: true }] },
    'emails: value of {value = "", primary = true}',
  ],
  [
    'unknown field',
    ['emails', 0, 'primary'],
    { emails: [{ value: UNKNOWN, primary: 7 }] },
    'emails: primary of {primary = 7}',
  ],
  ['empty element', ['emails', 0], { emails: [{}] }, 'emails: an element without values'],
  ['unknown attribute', ['noSuch', 0], {}, 'no_such.0'],
])('%s: is named as in HCL', (_, path, values, text) => {
  expect(pathText(user, values, path)).toBe(text);
});
