import { DelineaError } from '../../provider/index.js';
import { readNumber } from './number.js';
import type { ObjectType, Type } from './type.js';
import { isObjectValue, UNKNOWN, type Value } from './value.js';

/** How strictly an object must have the attributes of its type. */
export interface Reading {
  /** A state of before an attribute came or went: what is missing is null, what is too much is dropped. */
  readonly lenient: boolean;
}

/**
 * What msgpack or JSON held, checked against its type.
 * @throws DelineaError `stack_invalid` with the path in it, such as `emails.0.value`
 */
export function readTyped(type: Type, raw: unknown, reading: Reading, path: readonly string[] = []): Value {
  if (raw === null || raw === UNKNOWN) return raw as Value;
  if (raw === undefined) throw fault(path, 'is missing');
  if (type === 'number') {
    const number = isNumeric(raw) ? readNumber(raw) : undefined;
    if (number === undefined) throw fault(path, 'is no number, or has more digits than can be kept');
    return number;
  }
  if (type === 'string' || type === 'bool') {
    if (typeof raw !== (type === 'bool' ? 'boolean' : 'string')) throw fault(path, `is no ${type}`);
    return raw as string | boolean;
  }
  if (type[0] === 'object') return readObject(type, raw, reading, path);
  if (!Array.isArray(raw)) throw fault(path, `is no ${type[0]}`);
  return raw.map((element, index) => readTyped(type[1], element, reading, [...path, String(index)]));
}

function readObject([, attributes]: ObjectType, raw: unknown, { lenient }: Reading, path: readonly string[]): Value {
  if (!isObjectValue(raw)) throw fault(path, 'is no object');
  if (!lenient) {
    for (const name of Object.keys(raw)) {
      if (!Object.hasOwn(attributes, name)) throw fault([...path, name], 'is no attribute of the schema');
    }
  }
  return Object.fromEntries(
    Object.entries(attributes).map(([name, type]) => {
      const held: unknown = Object.hasOwn(raw, name) ? raw[name] : undefined;
      return [name, readTyped(type, lenient ? (held ?? null) : held, { lenient }, [...path, name])];
    }),
  );
}

function isNumeric(raw: unknown): raw is number | bigint | string {
  return ['number', 'bigint', 'string'].includes(typeof raw);
}

function fault(path: readonly string[], what: string): DelineaError {
  const where = path.join('.');
  return new DelineaError('stack_invalid', `${where || 'the value'} ${what}`, { path: where });
}
