import type { Features } from '../model/features.js';
import type { Resource } from '../model/resource.js';
import type { Json, JsonObject, Values } from '../model/values.js';
import type { ListPart, RemoteObject, Wire, WireQuery } from '../model/wire.js';

export type Query = WireQuery;

/** One `eq` term of a filter. */
export interface Term {
  /** Path of keys in the JSON body. */
  readonly at: readonly string[];
  /** The parameter for this field, if the protocol has one parameter a field. */
  readonly filter?: string | undefined;
  readonly value: string;
}

/** One request that reads. A POST is sent as a read too: it is repeated after errors, and needs no permission to write. */
export interface Read {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly query?: Query;
  readonly body?: JsonObject;
  /** Whether the response is the whole list, without pages. */
  readonly whole?: boolean;
}

/** One object, or the collection that it is in. */
export interface Place {
  readonly wire: Wire;
  readonly id: string;
  /** Path of the object below the surface's base URL. */
  readonly path: string;
}

/** The requests that read objects. `byGet` has those of most protocols. */
export interface Reads {
  /** Returns the request of one page of a collection. */
  list(wire: Wire, query: Query): Read;
  /** Returns the request of one page of a list in a collection of its own. */
  part(from: ListPart, place: Place, query: Query): Read;
  /** Reads one object; returns undefined only if the service shows that there is none. */
  object(place: Place, send: (read: Read) => Promise<JsonObject | undefined>): Promise<JsonObject | undefined>;
  /** Returns the id in the response to a create. */
  newId(body: JsonObject | undefined): Json | undefined;
}

/** One request that changes the tenant. */
export interface Write {
  readonly method: 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  /** Path below the surface's base URL; ids in it are encoded. */
  readonly path: string;
  readonly query?: Query;
  readonly body?: JsonObject;
  /** Secrets in the body that nothing else holds; no text may repeat them. */
  readonly secrets?: readonly string[];
}

/** The object or collection that a change is sent to. */
export interface Target {
  readonly resource: Resource;
  readonly wire: Wire;
  /** Path of the object or, for a create, of its collection. */
  readonly path: string;
  /** Id of the object in requests; absent for a collection. */
  readonly id?: string;
}

/** The differences between API dialects. Everything else is shared. */
export interface Protocol {
  /** Unset: `byGet`. */
  readonly reads?: Reads;
  /** Returns the query of one page; `offset` is 0-based. */
  pageQuery(offset: number, count: number): Query;
  /** Returns the objects of a list response and the total, if it has one. @throws DelineaError `malformed_response` */
  readPage(body: JsonObject | undefined, what: string): { items: readonly JsonObject[]; total?: number };
  /** Returns the query for objects that match every term; there is at least one. */
  filterQuery(terms: readonly Term[]): Query;
  /** Returns an id of another object as bodies carry it. */
  encodeId(id: string): Json;
  /** Returns the requests that create an object. Parts in collections of their own are written by a later update. */
  create(target: Target, values: Values): readonly Write[];
  /** Returns the requests, in order, that change only these attributes; empty when nothing changes. */
  update(target: Target, live: RemoteObject, changes: Values): readonly Write[];
  /** @param settings the settings that go with the request */
  remove(target: Target, settings: Values): readonly Write[];
  /** The document in which a service shows what it supports; absent: the protocol has none. */
  readonly features?: FeaturesDocument;
  /** Updates of whole objects, for services without partial updates; absent: every service has partial ones. */
  readonly wholeUpdates?: WholeUpdates;
}

/** A document in which a service shows what it supports. */
export interface FeaturesDocument {
  /** Path below the surface's base URL. */
  readonly path: string;
  read(body: JsonObject): Features;
}

/** Updates that send the whole object. */
export interface WholeUpdates {
  /**
   * Returns the requests, in order, that change only these attributes.
   * @param live the object for which the changes were planned
   * @param now the object as its id shows it now
   */
  update(target: Target, live: RemoteObject, changes: Values, now: RemoteObject): readonly Write[];
}
