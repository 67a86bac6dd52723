import { expect, test } from '@jest/globals';
import { includesRight, rightRank } from './right-order.js';

test.each([
  [['Owner'], 'View', true],
  [['Owner'], 'Edit', true],
  [['Edit'], 'View', true],
  [['Edit'], 'Add Secret', false],
  [['View'], 'Edit', false],
  [['Owner'], 'View (secret right)', false],
  [['Owner (secret right)'], 'List (secret right)', true],
  [['holder'], 'holder', true],
  [[], 'holder', false],
  [['Approver'], 'View', false],
])('includesRight: %j, %s: %s', (rights, right, expected) => {
  expect(includesRight(new Set(rights), right)).toBe(expected);
});

test('rightRank: the right that includes all others first, the one that all include last', () => {
  expect(['View', 'Owner', 'Edit', 'holder', 'Approver'].map(rightRank)).toEqual([2, 0, 1, 1, 1]);
});
