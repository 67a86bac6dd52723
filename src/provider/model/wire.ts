import { DelineaError } from './errors.js';
import { snakeCase } from './names.js';
import type { JsonObject, Values } from './values.js';

/** The form of one kind in one protocol. */
export interface Wire {
  /** Path of the collection below the surface's base URL. */
  readonly path: string;
  /** SCIM schema URNs of the body. */
  readonly schemas?: readonly string[];
  /** The place of each attribute in the JSON body. */
  readonly fields: Readonly<Record<string, Field | readonly Field[]>>;
  /** Attributes that every write repeats unchanged (guide 000: a SCIM write without externalId may duplicate a user). */
  readonly repeat?: readonly string[];
  /** Attributes that a create must have (guide 000: a SCIM user without externalId may be duplicated). */
  readonly requires?: readonly string[];
  /** Whether a change is a delete and a create, because the surface has no update (fact sheet 3.2). */
  readonly recreate?: boolean;
  /** Fields with the same value in every body, such as a flag whose default is not what we need. */
  readonly constants?: JsonObject;
}

/** One attribute's place on the wire. */
export interface Field {
  /** Path of keys in the JSON body; the first may be a schema extension URN. */
  readonly at: readonly string[];
  /**
   * Path, below the object's own, of a collection that holds this list: the object's JSON does not have it. `at` is then
   * the place of the id or name in each entry. It is read and written by requests of its own.
   */
  readonly from?: string;
  /** Set at creation and never changed. */
  readonly immutable?: boolean;
  /** Written at creation, never read back or changed. */
  readonly createOnly?: boolean;
  /** Applies only if another attribute has this value: `user.value` is the principal if `principalType` is `user`. */
  readonly when?: { readonly attribute: string; readonly is: string };
  /** A list of references: `[{value, type}]` on the wire, ids in attributes; changed element by element. */
  readonly references?: boolean;
  /** A list whose first element alone counts (guide 004: `rights`). */
  readonly firstOf?: boolean;
}

/** Kind and display name of the objects that an attribute refers to, by id. */
export type About = Readonly<Record<string, { readonly kind?: string; readonly display?: string }>>;

/** A live object as one surface shows it, with that surface's ids. */
export interface RemoteObject {
  readonly id: string;
  /** The attributes in the response. An absent attribute was not read (or, on SCIM, is unset). */
  readonly values: Values;
  /** Kind and display name of referenced ids, by attribute and id, where the response has them. */
  readonly about?: Readonly<Record<string, About>>;
  /** The JSON object of the response. */
  readonly raw: JsonObject;
  /** Whether it came from a list, which on some surfaces has fewer attributes than a GET (guide 000's list example). */
  readonly listed?: boolean;
}

/** Returns the place of an attribute on the wire. If it has two, `values` decides which applies. */
export function fieldOf(wire: Wire, name: string, values: Values): Field | undefined {
  return fieldsOf(wire, name).find(({ when }) => !when || values[when.attribute] === when.is);
}

/** Returns all places of an attribute on the wire. */
export function fieldsOf(wire: Wire, name: string): readonly Field[] {
  const entry = wire.fields[name];
  if (entry === undefined) return [];
  return Array.isArray(entry) ? entry : [entry as Field];
}

/** Returns the values without those that are written at creation and never read back. */
export function withoutCreateOnly(wire: Wire, values: Values): Values {
  return Object.fromEntries(Object.entries(values).filter(([name]) => !fieldOf(wire, name, values)?.createOnly));
}

/** Returns the values without lists in collections of their own. */
export function withoutParts(wire: Wire, values: Values): Values {
  return Object.fromEntries(Object.entries(values).filter(([name]) => fieldOf(wire, name, values)?.from === undefined));
}

/**
 * Checks that lists in collections of their own were read: unread is not empty.
 * @param label the object, for people: `group sre`
 * @throws DelineaError `incomplete_response`
 */
export function requireParts(wire: Wire, live: RemoteObject, names: readonly string[], label: string): void {
  for (const name of names) {
    if (fieldOf(wire, name, live.values)?.from !== undefined && live.values[name] === undefined)
      throw missingList(label, name);
  }
}

/**
 * Checks that these attributes of a live object can be changed on this surface.
 * @throws DelineaError `immutable` for an attribute that only a create can set
 */
export function requireChangeable(wire: Wire, live: RemoteObject, names: readonly string[], label: string): void {
  for (const name of names) {
    const field = fieldOf(wire, name, live.values);
    if (!field?.immutable && !field?.createOnly) continue;
    throw new DelineaError('immutable', `${label}: ${snakeCase(name)} cannot be changed after creation`, {
      hint: 'Keep the live value, or remove the object and create another.',
    });
  }
}

/** Returns the error for a list that a response leaves out. @param label the object, for people: `group sre` */
export function missingList(label: string, list: string): DelineaError {
  return new DelineaError('incomplete_response', `the response for ${label} has no ${snakeCase(list)}`, {
    hint: `Check that the account may read ${snakeCase(list)}: a missing list is not an empty one.`,
  });
}
