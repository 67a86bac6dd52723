import { DelineaError } from '../../provider/index.js';
import { readNumber } from './number.js';
import type { ObjectType, Type } from './type.js';
import { isObjectValue, UNKNOWN, type Value } from './value.js';

/** Options for options an object. */
export interface ReadOptions {
  /** Accepts the state of another schema version: missing attributes become null, others are dropped. */
  readonly lenient: boolean;
}

/**
 * Checks a decoded msgpack or JSON value against its type.
 * @throws DelineaError `stack_invalid` with the path in it, such as `emails.0.value`
 */
export function readTyped(type: Type, raw: unknown, options: ReadOptions): Value {
  return readAt(type, raw, options, undefined);
}

/** A position in a value. Linked instead of copied, since nearly all values are read without an error. */
interface PathStep {
  readonly step: string | number;
  readonly parent: PathStep | undefined;
}

function readAt(type: Type, raw: unknown, options: ReadOptions, path: PathStep | undefined): Value {
  if (raw === null || raw === UNKNOWN) return raw as Value;
  if (raw === undefined) throw typeError(path, 'is missing');
  if (type === 'number') {
    const number = isNumeric(raw) ? readNumber(raw) : undefined;
    if (number === undefined) throw typeError(path, 'is not a number, or has more digits than a double can hold');
    return number;
  }
  if (type === 'string' || type === 'bool') {
    if (typeof raw !== (type === 'bool' ? 'boolean' : 'string')) throw typeError(path, `is not a ${type}`);
    return raw as string | boolean;
  }
  if (type[0] === 'object') return readObject(type, raw, options, path);
  if (!Array.isArray(raw)) throw typeError(path, `is not a ${type[0]}`);
  return raw.map((element, index) => readAt(type[1], element, options, { step: index, parent: path }));
}

function readObject([, attributes]: ObjectType, raw: unknown, options: ReadOptions, path: PathStep | undefined): Value {
  if (!isObjectValue(raw)) throw typeError(path, 'is not an object');
  if (!options.lenient) {
    for (const name of Object.keys(raw)) {
      if (!Object.hasOwn(attributes, name))
        throw typeError({ step: name, parent: path }, 'is not an attribute of the schema');
    }
  }
  const value: Record<string, Value> = {};
  for (const name of Object.keys(attributes)) {
    const held: unknown = Object.hasOwn(raw, name) ? raw[name] : undefined;
    const position = { step: name, parent: path };
    value[name] = readAt(attributes[name]!, options.lenient ? (held ?? null) : held, options, position);
  }
  return value;
}

function isNumeric(raw: unknown): raw is number | bigint | string {
  return ['number', 'bigint', 'string'].includes(typeof raw);
}

function typeError(path: PathStep | undefined, what: string): DelineaError {
  const steps: (string | number)[] = [];
  for (let at = path; at; at = at.parent) steps.unshift(at.step);
  const text = steps.join('.');
  return new DelineaError('stack_invalid', `${text || 'the value'} ${what}`, { path: text });
}
