import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { jsonExcess, measureJson } from './json-size.js';
import { HEAVIEST_JSON } from './limits.js';

function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}

test('measureJson: measures the depth of any JSON', () => {
  fc.assert(fc.property(fc.json(), (text) => expect(measureJson(text).depth).toBe(depthOf(JSON.parse(text)))));
});

test('measureJson: never ends later than the text, whatever it is', () => {
  fc.assert(fc.property(fc.string(), (text) => expect(measureJson(text).weight).toBeGreaterThanOrEqual(text.length)));
});

test('measureJson: counts marks outside of strings only', () => {
  expect(measureJson(String.raw`{"a\"{[,":"]"}`)).toEqual({ depth: 1, weight: 14 + 2 * 32, longest: 6 });
});

test.each([
  ['[', 64, undefined],
  ['[', 65, 'is nested more than 64 levels deep'],
  ['{},', HEAVIEST_JSON / 64, 'has more values than fit in 64 MB'],
])('jsonExcess: %s, %d times', (part, times, excess) => {
  expect(jsonExcess(measureJson(part.repeat(times)))).toBe(excess);
});

test('measureJson: takes linear time for 30 MB of nested text', () => {
  const began = performance.now();
  measureJson('[{"a":"\\"'.repeat(3_000_000));
  expect(performance.now() - began).toBeLessThan(2_000);
});
