import { expect, test } from '@jest/globals';
import { nearestNames } from './nearest-names.js';

test.each([
  ['the most similar first', 'prodution', ['staging', 'Product', 'production'], ['"production"', '"Product"']],
  ['no name when none is similar', 'zzz', ['production', 'staging'], []],
  ['names in another case', 'PROD', ['prod'], ['"prod"']],
  ['three names at most, each once', 'abc', ['abd', 'abe', 'abd', 'abf', 'abg'], ['"abd"', '"abe"', '"abf"']],
  ['addresses by the part before the @', 'jane@example.com', ['jan@other.org', 'zoe@example.com'], ['"jan@other.org"']],
])('nearestNames: returns %s', (_, wanted, names, expected) => {
  expect(nearestNames(wanted, names)).toEqual(expected);
});
