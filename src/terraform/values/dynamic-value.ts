import type { DynamicValue } from '../protocol/messages.js';
import { decodeMsgpack, encodeMsgpack } from './msgpack.js';
import type { Type } from './type.js';
import { readTyped } from './typed.js';
import type { Value } from './value.js';

/**
 * A value as it comes in a call: msgpack, or JSON where Terraform prefers that.
 * @throws DelineaError `stack_invalid` naming the path; {Error} for bytes that are neither
 */
export function decodeValue(type: Type, { msgpack, json }: DynamicValue = {}): Value {
  if (msgpack && msgpack.length > 0) return decodeMsgpack(type, msgpack);
  if (json && json.length > 0) return readTyped(type, parse(json), { lenient: false });
  return null;
}

export function encodeValue(type: Type, value: Value): DynamicValue {
  return { msgpack: encodeMsgpack(type, value) };
}

/**
 * A state as Terraform keeps it, in JSON: attributes that it lacks are null, ones that the schema no longer has are dropped.
 * @param upgrade makes of an older state one of today, before that
 * @throws DelineaError `stack_invalid` naming the path; {SyntaxError} for what is no JSON
 */
export function decodeState(type: Type, json: Uint8Array, upgrade = (kept: unknown) => kept): Value {
  return readTyped(type, upgrade(parse(json)), { lenient: true });
}

function parse(json: Uint8Array): unknown {
  return JSON.parse(Buffer.from(json).toString('utf8'));
}
