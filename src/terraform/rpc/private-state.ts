import { type PrivateState, readPrivateState } from '../../provider/index.js';

/** Encodes the private state of a resource, which Terraform keeps beside the state for the provider alone. */
export function encodePrivateState(privateState: PrivateState): Uint8Array {
  return Buffer.from(JSON.stringify(privateState));
}

/** Decodes a private state. Absent or unreadable data, such as another provider version's, is an empty private state. */
export function decodePrivateState(bytes: Uint8Array = new Uint8Array()): PrivateState {
  return readPrivateState(Buffer.from(bytes).toString('utf8'));
}
