import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { jsonTrick } from './json-keys.js';

test('jsonTrick: finds a key that is there twice, also escaped and between blanks', () => {
  expect(jsonTrick('{"a":1,"b":{"a":2},"a":3}')).toBe('has the key "a" twice: line 1, column 20');
  expect(jsonTrick('{"a":1,"\\u0061" \n :3}')).toBe('has the key "a" twice: line 1, column 8');
  expect(jsonTrick('[{"x":[{"a\\"":1,"a\\"":2}]}]')).toBe('has the key "a\\"" twice: line 1, column 17');
  expect(jsonTrick('{\n  "a": 1,\n  "a": 2}')).toBe('has the key "a" twice: line 3, column 3');
});

test('jsonTrick: finds a key that sets a prototype', () => {
  expect(jsonTrick('{"a":{"__proto__":{}}}')).toBe('has the key "__proto__": line 1, column 7');
  expect(jsonTrick('{"\\u005f_proto__":1}')).toBe('has the key "__proto__": line 1, column 2');
});

test('jsonTrick: finds nothing in other JSON', () => {
  expect(jsonTrick('{"a":"a","b":["a","a",{"a":"\\\\"}],"c":{"a":"}{"}}')).toBeUndefined();
  fc.assert(
    fc.property(fc.json({ maxDepth: 5 }), fc.constantFrom(undefined, 2), (json, indent) => {
      fc.pre(!json.includes('__proto__'));
      expect(jsonTrick(JSON.stringify(JSON.parse(json), null, indent))).toBeUndefined();
    }),
  );
});

test('jsonTrick: ends at the end of a text that is not JSON', () => {
  for (const text of ['', '['.repeat(1_000_000), '"', '{"a', '{"a\\', '}}', '{"a" '])
    expect(jsonTrick(text)).toBeUndefined();
});
