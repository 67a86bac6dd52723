import type { Json, JsonObject } from '../model/values.js';
import { fieldsOf, type Wire } from '../model/wire.js';
import { isObject } from './response.js';

/** Names by their lower case, each with the names inside of it. */
type Names = Map<string, { readonly name: string; readonly inner: Names }>;

/** Names in the elements of lists: RFC 7643 §2.4. */
const OF_ELEMENTS: Names = new Map(
  ['value', 'type', 'primary', 'display', '$ref'].map((name) => [name, { name, inner: new Map() }]),
);

const known = new WeakMap<Wire, Names>();

/**
 * Returns an object with the names of its attributes as its wire spells them. RFC 7643 §2.1: their case does not matter,
 * neither does that of the URN of an extension.
 */
export function inKnownCase(wire: Wire, raw: JsonObject): JsonObject {
  let names = known.get(wire);
  if (!names) {
    names = namesOf(wire);
    known.set(wire, names);
  }
  return renamed(raw, names);
}

function namesOf(wire: Wire): Names {
  const names: Names = new Map([['id', { name: 'id', inner: new Map() }]]);
  for (const { at, from } of Object.keys(wire.fields).flatMap((name) => fieldsOf(wire, name))) {
    if (from !== undefined) continue;
    let level = names;
    for (const name of at) {
      const entry = level.get(name.toLowerCase()) ?? { name, inner: new Map() };
      level.set(name.toLowerCase(), entry);
      level = entry.inner;
    }
  }
  return names;
}

/** Returns the same object if every name is as the wire spells it. */
function renamed(object: JsonObject, names: Names): JsonObject {
  let changed = false;
  const entries = Object.entries(object).map(([key, value]): [string, Json] => {
    const entry = names.get(key.toLowerCase());
    // A name that is there in both spellings is not replaced.
    if (!entry || (entry.name !== key && entry.name in object)) return [key, value];
    const inner = renamedIn(value, entry.inner);
    changed ||= entry.name !== key || inner !== value;
    return [entry.name, inner];
  });
  return changed ? Object.fromEntries(entries) : object;
}

function renamedIn(value: Json, names: Names): Json {
  if (isObject(value)) return names.size > 0 ? renamed(value, names) : value;
  if (!Array.isArray(value) || value.every((element) => !isObject(element) || 'value' in element)) return value;
  return value.map((element: Json) => (isObject(element) ? renamed(element, OF_ELEMENTS) : element));
}
