import type { Attribute } from '../model/attribute.js';
import { elementKeyIn, withExclusiveFlags } from '../model/elements.js';
import { DelineaError } from '../model/errors.js';
import { snakeCase } from '../model/names.js';
import type { Resource } from '../model/resource.js';
import { isCleared, type Json, type JsonObject, type Values } from '../model/values.js';
import { type Field, fieldOf, fieldsOf, type RemoteObject, type Wire } from '../model/wire.js';
import { resourceOf } from '../resources/index.js';
import { ownId, sentId } from '../resources/object-id.js';
import { inKnownCase } from './letter-case.js';
import { isObject, UNDOCUMENTED_RESPONSE } from './response.js';

/**
 * Reads one object of a surface. Ignores unknown fields; an absent field stays unset.
 * @throws DelineaError `malformed_response` for a missing id or required attribute, or a value of the wrong type
 */
export function decode(resource: Resource, wire: Wire, received: JsonObject, what: string): RemoteObject {
  const raw = inKnownCase(wire, received);
  const id = raw.id;
  if (typeof id !== 'string' && typeof id !== 'number') {
    throw new DelineaError('malformed_response', `${what}: the response has an object without an id`, {
      hint: UNDOCUMENTED_RESPONSE,
    });
  }
  const values: Record<string, unknown> = {};
  const about: Record<string, Shown> = {};
  for (const name of Object.keys(wire.fields)) {
    for (const field of fieldsOf(wire, name)) {
      if (field.from !== undefined || field.createOnly || field.withWrites) continue;
      const value = shownValue(raw, field);
      // The first place with a value counts, if an attribute has several.
      if (value === undefined || (field.when && (value === null || values[name] !== undefined))) continue;
      const attribute = resource.attributes.find((candidate) => candidate.name === name);
      const shown: Shown = {};
      if (value !== null) values[name] = readValue(value, field, attribute, `${what}: ${resource.type} ${id}`, shown);
      else values[name] = null;
      if (field.when) values[field.when.attribute] = field.when.is;
      if (field.at.length === 2) note(shown, values[name], raw[field.at[0]!], field.when?.is);
      if (Object.keys(shown).length > 0) about[name] = shown;
    }
  }
  const required = resource.attributes.filter(({ required }) => required).map(({ name }) => name);
  for (const name of required) {
    const value = values[name];
    if (name in wire.fields && (value === undefined || value === null || value === '')) {
      throw new DelineaError('malformed_response', `${what}: ${resource.type} ${id} has no ${snakeCase(name)}`, {
        hint: UNDOCUMENTED_RESPONSE,
      });
    }
  }
  return { id: ownId(resource.type, String(id)), values, ...(Object.keys(about).length > 0 ? { about } : {}), raw };
}

/** Returns the value at a field's place: null if it means "none", undefined if it is absent or has no known value. */
function shownValue(raw: JsonObject, { at: path, none, texts }: Field): Json | undefined {
  const value = at(raw, path);
  if (value !== undefined && none?.includes(value)) return null;
  return texts ? texts[String(value).toLowerCase()] : value;
}

/** The objects that one attribute refers to, as the response shows them. */
type Shown = Record<string, { kind?: string; display?: string }>;

