import { expect, test } from '@jest/globals';
import { joinFirst } from './join-first.js';

test.each([
  [[], ''],
  [['a', 'b'], 'a, b'],
  [['a', 'b', 'c', 'd'], 'a, b and 2 more'],
])('joinFirst: names at most two of %p', (texts, joined) => {
  expect(joinFirst(texts, 2)).toBe(joined);
});

test('joinFirst: uses the given separator', () => {
  expect(joinFirst(['a', 'b', 'c'], 2, '; ')).toBe('a; b and 1 more');
});
