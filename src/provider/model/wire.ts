import { DelineaError } from './errors.js';
import { snakeCase } from './names.js';
import { isCleared, type Json, type JsonObject, type Values } from './values.js';

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
  /** Fields of a create that get a random secret, which nobody needs and nothing keeps. */
  readonly secrets?: readonly string[];
  /** Query of each list and of each GET, such as a flag without which the service hides disabled objects. */
  readonly query?: { readonly list?: WireQuery; readonly get?: WireQuery };
  /**
   * The form of a change, if the protocol has several: a PUT of the whole object, or a PATCH of marked fields, at the top
   * of the body or inside of one key. `path`: the collection of the PATCH, if it is not that of the other requests.
   */
  readonly change?: 'put' | 'patch' | { readonly patchIn: string; readonly path?: string };
  /** Fields of a live object that show that another product keeps it, with the values of an object that is kept here. */
  readonly keptHere?: readonly { readonly at: readonly string[]; readonly is: readonly Json[] }[];
  /** Ids of objects that every tenant has and that nobody can change. */
  readonly systemIds?: readonly string[];
  /** The calls of this kind, if the protocol has calls instead of paths. */
  readonly calls?: Calls;
}

/** The calls of one kind in a protocol of remote procedure calls, as paths below the surface's base URL. */
export interface Calls {
  /** The reports that list all objects and find one by id, the parameter for the id, and a column with an order. */
  readonly reports: { readonly all: string; readonly byId: string; readonly id: string; readonly sortBy: string };
  /** The call that shows attributes which reports may leave out. */
  readonly attributes?: string;
  readonly create: string;
  /** The call that changes an object, the key for its id, and the key for a new name if that is not the field's own. */
  readonly change: { readonly path: string; readonly id: string; readonly rename?: string };
  /** The call that deletes objects, and the key for their ids. */
  readonly remove?: { readonly path: string; readonly ids: string };
}

export type WireQuery = Readonly<Record<string, string | number | boolean>>;

/** A list in a collection of its own, below the path of the object that has it. */
export interface ListPart {
  /** Path below the object's own. */
  readonly path: string;
  readonly query?: WireQuery;
  /** The kind that the list has names of, while writes need ids. */
  readonly idsOf?: string;
  /** The kinds that the list can hold, if not all that the attribute refers to. */
  readonly only?: readonly string[];
  /** The place of an entry's kind and, by kind, the text there, the key for its ids in writes, and the form of its ids. */
  readonly kinds?: {
    readonly at: readonly string[];
    readonly of: Readonly<Record<string, { readonly shown: string; readonly sent: string; readonly ids?: RegExp }>>;
  };
  /** The one request that changes the list: by the ids to add and to remove, or by the exact set. */
  readonly write?:
    | { readonly method: 'PATCH'; readonly add: string; readonly remove: string }
    | { readonly method: 'PUT'; readonly set: string; readonly version?: string };
}

