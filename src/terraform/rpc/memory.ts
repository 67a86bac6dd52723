import type { Memory } from '../../provider/index.js';

/** What a resource's private data holds: for the provider alone, kept by Terraform beside the state. */
export function encodeMemory(memory: Memory): Uint8Array {
  return Buffer.from(JSON.stringify(memory));
}

/** Nothing, or what another version wrote, is nothing remembered. */
export function decodeMemory(bytes: Uint8Array | undefined): Memory {
  if (!bytes || bytes.length === 0) return {};
  try {
    const held: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
    return typeof held === 'object' && held !== null && !Array.isArray(held) ? (held as Memory) : {};
  } catch {
    return {};
  }
}
