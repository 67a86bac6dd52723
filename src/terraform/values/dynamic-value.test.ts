import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decodeState, decodeValue, encodeValue } from './dynamic-value.js';
import { typedValue } from './random-values.fixture.js';
import type { Type } from './type.js';

const json = (value: unknown) => Buffer.from(JSON.stringify(value));
const type: Type = ['object', { id: 'string', tags: ['set', 'string'], size: 'number' }];

describe('values of a call', () => {
  test('come as msgpack or as JSON and mean the same', () => {
    fc.assert(
      fc.property(typedValue(false), ({ type: any, value }) => {
        expect(decodeValue(any, { json: json(value) })).toEqual(value);
        expect(decodeValue(any, encodeValue(any, value))).toEqual(value);
      }),
    );
  });

  test('are null where nothing was sent', () => {
    expect(decodeValue(type, undefined)).toBeNull();
    expect(decodeValue(type, { msgpack: new Uint8Array() })).toBeNull();
  });

  test('that lack an attribute are refused: Terraform sends every one', () => {
    expect(() => decodeValue(type, { json: json({ id: 'a', size: 1 }) })).toThrow(
      expect.objectContaining({ path: 'tags' }),
    );
  });
});

describe('a kept state', () => {
  test('may be older than the schema: what came is null, what went is dropped', () => {
    expect(decodeState(type, json({ id: 'a', gone: true }))).toEqual({ id: 'a', tags: null, size: null });
  });

  test('is refused where it holds something else', () => {
    expect(() => decodeState(type, json({ id: ['a'] }))).toThrow(expect.objectContaining({ path: 'id' }));
    expect(() => decodeState(type, Buffer.from('{'))).toThrow(SyntaxError);
  });
});
