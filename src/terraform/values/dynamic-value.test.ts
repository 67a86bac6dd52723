import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decodeState, decodeValue, encodeValue } from './dynamic-value.js';
import { typedValue } from './random-values.fixture.js';
import type { Type } from './type.js';

const json = (value: unknown) => Buffer.from(JSON.stringify(value));
const type: Type = ['object', { id: 'string', tags: ['set', 'string'], size: 'number' }];

describe('value of a request', () => {
  test('msgpack and JSON: are decoded to the same value', () => {
    fc.assert(
      fc.property(typedValue(false), ({ type: any, value }) => {
        expect(decodeValue(any, { json: json(value) })).toEqual(value);
        expect(decodeValue(any, encodeValue(any, value))).toEqual(value);
      }),
    );
  });

  test('empty: is null', () => {
    expect(decodeValue(type, undefined)).toBeNull();
    expect(decodeValue(type, { msgpack: new Uint8Array() })).toBeNull();
  });

  test('missing attribute: is an error, since Terraform sends all of them', () => {
    expect(() => decodeValue(type, { json: json({ id: 'a', size: 1 }) })).toThrow(
      expect.objectContaining({ path: 'tags' }),
    );
  });
});

describe('stored state', () => {
  test('older than the schema: new attributes are null, removed ones are dropped', () => {
    expect(decodeState(type, json({ id: 'a', gone: true }))).toEqual({ id: 'a', tags: null, size: null });
  });

  test('wrong type: is an error', () => {
    expect(() => decodeState(type, json({ id: ['a'] }))).toThrow(expect.objectContaining({ path: 'id' }));
    expect(() => decodeState(type, Buffer.from('{'))).toThrow(SyntaxError);
  });
});
