import { expect, test } from '@jest/globals';
import replaceConfusables from 'unhomoglyph';
import { skeletonOf } from './skeleton.js';

test('skeletonOf: treats letters, digits and signs of ASCII as the whole table does', async () => {
  // "%" looks like "º/₀", which no name of ASCII contains.
  const ascii = Array.from({ length: 95 }, (_, at) => String.fromCharCode(32 + at)).filter((sign) => sign !== '%');
  for (const sign of ascii) expect(await skeletonOf(sign)).toBe(replaceConfusables(sign));
});

test.each([
  ['\u0440\u0430\u0443\u0440\u0430l', 'paypal'],
  ['\u{1d429}a\uff59pal', 'paypal'],
  ['pay\u200bp\u00adal', 'paypal'],
  ['Zo\u00eb', 'Zoe\u0308'],
])('skeletonOf: is the same for %s and %s', async (left, right) => {
  expect(await skeletonOf(left)).toBe(await skeletonOf(right));
});
