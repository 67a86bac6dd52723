import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Diagnostic, GetProviderSchemaResponse, SEVERITY, ValidateConfigResponse } from './messages.js';
import { bytes, decode, encode, flag, int32, int64, mapOf, message, nested, repeated, text } from './protobuf.js';

const hex = (from: Uint8Array) => Buffer.from(from).toString('hex');

describe('message', () => {
  test('encoding: tag, length and value as in protobuf', () => {
    const one = { severity: SEVERITY.error, summary: 'no', attribute: { steps: [{ attributeName: 'a' }] } };
    expect(hex(encode(Diagnostic, one))).toBe('0801' + '12026e6f' + '2205' + '0a03' + '0a0161');
    expect(decode(Diagnostic, encode(Diagnostic, one))).toEqual(one);
  });

  test('index 0: is encoded and not treated as absent', () => {
    const at = { attribute: { steps: [{ attributeName: 'list' }, { elementKeyInt: 0 }] } };
    expect(decode(Diagnostic, encode(Diagnostic, at))).toEqual(at);
  });

  test('unknown field: is skipped', () => {
    const Newer = message({ diagnostics: repeated(nested(1, () => Diagnostic)), later: text(9), more: int64(10) });
    const sent = encode(Newer, { diagnostics: [{ summary: 'x' }], later: 'unknown', more: 7 });
    expect(decode(ValidateConfigResponse, sent)).toEqual({ diagnostics: [{ summary: 'x' }] });
  });

  test('truncated bytes: are an error', () => {
    const sent = encode(Diagnostic, { summary: 'a longer text' });
    expect(() => decode(Diagnostic, sent.subarray(0, -3))).toThrow();
  });

  test('maps and recursive schemas: survive a round trip', () => {
    const inner = { name: 'value', type: Buffer.from('"string"'), required: true };
    const schema = {
      version: 0,
      block: { attributes: [{ name: 'emails', nestedType: { attributes: [inner], nesting: 3 } }] },
    };
    const answer = { resourceSchemas: { delinea_user: schema, delinea_group: schema } };
    const back = decode(GetProviderSchemaResponse, Buffer.from(encode(GetProviderSchemaResponse, answer)));
    expect(JSON.stringify(back)).toBe(
      JSON.stringify({ resourceSchemas: { delinea_user: schema, delinea_group: schema } }),
    );
  });

  test('any content: survives a round trip', () => {
    const Inner = message({ name: text(1), data: bytes(2) });
    const Any = message({
      text: text(1),
      flag: flag(2),
      count: int64(3),
      kind: int32(16),
      list: repeated(nested(17, () => Inner)),
      map: mapOf(2000, () => Inner),
    });
    const inner = fc.record({
      name: fc.string({ unit: 'grapheme' }),
      data: fc.uint8Array().map((held) => Buffer.from(held)),
    });
    const any = fc.record(
      {
        text: fc.string({ unit: 'grapheme' }),
        flag: fc.boolean(),
        count: fc.maxSafeInteger(),
        kind: fc.integer(),
        list: fc.array(inner, { minLength: 1 }),
        map: fc.dictionary(
          fc.string().filter((key) => key !== '__proto__'),
          inner,
          { minKeys: 1 },
        ),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(any, (value) => {
        const back = decode(Any, encode(Any, value));
        expect(JSON.stringify(back, sorted)).toBe(JSON.stringify(value, sorted));
      }),
    );
  });
});

/** Replacer that writes all byte arrays alike and sorts keys. */
function sorted(_: string, value: unknown): unknown {
  if (value instanceof Uint8Array) return hex(value);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  if ((value as { type?: unknown }).type === 'Buffer') return hex(Buffer.from((value as { data: number[] }).data));
  return Object.fromEntries(Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1)));
}
