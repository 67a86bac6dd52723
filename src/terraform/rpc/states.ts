import { type Attribute, isCleared, type LivePiece, snakeCase, type Values } from '../../provider/index.js';
import { blockOf } from '../values/attributes.js';
import { isWhollyKnown, type ObjectValue, type Value } from '../values/value.js';
import type { KindBlock } from './blocks.js';
import { meansSame, type Names, namedKind } from './planned-values.js';

/** The state after an apply: what was planned, and what could not be known until then as it was read back. */
export function stateAfter({ attributes }: KindBlock, planned: ObjectValue, live: LivePiece | undefined): ObjectValue {
  const shown = liveBlock(attributes, live);
  return Object.fromEntries(
    attributes.map(({ name }) => {
      const value = planned[snakeCase(name)] ?? null;
      return [snakeCase(name), isWhollyKnown(value) ? value : (shown[snakeCase(name)] ?? null)];
    }),
  );
}

/** The state as the object lives now, in the earlier spelling wherever that says the same. */
export async function stateRead(
  { attributes }: KindBlock,
  prior: ObjectValue,
  live: LivePiece,
  names: Names,
): Promise<ObjectValue> {
  const shown = liveBlock(attributes, live);
  const state: Record<string, Value> = {};
  for (const attribute of attributes) {
    const name = snakeCase(attribute.name);
    const was = prior[name] ?? null;
    const is = shown[name] ?? null;
    if (attribute.setting) state[name] = was;
    else if (attribute.computed) state[name] = is;
    else state[name] = (await stays(attribute, was, is, names)) ? was : is;
  }
  return state;
}

async function stays(attribute: Attribute, was: Value, is: Value, names: Names): Promise<boolean> {
  if (was === null) return isCleared(is);
  if (meansSame(attribute, was, is)) return true;
  const kind = namedKind(attribute);
  if (kind === undefined || typeof was !== 'string' || typeof is !== 'string') return false;
  return names.sameName(kind, was, is);
}

/**
 * The state of what was found in the tenant: everything that it has, and the settings as they are unless written down.
 * Nothing there is an empty text or list, so that code which says so, and code which says nothing, both find no change.
 */
export function stateFound({ attributes }: KindBlock, live: LivePiece): ObjectValue {
  const shown = liveBlock(attributes, live);
  return Object.fromEntries(
    attributes.map((attribute) => {
      const value = shown[snakeCase(attribute.name)] ?? null;
      if (attribute.setting) return [snakeCase(attribute.name), (attribute.default as Value | undefined) ?? null];
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

function liveBlock(attributes: readonly Attribute[], live: LivePiece | undefined): ObjectValue {
  const values: Values = live ? { ...live.values, id: live.id } : {};
  return blockOf(attributes, values);
}
