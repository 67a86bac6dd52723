import { DelineaError } from '../../provider/index.js';
import { decodeState } from '../values/dynamic-value.js';
import type { Value } from '../values/value.js';
import type { KindBlock } from './blocks.js';

/**
 * A kept state as one of today: through the steps of all later versions, and then attributes that it lacks are null and
 * ones that the schema no longer has are dropped.
 * @param version of the schema by which it was written
 * @throws DelineaError `stack_invalid` for a version that is not ours, and naming the path for a value that is not of its type
 */
export function upgradedState(
  { kind, type, schema }: Pick<KindBlock, 'kind' | 'type' | 'schema'>,
  version: number,
  json: Uint8Array | undefined,
): Value {
  const steps = kind.stateUpgrades ?? [];
  if (version > schema.version || !json) {
    throw new DelineaError('stack_invalid', `the state of a ${kind.type} has version ${version}, a newer one`, {
      hint: 'Use the version of the provider that wrote it, or a newer one.',
    });
  }
  return decodeState(type, json, (kept) => {
    if (typeof kept !== 'object' || kept === null || Array.isArray(kept)) return kept;
    return steps.slice(version).reduce((state, step) => step(state), kept as Readonly<Record<string, unknown>>);
  });
}
