import type { DynamicValue } from '../protocol/messages.js';
import { decodeMsgpack, encodeMsgpack } from './msgpack.js';
import type { Type } from './type.js';
import { readTyped } from './typed.js';
import type { Value } from './value.js';

/**
 * Decodes a value of a request: msgpack or JSON, as Terraform chooses.
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
 * Decodes a stored state, which is JSON. Missing attributes become null; attributes that the schema no longer has are dropped.
 * @param upgrade converts an older state first
 * @throws DelineaError `stack_invalid` naming the path; {SyntaxError} when the bytes are not JSON
 */
export function decodeState(type: Type, json: Uint8Array, upgrade = (kept: unknown) => kept): Value {
  return readTyped(type, upgrade(parse(json)), { lenient: true });
}

function parse(json: Uint8Array): unknown {
  return JSON.parse(Buffer.from(json).toString('utf8'));
}