function readValue(value: Json, field: Field, attribute: Attribute | undefined, what: string, about: Shown): unknown {
  const wrongType = (expected: string) =>
    new DelineaError('malformed_response', `${what}: ${field.at.join('.')} must be ${expected}`, {
      hint: UNDOCUMENTED_RESPONSE,
    });
  if (field.single !== undefined) {
    if (typeof value !== 'string') throw wrongType('a string');
    const flags = (attribute?.fields ?? []).filter(({ exclusive }) => exclusive).map(({ name }) => [name, true]);
    return [{ [field.single]: value, ...Object.fromEntries(flags) }];
  }
  if (field.firstOf) return Array.isArray(value) ? String(value[0] ?? '') : String(value);
  if (field.references) {
    if (!Array.isArray(value)) throw wrongType('a list');
    return value.map((entry: Json) => {
      const value = isObject(entry) ? (entry.value ?? idInUrl(entry.$ref)) : entry;
      if (typeof value !== 'string' && typeof value !== 'number') throw wrongType('a list of ids');
      const kinds = attribute?.refersTo ?? [];
      const kind = isObject(entry) ? kindShown(entry) : undefined;
      const id = withKind(kinds, kind, String(value));
      note(about, id, entry, kind);
      return id;
    });
  }
  // A field without an attribute is the array of an element kind: role names.
  switch (attribute?.type ?? 'strings') {
    case 'objects':
      if (!Array.isArray(value)) throw wrongType('a list');
      return value.filter(isObject).map((entry) => {
        const fields = (attribute?.fields ?? []).filter(
          ({ name }) => entry[name] !== undefined && entry[name] !== null,
        );
        return Object.fromEntries(fields.map(({ name }) => [name, entry[name]]));
      });
    case 'strings':
      if (!Array.isArray(value)) throw wrongType('a list');
      // Role names may be strings (guide 000) or {value, display} (RFC 7643 §4.1.2).
      return value.map((entry: Json) => String(isObject(entry) ? (entry.value ?? entry.name ?? '') : entry));
    case 'boolean': {
      // Entra and servers built for it have "True" and "False" as text.
      const flag = typeof value === 'string' ? BOOLEANS[value.toLowerCase()] : value;
      if (typeof flag !== 'boolean') throw wrongType('true or false');
      return flag;
    }
    default:
      if (typeof value !== 'string' && typeof value !== 'number') throw wrongType('a string');
      return withKind(attribute?.refersTo ?? [], field.when?.is, String(value));
  }
}

const BOOLEANS: Readonly<Record<string, boolean>> = { true: true, false: false };

