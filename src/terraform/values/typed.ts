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
export function readTyped(type: Type, raw: unknown, reading: Reading): Value {
  return readAt(type, raw, reading, undefined);
}

/** Where a value stands: linked, since nearly all of them are read without a fault. */
interface Place {
  readonly step: string | number;
  readonly inside: Place | undefined;
}

function readAt(type: Type, raw: unknown, reading: Reading, path: Place | undefined): Value {
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
  return raw.map((element, index) => readAt(type[1], element, reading, { step: index, inside: path }));
}

function readObject([, attributes]: ObjectType, raw: unknown, reading: Reading, path: Place | undefined): Value {
  if (!isObjectValue(raw)) throw fault(path, 'is no object');
  if (!reading.lenient) {
    for (const name of Object.keys(raw)) {
      if (!Object.hasOwn(attributes, name)) throw fault({ step: name, inside: path }, 'is no attribute of the schema');
    }
  }
  const value: Record<string, Value> = {};
  for (const name of Object.keys(attributes)) {
    const held: unknown = Object.hasOwn(raw, name) ? raw[name] : undefined;
    const place = { step: name, inside: path };
    value[name] = readAt(attributes[name]!, reading.lenient ? (held ?? null) : held, reading, place);
  }
  return value;
}

function isNumeric(raw: unknown): raw is number | bigint | string {
  return ['number', 'bigint', 'string'].includes(typeof raw);
}

function fault(path: Place | undefined, what: string): DelineaError {
  const steps: (string | number)[] = [];
  for (let place = path; place; place = place.inside) steps.unshift(place.step);
  const where = steps.join('.');
  return new DelineaError('stack_invalid', `${where || 'the value'} ${what}`, { path: where });
}
