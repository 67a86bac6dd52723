import fc from 'fast-check';
import type { ObjectType, Type } from './type.js';
import { UNKNOWN, type Value } from './value.js';

const name = fc.stringMatching(/^[a-z][a-z_]{0,5}$/);

/** Types of schemas, and further ones. */
const anyType: fc.Arbitrary<Type> = fc.letrec<{ type: Type; object: ObjectType }>((tie) => ({
  type: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.constantFrom<Type>('string', 'bool', 'number'),
    fc.tuple(fc.constantFrom('set' as const, 'list' as const), tie('type')),
    tie('object'),
  ),
  object: fc.tuple(fc.constant('object' as const), fc.dictionary(name, tie('type'), { maxKeys: 5 })),
})).type;

const anyNumber = fc
  .oneof(fc.maxSafeInteger(), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constantFrom(0.1, 1e21, 5e-324))
  .map((number) => (number === 0 ? 0 : number));

/** Values of a type. @param unknown whether parts of it may be unknown */
function anyValueOf(type: Type, unknown: boolean): fc.Arbitrary<Value> {
  const absent = unknown ? fc.constantFrom<Value>(null, UNKNOWN) : fc.constant<Value>(null);
  return fc.oneof({ weight: 1, arbitrary: absent }, { weight: 5, arbitrary: presentOf(type, unknown) });
}

function presentOf(type: Type, unknown: boolean): fc.Arbitrary<Value> {
  if (type === 'string') return fc.string({ unit: 'grapheme' });
  if (type === 'bool') return fc.boolean();
  if (type === 'number') return anyNumber;
  if (type[0] !== 'object') return fc.array(anyValueOf(type[1], unknown), { maxLength: 4 });
  return fc.record(
    Object.fromEntries(Object.entries(type[1]).map(([key, inner]) => [key, anyValueOf(inner, unknown)])),
  );
}

/** A type and a value of it. */
export const typedValue = (unknown: boolean): fc.Arbitrary<{ type: Type; value: Value }> =>
  anyType.chain((type) => anyValueOf(type, unknown).map((value) => ({ type, value })));
