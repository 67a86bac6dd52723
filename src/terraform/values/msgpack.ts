import { Decoder, Encoder, ExtData, type ExtensionCodecType } from '@msgpack/msgpack';
import { writeNumber } from './number.js';
import type { Type } from './type.js';
import { readTyped } from './typed.js';
import { UNKNOWN, type Value } from './value.js';

/**
 * Unknown values are extension 0 with one meaningless byte, or extension 12 with refinements. Both, and any other
 * extension, are decoded as plain unknown, which Terraform accepts in responses.
 */
const extensions: ExtensionCodecType<undefined> = {
  tryToEncode: (value) => (value === UNKNOWN ? new ExtData(0, Uint8Array.of(0)) : null),
  decode: () => UNKNOWN,
};

const decoder = new Decoder({ extensionCodec: extensions, useBigInt64: true });
const encoder = new Encoder({ extensionCodec: extensions });

/** Decodes a value. @throws DelineaError `stack_invalid` naming the path; {Error} when the bytes are not msgpack */
export function decodeMsgpack(type: Type, bytes: Uint8Array): Value {
  return readTyped(type, decoder.decode(bytes), { lenient: false });
}

/** Encodes a value. Unset attributes of an object are sent as null: Terraform rejects an object with missing attributes. */
export function encodeMsgpack(type: Type, value: Value): Uint8Array {
  return encoder.encode(toMsgpack(type, value));
}

function toMsgpack(type: Type, value: Value | undefined): unknown {
  if (value === undefined || value === null) return null;
  if (value === UNKNOWN) return UNKNOWN;
  if (type === 'number') return writeNumber(value as number);
  if (typeof type === 'string') return value;
  if (type[0] !== 'object') return (value as readonly Value[]).map((element) => toMsgpack(type[1], element));
  const held = value as Readonly<Record<string, Value>>;
  const raw: Record<string, unknown> = {};
  for (const name of Object.keys(type[1])) raw[name] = toMsgpack(type[1][name]!, held[name]);
  return raw;
}
