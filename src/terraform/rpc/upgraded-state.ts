import { DelineaError } from '../../provider/index.js';
import { decodeState } from '../values/dynamic-value.js';
import type { Value } from '../values/value.js';
import type { KindBlock } from './blocks.js';

/**
 * Upgrades a stored state to the current schema: runs the upgrade steps of all later versions, sets missing attributes to
 * null and drops attributes that the schema no longer has.
 * @param version of the schema that wrote the state
 * @throws DelineaError `stack_invalid` for a newer version, and with the path for a value of another type
 */
export function upgradedState(
  { kind, type, schema }: Pick<KindBlock, 'kind' | 'type' | 'schema'>,
  version: number,
  json: Uint8Array | undefined,
): Value {
  const steps = kind.stateUpgrades ?? [];
  if (version > schema.version || !json) {
    throw new DelineaError('stack_invalid', `a newer provider wrote the state of a ${kind.type} (version ${version})`, {
      hint: 'Use the provider version that wrote the state, or a newer one.',
    });
  }
  return decodeState(type, json, (stored) => {
    if (typeof stored !== 'object' || stored === null || Array.isArray(stored)) return stored;
    return steps.slice(version).reduce((state, step) => step(state), stored as Readonly<Record<string, unknown>>);
  });
}
