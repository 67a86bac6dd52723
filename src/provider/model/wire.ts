import { DelineaError } from './errors.js';
import { snakeCase } from './names.js';
import type { JsonObject, Values } from './values.js';

/** How one kind travels over one protocol. */
export interface Wire {
  /** Path of the collection below the surface's base URL. */
  readonly path: string;
  /** SCIM schema URNs of the body. */
  readonly schemas?: readonly string[];
  /** Where each attribute stands in the JSON body. */
  readonly fields: Readonly<Record<string, Field | readonly Field[]>>;
  /** Attributes that every write repeats unchanged (guide 000: a SCIM write without externalId may duplicate a user). */
  readonly repeat?: readonly string[];
  /** Attributes that a create must carry: guide 000 says that a SCIM user without externalId may be duplicated. */
  readonly requires?: readonly string[];
  /** Attributes whose filter value picks the objects of one list, because the surface lists nothing without (guide 002). */
  readonly scope?: string;
  /** The surface has no update: a change is a delete and a create (fact sheet 3.2). */
  readonly recreate?: boolean;
  /** Fields that every body carries with the same value, such as a flag whose default is wrong for us. */
  readonly constants?: JsonObject;
  /** Not an object of its own, but an element of an array on another: role names in a user's `roles`. */
  readonly element?: ElementOf;
}

export interface ElementOf {
  /** The attribute that names the kind of the carrier (`user` or `group`). */
  readonly kindIn: string;
  /** The attribute that holds the carrier's id. */
  readonly idIn: string;
  /** The attribute that the array holds. */
  readonly value: string;
  /** The array on the carrier's JSON. */
  readonly array: string;
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
  /** Only when another attribute has this value: `user.value` holds the principal when `principalType` is `user`. */
  readonly when?: { readonly attribute: string; readonly is: string };
  /** A list of references: `[{value, type}]` on the wire, ids for us; changed element by element. */
  readonly references?: boolean;
  /** A list of which only the first element counts (guide 004: `rights`). */
  readonly firstOf?: boolean;
}

/** A live object as one surface shows it: ids are those of that surface. */
export interface RemoteObject {
  readonly id: string;
  /** Attributes that the answer held. An attribute that is absent here was not read (or, on SCIM, is unset). */
  readonly values: Values;
  /** What the surface says of referenced ids beside the id itself: kind and display name. */
  readonly about?: Readonly<Record<string, { readonly kind?: string; readonly display?: string }>>;
  /** The object as it came. */
  readonly raw: JsonObject;
  /** From a list, which on some surfaces brings less than a GET (guide 000's list example). */
  readonly listed?: boolean;
}

/** The place of an attribute on the wire; some have two, told apart by another attribute. */
export function fieldOf(wire: Wire, name: string, values: Values): Field | undefined {
  return fieldsOf(wire, name).find(({ when }) => !when || values[when.attribute] === when.is);
}

export function fieldsOf(wire: Wire, name: string): readonly Field[] {
  const entry = wire.fields[name];
  if (entry === undefined) return [];
  return Array.isArray(entry) ? entry : [entry as Field];
}

/**
 * Returns the array of one carrier. A missing array is not an empty one: writing it back would remove every element.
 * @throws DelineaError `incomplete_response`
 */
export function arrayOf({ array }: ElementOf, kind: string, carrier: RemoteObject): readonly string[] {
  const current = carrier.values[array];
  if (Array.isArray(current)) return current as readonly string[];
  throw unread(`${kind} ${carrier.id}`, array);
}

/** Returns the edges that one carrier stores, such as the roles of a user. @throws DelineaError `incomplete_response` */
export function elementsOf(element: ElementOf, kind: string, carrier: RemoteObject): RemoteObject[] {
  return arrayOf(element, kind, carrier).map((value) => ({
    id: `${kind}/${carrier.id}/${value}`,
    values: { [element.kindIn]: kind, [element.idIn]: carrier.id, [element.value]: value },
    raw: carrier.raw,
  }));
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
      throw unread(label, name);
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

function unread(label: string, list: string): DelineaError {
  return new DelineaError('incomplete_response', `the response for ${label} has no ${snakeCase(list)}`, {
    hint: `Check that the account may read ${snakeCase(list)}: a missing list is not an empty one.`,
  });
}
