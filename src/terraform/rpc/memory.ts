import { type Memory, readMemory } from '../../provider/index.js';

/** Encodes the private data of a resource: for the provider alone, kept by Terraform beside the state. */
export function encodeMemory(memory: Memory): Uint8Array {
  return Buffer.from(JSON.stringify(memory));
}

export function decodeMemory(bytes: Uint8Array = new Uint8Array()): Memory {
  return readMemory(Buffer.from(bytes).toString('utf8'));
}