/** Returns the id at the end of an element's `$ref`. RFC 7643 §2.4 requires neither it nor `value`. */
function idInUrl($ref: Json | undefined): string | undefined {
  const segment = typeof $ref === 'string' ? /\/([^/?#]+)\/?$/.exec($ref)?.[1] : undefined;
  return segment === undefined ? undefined : decoded(segment);
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** Returns the kind of an element: its `type`, else the folder in its `$ref` (RFC 7643 §2.4 has both). */
function kindShown({ type, $ref }: JsonObject): string | undefined {
  if (typeof type === 'string') return type.toLowerCase();
  const folder = typeof $ref === 'string' ? /\/(\w+)s\/[^/]+$/.exec($ref)?.[1] : undefined;
  return folder?.toLowerCase();
}

/** Returns the id of another object as it is known here; any other text as it is. */
function withKind(kinds: readonly string[], shown: string | undefined, text: string): string {
  const kind = kinds.length === 1 ? kinds[0] : kinds.find((candidate) => candidate === shown);
  return kind === undefined ? text : ownId(kind, text);
}

function note(about: Shown, id: unknown, entry: Json | undefined, kind: string | undefined): void {
  if (typeof id !== 'string' || !isObject(entry)) return;
  const display = entry.display;
  about[id] = { ...(kind === undefined ? {} : { kind }), ...(typeof display === 'string' ? { display } : {}) };
}

type EncodeId = (id: string) => Json;

/**
 * Returns the JSON body of a create. Leaves out unset and cleared values, settings (they are not on the wire) and parts
 * in collections of their own.
 */
export function encode(resource: Resource, wire: Wire, values: Values, encodeId: EncodeId): JsonObject {
  const body: Record<string, Json> = { ...wire.constants };
  for (const name of Object.keys({ ...values, ...wire.fields })) {
    const field = fieldOf(wire, name, values);
    const value = values[name] ?? (field?.else === undefined ? undefined : values[field.else]);
    if (!field || field.from !== undefined || field.shownOnly) continue;
    if (value === undefined || isCleared(value)) {
      Object.assign(body, field.unset);
      continue;
    }
    const attribute = resource.attributes.find((candidate) => candidate.name === name);
    place(body, field.sent ?? field.at, encodeValue(value, field, attribute, encodeId));
  }
  return body;
}

/** Returns changed attributes as the wire has them, each with its key; a cleared one as the value that means "none". */
export function encodeChanges(
  resource: Resource,
  wire: Wire,
  changes: Values,
  encodeId: EncodeId,
): { readonly name: string; readonly key: string; readonly value: Json }[] {
  return Object.entries(changes).flatMap(([name, value]) => {
    const field = fieldOf(wire, name, changes);
    if (!field) return [];
    const attribute = resource.attributes.find((candidate) => candidate.name === name);
    const sent = isCleared(value) ? (field.none?.[0] ?? null) : encodeValue(value, field, attribute, encodeId);
    return [{ name, key: (field.sent ?? field.at)[0]!, value: sent }];
  });
}

/** Returns one attribute's value as the wire has it. */
export function encodeValue(value: unknown, field: Field, attribute: Attribute | undefined, encodeId: EncodeId): Json {
  if (field.single !== undefined) return (value as readonly JsonObject[])[0]![field.single]!;
  if (field.firstOf) return [value as Json];
  if (field.references)
    return (value as readonly string[]).map((id) => encodeReference(attribute?.refersTo ?? [], id, encodeId));
  return attribute && holdsId(attribute) ? encodeId(sentId(attribute.refersTo, String(value)).id) : (value as Json);
}

/** Returns an element of a list of references. A number needs its kind: `type` of a member (RFC 7643 §4.2). */
export function encodeReference(kinds: readonly string[], own: string, encodeId: EncodeId): JsonObject {
  const { id, kind } = sentId(kinds, own);
  return { value: encodeId(id), ...(kind === undefined ? {} : { type: typeOf(kind) }) };
}

/** Returns the `type` by which lists of references name a kind. */
export function typeOf(kind: string): string {
  return resourceOf(kind).title;
}

/** Returns whether an attribute names one other object by its id. Roles are named by name. */
function holdsId({ type, refersTo }: Attribute): boolean {
  return type === 'string' && refersTo.some((kind) => resourceOf(kind).referredBy === undefined);
}

export interface ElementChanges {
  /** The live elements. */
  readonly present: readonly string[];
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

/** Returns the elements by which a set of ids or names must change. */
export function elementChanges(live: RemoteObject, name: string, wanted: unknown): ElementChanges {
  const present = new Set((live.values[name] as readonly string[] | null | undefined) ?? []);
  const desired = new Set(wanted as readonly string[]);
  return {
    present: [...present],
    added: [...desired].filter((id) => !present.has(id)),
    removed: [...present].filter((id) => !desired.has(id)),
  };
}

/** Returns whether a field refers to one object by id, as `manager: {value: id}` does (RFC 7643 §2.4). */
export function isReferenceField(field: Field): boolean {
  return field.at.length > 1 && field.at.at(-1) === 'value';
}

/**
 * Returns the elements of a list of objects to send. Keeps undeclared fields of the live element with the same key (such as
 * an e-mail's `type`), and clears `primary` on the earlier primary element.
 */
export function mergeElements(attribute: Attribute | undefined, value: unknown, live: Json | undefined): Json {
  if (attribute?.type !== 'objects' || !Array.isArray(value) || !Array.isArray(live)) return value as Json;
  const keyOf = elementKeyIn(attribute);
  const current = new Map(live.filter(isObject).map((element) => [keyOf(element), element]));
  return withExclusiveFlags(attribute, value).map((element) => ({
    ...current.get(keyOf(element)),
    ...(element as JsonObject),
  }));
}

/** Returns the value at a path of keys; undefined if a key is absent, null if the path ends at null. */
export function at(raw: JsonObject, path: readonly string[]): Json | undefined {
  let value: Json | undefined = raw;
  for (const step of path) {
    if (value === null) return null;
    if (!isObject(value)) return undefined;
    value = value[step];
  }
  return value;
}

/** Sets the value at a path of keys. */
export function place(body: Record<string, Json>, path: readonly string[], value: Json): void {
  const [step, ...rest] = path as [string, ...string[]];
  if (rest.length === 0) {
    body[step] = value;
    return;
  }
  const inner = { ...((body[step] as JsonObject | undefined) ?? {}) };
  place(inner, rest, value);
  body[step] = inner;
}

/** Removes the value at a path of keys, and each object around it that is then empty. */
export function removeAt(body: Record<string, Json>, path: readonly string[]): void {
  const [step, ...rest] = path as [string, ...string[]];
  const inner = { ...((body[step] as JsonObject | null | undefined) ?? {}) };
  if (rest.length > 0) removeAt(inner, rest);
  if (rest.length > 0 && Object.keys(inner).length > 0) body[step] = inner;
  else delete body[step];
}
