import { describe, expect, test } from '@jest/globals';
import { decode } from '@msgpack/msgpack';
import fc from 'fast-check';
import { decodeMsgpack, encodeMsgpack } from './msgpack.js';
import { typedValue } from './random-values.fixture.js';
import type { Type } from './type.js';
import { UNKNOWN, type Value } from './value.js';

const hex = (type: Type, value: Value) => Buffer.from(encodeMsgpack(type, value)).toString('hex');
const from = (type: Type, bytes: string) => decodeMsgpack(type, Buffer.from(bytes, 'hex'));

describe('msgpack', () => {
  test('encoding: has the bytes that Terraform expects', () => {
    expect(hex('string', UNKNOWN)).toBe('d40000');
    expect(hex('string', null)).toBe('c0');
    expect(hex('bool', true)).toBe('c3');
    expect(hex('number', 300)).toBe('cd012c');
    expect(hex(['set', 'string'], ['a', UNKNOWN])).toBe('92a161d40000');
    expect(hex(['object', { id: 'string', name: 'string' }], { id: UNKNOWN, name: 'x' })).toBe(
      '82a26964d40000a46e616d65a178',
    );
  });

  test('object: has every attribute, null if unset, and no other', () => {
    const type: Type = ['object', { id: 'string', emails: ['set', ['object', { value: 'string', primary: 'bool' }]] }];
    const sent = { emails: [{ value: 'a' }], more: 'x' } as unknown as Value;
    expect(decode(encodeMsgpack(type, sent))).toEqual({ id: null, emails: [{ value: 'a', primary: null }] });
  });

  test('refinements of unknown values: are dropped', () => {
    // Extension 12: not null, prefix "bob-".
    const refined = `c7090c${'8201c202a4626f622d'}`;
    expect(from('string', refined)).toBe(UNKNOWN);
    expect(from(['set', 'string'], `92a161${refined}`)).toEqual(['a', UNKNOWN]);
    expect(from('string', 'd40000')).toBe(UNKNOWN);
    expect(hex('string', from('string', refined))).toBe('d40000');
  });

  test('number: keeps its decimal notation', () => {
    expect(hex('number', 0.1)).toBe('a3302e31');
    expect(from('number', 'a3302e31')).toBe(0.1);
    expect(from('number', 'cb3fe0000000000000')).toBe(0.5);
    expect(from('number', 'd3ffffffffffffff00')).toBe(-256);
  });

  test('number with more digits than a double: is an error, not rounded', () => {
    const type: Type = ['object', { limit: 'number' }];
    const limit = (value: string) => () => from(type, `81a56c696d6974${value}`);
    const refused = expect.objectContaining({ path: 'limit', message: expect.stringContaining('more digits') });
    expect(limit('cf1000000000000001')).toThrow(refused);
    expect(limit(`b4${Buffer.from('0.123456789012345678').toString('hex')}`)).toThrow(refused);
    expect(limit('cb7ff0000000000000')).toThrow(refused);
  });

  test('wrong type or attribute: is an error with its path', () => {
    const type: Type = ['object', { emails: ['set', ['object', { value: 'string' }]] }];
    const at = (path: string) => expect.objectContaining({ code: 'stack_invalid', path });
    expect(() => decodeMsgpack(type, encodeMsgpack(['object', { emails: 'string' }], { emails: 'x' }))).toThrow(
      at('emails'),
    );
    expect(() => decodeMsgpack(type, encodeMsgpack(['object', {}], {}))).toThrow(at('emails'));
    const other: Type = ['object', { emails: ['set', ['object', { value: 'bool' }]] }];
    expect(() => decodeMsgpack(type, encodeMsgpack(other, { emails: [{ value: true }] }))).toThrow(
      at('emails.0.value'),
    );
    const wider: Type = ['object', { emails: 'string', odd: 'string' }];
    expect(() => decodeMsgpack(type, encodeMsgpack(wider, { emails: null, odd: null }))).toThrow(at('odd'));
  });

  test('any schema: values survive a round trip', () => {
    fc.assert(
      fc.property(typedValue(true), ({ type, value }) => {
        expect(decodeMsgpack(type, encodeMsgpack(type, value))).toEqual(value);
      }),
      { numRuns: 300 },
    );
  });
});