/** One attribute's place on the wire. */
export interface Field {
  /** Path of keys in the JSON body; the first may be a schema extension URN. */
  readonly at: readonly string[];
  /** Path of keys in writes, if it is not `at`. */
  readonly sent?: readonly string[];
  /**
   * The collection that holds this list: the object's JSON does not have it. `at` is then the place of the id or name in
   * each entry. It is read and written by requests of its own.
   */
  readonly from?: ListPart;
  /** The parameter that filters by this field, if it is not the field's own name. */
  readonly filter?: string;
  /** The value on the wire that means "none", such as -1 for the parent of a root folder. */
  readonly none?: readonly Json[];
  /** The wire has one value instead of a list of objects: the one with this field. */
  readonly single?: string;
  /** The attribute whose value a create sends if this one is not declared, because the service requires it. */
  readonly else?: string;
  /** Fields of a create that does not set the attribute. */
  readonly unset?: JsonObject;
  /** Only an object with this attribute may have the value `true`. */
  readonly trueNeeds?: string;
  /** Set at creation and never changed. A text is what to do instead of a change. */
  readonly immutable?: boolean | string;
  /** Shown by a service that has no call to change it: the value of a new object, and what to do instead of a change. */
  readonly shownOnly?: { readonly initially: Json; readonly instead: string };
  /** The values of the texts on the wire, in lower case. Another text has no known value, as if the field were absent. */
  readonly texts?: Readonly<Record<string, Json>>;
  /** Written at creation, never read back or changed. */
  readonly createOnly?: boolean;
  /** Goes with each write of the declared object, and is never read or compared. */
  readonly withWrites?: boolean;
  /** Applies only if another attribute has this value: `user.value` is the principal if `principalType` is `user`. */
  readonly when?: { readonly attribute: string; readonly is: string };
  /** A list of references: `[{value, type}]` on the wire, ids in attributes; changed element by element. */
  readonly references?: boolean;
  /** A list that a service may leave out when it is empty (RFC 7643 §2.5), so that its absence does not show a hidden one. */
  readonly omittedIfEmpty?: boolean;
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

/** Returns the values without those that are written and never read back. */
export function withoutCreateOnly(wire: Wire, values: Values): Values {
  const isHidden = (name: string) => {
    const field = fieldOf(wire, name, values);
    return field?.createOnly || field?.withWrites;
  };
  return Object.fromEntries(Object.entries(values).filter(([name]) => !isHidden(name)));
}

/** Returns the attributes that go with each write. */
export function withWrites(wire: Wire): string[] {
  return Object.keys(wire.fields).filter((name) => fieldsOf(wire, name).some((field) => field.withWrites));
}

/** Returns whether an attribute is a list in a collection of its own, which no list of the objects themselves has. */
export function isPart(wire: Wire, name: string, values: Values): boolean {
  return fieldOf(wire, name, values)?.from !== undefined;
}

/** Returns the values without lists in collections of their own. */
export function withoutParts(wire: Wire, values: Values): Values {
  return Object.fromEntries(Object.entries(values).filter(([name]) => !isPart(wire, name, values)));
}

/**
 * Checks that lists in collections of their own were read: unread is not empty.
 * @param label the object, for people: `group sre`
 * @throws DelineaError `incomplete_response`
 */
export function requireParts(wire: Wire, live: RemoteObject, names: readonly string[], label: string): void {
  for (const name of names) {
    if (isPart(wire, name, live.values) && live.values[name] === undefined) throw missingList(label, name);
  }
}

/**
 * Checks that a new object can have these values.
 * @throws DelineaError `immutable` for a value that the service does not set, `guarded` for one that needs another attribute
 */
export function requireCreatable(wire: Wire, values: Values, label: string): void {
  for (const [name, value] of Object.entries(values)) {
    const { shownOnly, trueNeeds } = fieldOf(wire, name, values) ?? {};
    if (shownOnly && value !== shownOnly.initially) throw unchangeable(label, name, shownOnly.instead);
    if (trueNeeds !== undefined && value === true && isCleared(values[trueNeeds] ?? '')) {
      throw new DelineaError('guarded', `${label}: ${snakeCase(name)} needs a ${snakeCase(trueNeeds)}`, {
        hint: `Set ${snakeCase(trueNeeds)}, or leave ${snakeCase(name)} out.`,
      });
    }
  }
}

/**
 * Checks that these attributes of a live object can be changed on this surface.
 * @throws DelineaError `immutable` for an attribute that only a create can set, or nothing
 */
export function requireChangeable(wire: Wire, live: RemoteObject, names: readonly string[], label: string): void {
  for (const name of names) {
    const field = fieldOf(wire, name, live.values);
    if (field?.shownOnly) throw unchangeable(label, name, field.shownOnly.instead);
    if (!field?.immutable && !field?.createOnly) continue;
    throw new DelineaError('immutable', `${label}: ${snakeCase(name)} cannot be changed after creation`, {
      hint:
        typeof field.immutable === 'string'
          ? field.immutable
          : 'Keep the live value, or remove the object and create another.',
    });
  }
}

function unchangeable(label: string, name: string, hint: string): DelineaError {
  return new DelineaError('immutable', `${label}: the API has no call that changes ${snakeCase(name)}`, { hint });
}

/**
 * Returns the field, with its value, that shows that another product keeps a live object. Secret Server mirrors users and
 * groups of the Platform and of directories: its API changes only the mirror (guide 000: the products are separate).
 */
export function keptElsewhere(wire: Wire, { raw }: RemoteObject): string | undefined {
  for (const { at, is } of wire.keptHere ?? []) {
    const value = at.reduce<Json | undefined>((found, key) => (found as JsonObject | undefined)?.[key], raw) ?? null;
    if (value !== null && !is.includes(value)) return `${at.join('.')}: ${value}`;
  }
  return undefined;
}

/**
 * Checks that a live object is kept by this surface's product, and is not a part of the system.
 * @throws DelineaError `not_ours`
 */
export function requireKeptHere(wire: Wire, live: RemoteObject, label: string): void {
  if (wire.systemIds?.includes(live.id)) {
    throw new DelineaError('not_ours', `${label} is part of the system and cannot be changed`, {
      hint: 'Refer to it here: look it up instead of declaring it.',
    });
  }
  const sign = keptElsewhere(wire, live);
  if (sign === undefined) return;
  throw new DelineaError('not_ours', `${label} is kept by another product or directory (${sign})`, {
    hint: 'Change it where it is kept, and refer to it here: look it up instead of declaring it.',
  });
}

/** Returns the error for a list that a response leaves out. @param label the object, for people: `group sre` */
export function missingList(label: string, list: string): DelineaError {
  return new DelineaError('incomplete_response', `the response for ${label} has no ${snakeCase(list)}`, {
    hint: `Check that the account may read ${snakeCase(list)}: a missing list is not an empty one.`,
  });
}
