import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { jsonFault } from './json-fault.js';

test.each([
  ['{', 1, 2],
  ['{"a": 1,}', 1, 9],
  ['[1, 2', 1, 6],
  ['{"a"\n: tru}', 2, 3],
  ['{} x', 1, 4],
  ['["\\x"]', 1, 3],
  ['["a', 1, 4],
  ['[01]', 1, 3],
  ['[1}', 1, 3],
  ['{"a" 1}', 1, 6],
])('%j stops being JSON at line %i, column %i', (text, line, column) => {
  expect(jsonFault(text)).toEqual({ line, column });
});

test('jsonFault: reports no fault before the end of valid JSON', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      const lines = `${text} `.split('\n');
      expect(jsonFault(`${text} `)).toEqual({ line: lines.length, column: lines.at(-1)!.length + 1 });
    }),
  );
});

test('jsonFault: reads a text of ten megabytes', () => {
  expect(jsonFault(`["${'ä\\n'.repeat(3_000_000)}"`)).toMatchObject({ line: 1 });
});
