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
  /** The surface has no update: a change is a delete and a create (fact sheet 3.2). */
  readonly recreate?: boolean;
}

/** One attribute's place in the JSON body. */
export interface Field {
  /** Path of keys; the first may be a schema extension URN. */
  readonly at: readonly string[];
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
