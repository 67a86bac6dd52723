import { Decoder, Encoder, ExtData, type ExtensionCodecType } from '@msgpack/msgpack';
import { writeNumber } from './number.js';
import type { Type } from './type.js';
import { readTyped } from './typed.js';
import { UNKNOWN, type Value } from './value.js';

/**
 * Unknown is extension 0 with one byte that means nothing; what is known of it beforehand comes as extension 12. Both, and
 * whatever else may come, are plainly unknown here, which Terraform accepts in answers.
 */
const extensions: ExtensionCodecType<undefined> = {
  tryToEncode: (value) => (value === UNKNOWN ? new ExtData(0, Uint8Array.of(0)) : null),
  decode: () => UNKNOWN,
};

const decoder = new Decoder({ extensionCodec: extensions, useBigInt64: true });
const encoder = new Encoder({ extensionCodec: extensions });

/** @throws DelineaError `stack_invalid` naming the path; {Error} for bytes that are no msgpack */
export function decodeMsgpack(type: Type, bytes: Uint8Array): Value {
  return readTyped(type, decoder.decode(bytes), { lenient: false });
}

/** Every attribute of an object is sent, null where it is not set: Terraform refuses an object with fewer. */
export function encodeMsgpack(type: Type, value: Value): Uint8Array {
  return encoder.encode(packed(type, value));
}

function packed(type: Type, value: Value | undefined): unknown {
  if (value === undefined || value === null) return null;
  if (value === UNKNOWN) return UNKNOWN;
  if (type === 'number') return writeNumber(value as number);
  if (typeof type === 'string') return value;
  if (type[0] !== 'object') return (value as readonly Value[]).map((element) => packed(type[1], element));
  const held = value as Readonly<Record<string, Value>>;
  const raw: Record<string, unknown> = {};
  for (const name of Object.keys(type[1])) raw[name] = packed(type[1][name]!, held[name]);
  return raw;
}
