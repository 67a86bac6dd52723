import {
  type Attribute,
  DelineaError,
  type InstanceState,
  isCleared,
  snakeCase,
  type Values,
} from '../../provider/index.js';
import { blockOf } from '../values/attributes.js';
import { isWhollyKnown, type ObjectValue, sameValue, type Value } from '../values/value.js';
import type { KindBlock } from './blocks.js';
import { isEquivalent, type NameComparison } from './planned-values.js';

/**
 * Returns the state after an apply: planned values, then configured values that the plan did not know, then values read
 * back. Planned values win because a service may return more fields of an element than configured, and Terraform would
 * treat that as another element.
 */
export function appliedState(
  { attributes }: KindBlock,
  planned: ObjectValue,
  config: ObjectValue,
  live: InstanceState | undefined,
): ObjectValue {
  const current = liveBlock(attributes, live);
  return Object.fromEntries(
    attributes.map(({ name, computed }) => {
      const value = planned[snakeCase(name)] ?? null;
      if (isWhollyKnown(value)) return [snakeCase(name), value];
      const configured = computed ? null : (config[snakeCase(name)] ?? null);
      return [
        snakeCase(name),
        configured !== null && isWhollyKnown(configured) ? configured : (current[snakeCase(name)] ?? null),
      ];
    }),
  );
}

/** Returns the refreshed state. Values that are equivalent to the prior ones keep the prior spelling. */
export async function refreshedState(
  { attributes }: KindBlock,
  prior: ObjectValue,
  live: InstanceState,
  names: NameComparison,
): Promise<ObjectValue> {
  const current = liveBlock(attributes, live);
  const state: Record<string, Value> = {};
  for (const attribute of attributes) {
    const name = snakeCase(attribute.name);
    const was = prior[name] ?? null;
    const is = current[name] ?? null;
    if (attribute.setting) state[name] = was;
    else if (attribute.computed || sameValue(was, is)) state[name] = is;
    else state[name] = (await isUnchanged(attribute, was, is, names)) ? was : is;
  }
  return state;
}

async function isUnchanged(attribute: Attribute, was: Value, is: Value, names: NameComparison): Promise<boolean> {
  if (was === null) return isCleared(is);
  return isEquivalent(attribute, was, is, names).catch((error: unknown) => {
    // A name that no longer exists does not identify the live object.
    if (error instanceof DelineaError && ['unknown_name', 'ambiguous'].includes(error.code)) return false;
    throw error;
  });
}

/**
 * Returns the state of an imported object: all its live values, with settings from the import or the defaults. Absent
 * values become an empty string or list, so that neither `""` in code nor an unset attribute is a change.
 */
export function importedState({ attributes }: KindBlock, live: InstanceState): ObjectValue {
  const current = liveBlock(attributes, live);
  return Object.fromEntries(
    attributes.map((attribute) => {
      const value = current[snakeCase(attribute.name)] ?? null;
      if (attribute.setting)
        return [snakeCase(attribute.name), value ?? (attribute.default as Value | undefined) ?? null];
      return [snakeCase(attribute.name), value ?? emptyValue(attribute)];
    }),
  );
}

function emptyValue({ type, refersTo, allowed }: Attribute): Value {
  if (type === 'objects') return [];
  // References such as members may be hidden, so absent does not mean empty.
  if (type === 'strings') return refersTo.length > 0 ? null : [];
  return type === 'string' && !allowed ? '' : null;
}

function liveBlock(attributes: readonly Attribute[], live: InstanceState | undefined): ObjectValue {
  const values: Values = live ? { ...live.values, id: live.id } : {};
  return blockOf(attributes, values);
}
