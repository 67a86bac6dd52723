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
import { type Names, saysSame } from './planned-values.js';

/**
 * The state after an apply: what was planned; what was not known then as code says it by now; the rest as it was read back.
 * A service may show more of an element than code says, which Terraform would take for another one.
 */
export function stateAfter(
  { attributes }: KindBlock,
  planned: ObjectValue,
  config: ObjectValue,
  live: InstanceState | undefined,
): ObjectValue {
  const shown = liveBlock(attributes, live);
  return Object.fromEntries(
    attributes.map(({ name, computed }) => {
      const value = planned[snakeCase(name)] ?? null;
      if (isWhollyKnown(value)) return [snakeCase(name), value];
      const said = computed ? null : (config[snakeCase(name)] ?? null);
      return [snakeCase(name), said !== null && isWhollyKnown(said) ? said : (shown[snakeCase(name)] ?? null)];
    }),
  );
}

/** The state as the object lives now, in the earlier spelling wherever that says the same. */
export async function stateRead(
  { attributes }: KindBlock,
  prior: ObjectValue,
  live: InstanceState,
  names: Names,
): Promise<ObjectValue> {
  const shown = liveBlock(attributes, live);
  const state: Record<string, Value> = {};
  for (const attribute of attributes) {
    const name = snakeCase(attribute.name);
    const was = prior[name] ?? null;
    const is = shown[name] ?? null;
    if (attribute.setting) state[name] = was;
    else if (attribute.computed || sameValue(was, is)) state[name] = is;
    else state[name] = (await stays(attribute, was, is, names)) ? was : is;
  }
  return state;
}

async function stays(attribute: Attribute, was: Value, is: Value, names: Names): Promise<boolean> {
  if (was === null) return isCleared(is);
  return saysSame(attribute, was, is, names).catch((error: unknown) => {
    // A name that leads nowhere by now is no name of what lives.
    if (error instanceof DelineaError && ['unknown_name', 'ambiguous'].includes(error.code)) return false;
    throw error;
  });
}

/**
 * The state of what was found in the tenant: everything that it has, and the settings as the import or else the defaults say.
 * Nothing there is an empty text or list, so that code which says so, and code which says nothing, both find no change.
 */
export function stateFound({ attributes }: KindBlock, live: InstanceState): ObjectValue {
  const shown = liveBlock(attributes, live);
  return Object.fromEntries(
    attributes.map((attribute) => {
      const value = shown[snakeCase(attribute.name)] ?? null;
      if (attribute.setting)
        return [snakeCase(attribute.name), value ?? (attribute.default as Value | undefined) ?? null];
      return [snakeCase(attribute.name), value ?? nothing(attribute)];
    }),
  );
}

function nothing({ type, refersTo, allowed }: Attribute): Value {
  if (type === 'objects') return [];
  // Members that do not show are not nobody.
  if (type === 'strings') return refersTo.length > 0 ? null : [];
  return type === 'string' && !allowed ? '' : null;
}

function liveBlock(attributes: readonly Attribute[], live: InstanceState | undefined): ObjectValue {
  const values: Values = live ? { ...live.values, id: live.id } : {};
  return blockOf(attributes, values);
}
