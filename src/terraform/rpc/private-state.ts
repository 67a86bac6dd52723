import { type Memory, readMemory } from '../../provider/index.js';

/** Encodes the private state of a resource, which Terraform keeps beside the state for the provider alone. */
export function encodePrivateState(memory: Memory): Uint8Array {
  return Buffer.from(JSON.stringify(memory));
}

/** Decodes a private state. Absent or unreadable data, such as another provider version's, is an empty private state. */
export function decodePrivateState(bytes: Uint8Array = new Uint8Array()): Memory {
  return readMemory(Buffer.from(bytes).toString('utf8'));
}
