import { DelineaError, ignoreCodes } from '../model/errors.js';
import { foldCase } from '../model/fold-case.js';
import { keyText, ownNames } from '../model/keys.js';
import { snakeCase } from '../model/names.js';
import type { Resource } from '../model/resource.js';
import { type JsonObject, pick, type Values } from '../model/values.js';
import {
  fieldOf,
  fieldsOf,
  type ListPart,
  type RemoteObject,
  requireChangeable,
  requireParts,
  type Wire,
} from '../model/wire.js';
import { ownId, sentId } from '../resources/object-id.js';
import type { ConfiguredSurface } from '../settings/configured-surface.js';
import { type AccessLevel, surfacesServing } from '../settings/surfaces.js';
import { byGet } from './by-get.js';
import { at, decode } from './codec.js';
import { equalityTerms, spellings } from './filter.js';
import { type Call, type Http, percentEncode } from './http.js';
import { checkedPage, type FetchPage, type Page, readAll } from './pages.js';
import type { Protocol, Query, Read, Write } from './protocol.js';
import type { RequestType } from './request-count.js';
import { NAME_TAKEN, UNDOCUMENTED_RESPONSE } from './response.js';
import { sendUpdate } from './send-update.js';

/** One kind on one surface, with that surface's ids and references. Every method throws DelineaError only. */
export interface Collection {
  readonly resource: Resource;
  readonly surface: ConfiguredSurface;
  readonly wire: Wire;
  /** Returns the first page, which has the total, of the whole list or of the part that a query selects. */
  firstPage(query?: Query): Promise<Page<RemoteObject>>;
  /** Returns the whole list, or the objects that match a filter of `eq` terms. */
  list(scope?: Values, first?: Page<RemoteObject>): Promise<readonly RemoteObject[]>;
  /**
   * Returns undefined after a 404. A 403 is an error: "cannot see" is not "gone".
   * @param lists the lists in collections of their own that are read too; unset: all
   */
  get(id: string, lists?: readonly string[]): Promise<RemoteObject | undefined>;
  /** Returns an object with lists from collections of their own. A list that may not be read stays unread. */
  withLists(live: RemoteObject, lists: readonly string[]): Promise<RemoteObject>;
  /** Returns the objects that match a filter; callers compare names themselves. undefined: the surface cannot filter. */
  find(key: Values): Promise<readonly RemoteObject[]> | undefined;
  /** Returns the new id where the response has one. Does not write parts in collections of their own: update does. */
  create(values: Values): Promise<string | undefined>;
  /**
   * Changes these attributes of a live object.
   * @throws DelineaError `incomplete_response` or `immutable` before anything is sent
   */
  update(live: RemoteObject, changes: Values, access?: AccessLevel): Promise<void>;
  /** Deletes the object; succeeds if it is already gone. @param settings the settings that go with the request */
  remove(live: RemoteObject, settings?: Values): Promise<void>;
}

interface ListRequest {
  /** Returns the request of one page. */
  readonly request: (page: Query) => Read;
  readonly counted: RequestType;
  /** The list in errors: "user list". */
  readonly what: string;
}

/** Returns a function that reads one page of a list. */
export function pageReader(http: Http, protocol: Protocol, list: ListRequest): FetchPage<JsonObject> {
  const { request, counted, what } = list;
  return async (offset, count) => {
    const { whole, ...read } = request(protocol.pageQuery(offset, count));
    const { items, total } = protocol.readPage(await http.send({ ...read, access: 'read', counted, what }), what);
    if (total !== undefined) return checkedPage({ items, total }, what);
    const more = items.length >= count && !whole ? 1 : 0;
    return { items, total: offset + items.length + more, open: items.length > 0 && !whole };
  };
}

/** Returns a kind whose objects have a path of their own. */
export function objectCollection(
  resource: Resource,
  surface: ConfiguredSurface,
  wire: Wire,
  protocol: Protocol,
  given: Http,
  collectionOf: (kind: string) => Collection,
): Collection {
  const alternatives = withAlternatives(resource, surface);
  const http = surface.unexposedIs404 ? { send: (call: Call) => given.send(call).catch(alternatives) } : given;
  const served = surface.serves[resource.type];
  const parts = Object.keys(wire.fields).flatMap((name) =>
    fieldsOf(wire, name).flatMap(({ from, at }) => (from === undefined ? [] : [{ name, from, at }])),
  );
  const reads = protocol.reads ?? byGet;
  const sent = (id: string) => sentId([resource.type], id).id;
  const pathOf = (id: string) => `${wire.path}/${idSegment(resource, sent(id))}`;
  const placeOf = (id: string) => ({ wire, id: sent(id), path: pathOf(id) });
  const listName = `${resource.type} list`;

  /** Sends the requests of one change in order. Stops at the first error: callers read back what happened. */
  async function write(requests: readonly Write[], what: string, access: AccessLevel = served?.writeAccess ?? 'write') {
    const bodies: (JsonObject | undefined)[] = [];
    for (const request of requests) bodies.push(await http.send({ ...request, counted: 'writes', access, what }));
    return bodies;
  }

  function listSpec(filter: Query, counted: RequestType) {
    const fetchRaw = pageReader(http, protocol, {
      request: (page) => reads.list(wire, { ...page, ...wire.query?.list, ...filter }),
      counted,
      what: listName,
    });
    const fetch = async (offset: number, count: number): Promise<Page<RemoteObject>> => {
      const { items, ...page } = await fetchRaw(offset, count).catch((error: unknown) => {
        const isSearch = surface.missIs404 && Object.keys(filter).length > 0;
        if (isSearch && error instanceof DelineaError && error.code === 'not_found') return { items: [], total: 0 };
        throw offset === 0 ? elsewhere(error, resource, surface) : error;
      });
      return { ...page, items: items.map((raw) => ({ ...decode(resource, wire, raw, listName), listed: true })) };
    };
    const what = `${listName} of ${surface.title}`;
    return { fetch, size: surface.pageSize, idOf: (live: RemoteObject) => live.id, what };
  }

  const filterBy = (wanted: Values) => {
    const terms = equalityTerms(surface, resource, wire, wanted);
    return terms.length > 0 ? protocol.filterQuery(terms) : {};
  };
  const findAny = async (keys: readonly Values[]) => {
    const found = await Promise.all(keys.map((key) => readAll(listSpec(filterBy(key), 'gets'))));
    return [...new Map(found.flat().map((live) => [live.id, live])).values()];
  };

  /**
   * Returns a handler for a create that failed inside a 200, which has no status for the reason: if the name is found, it
   * is a conflict.
   */
  const asConflict = (values: Values) => async (error: unknown) => {
    if (!(error instanceof DelineaError) || error.code !== 'rejected' || error.status !== 200) throw error;
    const key = pick(values, resource.key);
    const found = await findAny(spellings(resource, pick(key, ownNames(resource))));
    if (!found.some((live) => keyText(resource, live.values) === keyText(resource, key))) throw error;
    throw new DelineaError('conflict', error.message, { hint: NAME_TAKEN, status: error.status });
  };

  /** Reads a list that is not in the object's JSON. Without permission to read it, it stays unread. */
  async function readPart(id: string, { from, at: path, name }: (typeof parts)[number]) {
    const what = `${snakeCase(name)} of ${resource.type} ${sent(id)}`;
    const idOf = (entry: JsonObject) => {
      const value = at(entry, path);
      if (typeof value === 'string' || typeof value === 'number') return String(value);
      throw new DelineaError('malformed_response', `${what}: an entry has no ${path.join('.')}`, {
        hint: UNDOCUMENTED_RESPONSE,
      });
    };
    const request = (page: Query) => reads.part(from, placeOf(id), page);
    const fetch = pageReader(http, protocol, { request, counted: 'gets', what });
    const spec = { fetch, size: surface.pageSize, idOf, what };
    const entries = await readAll(spec).catch(ignoreCodes('forbidden', 'not_found'));
    if (!entries) return undefined;
    const ids = entries.map(idOf);
    const kinds = entries.map((entry) => kindOfEntry(from, entry));
    const about = ids.flatMap((each, index) => (kinds[index] === undefined ? [] : [[each, { kind: kinds[index] }]]));
    return { name, ids, about: about.length > 0 ? Object.fromEntries(about) : undefined };
  }

  async function withLists(live: RemoteObject, names: readonly string[]): Promise<RemoteObject> {
    const wanted = parts.filter(({ name }) => names.includes(name));
    const lists = await Promise.all(wanted.map((part) => readPart(live.id, part)));
    const read = lists.filter((list) => list !== undefined);
    const values = Object.fromEntries(read.map(({ name, ids }) => [name, ids]));
    const about = Object.fromEntries(read.flatMap(({ name, about }) => (about ? [[name, about]] : [])));
    return { ...live, values: { ...live.values, ...values }, about: { ...live.about, ...about } };
  }

  /** Returns the values with ids instead of the names in lists that can only be written by id. */
  async function withIds(values: Values): Promise<Values> {
    const translated = Object.entries(values).map(async ([name, value]) => {
      const kind = fieldOf(wire, name, values)?.from?.idsOf;
      if (kind === undefined) return [name, value] as const;
      return [name, await idsByName(collectionOf(kind), value as readonly string[])] as const;
    });
    return Object.fromEntries(await Promise.all(translated));
  }

  async function get(id: string, lists = parts.map(({ name }) => name)): Promise<RemoteObject | undefined> {
    const what = `read ${resource.type} ${sent(id)}`;
    const body = await reads.object(placeOf(id), (read) =>
      http.send({ ...read, access: 'read', counted: 'gets', what }),
    );
    return body && withLists(decode(resource, wire, body, what), lists);
  }

  return {
    resource,
    surface,
    wire,
    withLists,
    firstPage: (query = {}) => listSpec(query, 'lists').fetch(0, surface.pageSize),
    list: (scope, first) => readAll(listSpec(scope ? filterBy(scope) : {}, 'lists'), first),
    get,
    find(key) {
      const terms = Object.keys(key).filter((attribute) => attribute in wire.fields);
      if (terms.length === 0 || !terms.every((term) => served?.filters.includes(term))) return undefined;
      return findAny(spellings(resource, key));
    },
    async create(values) {
      const requests = protocol.create({ resource, wire, path: wire.path }, values);
      const ids = (await write(requests, `create ${resource.type}`).catch(asConflict(values))).map(reads.newId);
      const id = ids.find((candidate) => typeof candidate === 'string' || typeof candidate === 'number');
      return id === undefined ? undefined : ownId(resource.type, String(id));
    },
    async update(live, changes, access) {
      const label = `${resource.type} ${sent(live.id)}`;
      requireParts(wire, live, Object.keys(changes), label);
      requireChangeable(wire, live, Object.keys(changes), label);
      await sendUpdate(http, protocol, {
        target: { resource, wire, path: pathOf(live.id) },
        live,
        changes: await withIds(changes),
        read: () => get(live.id),
        send: (requests) => write(requests, `update ${label}`, access),
      });
    },
    async remove({ id }, settings = {}) {
      const requests = protocol.remove({ resource, ...placeOf(id) }, settings);
      // A 404 that is an HTML page has another code: it does not prove that the object is gone.
      await write(requests, `delete ${resource.type} ${sent(id)}`).catch(ignoreCodes('not_found'));
    },
  };
}

/** Returns the kind of an entry: the only one that the list can have, or the one that the entry names. */
function kindOfEntry({ only = [], kinds }: ListPart, entry: JsonObject): string | undefined {
  if (!kinds) return only.length === 1 ? only[0] : undefined;
  const shown = foldCase(at(entry, kinds.at));
  return Object.keys(kinds.of).find((kind) => foldCase(kinds.of[kind]!.shown) === shown);
}

/**
 * Encodes an id for a URL.
 * @throws DelineaError `stack_invalid` for an id that a URL would take for a folder: `/users/..` is not a user, and
 * `/users/` is the list
 */
function idSegment(resource: Resource, id: string): string {
  if (!['', '.', '..'].includes(id)) return percentEncode(id);
  throw new DelineaError('stack_invalid', `"${id}" is not a valid ${resource.type} id`, {
    hint: 'Use the id that the service shows.',
  });
}

/**
 * Returns the ids of objects by their names, compared without case.
 * @throws DelineaError `reference_unresolved` for a name that no object has, `ambiguous` for one that several have
 */
async function idsByName({ resource, list }: Collection, names: readonly string[]): Promise<string[]> {
  const attribute = resource.namedBy!.name;
  const listed = await list();
  return names.map((name) => {
    const [first, ...others] = listed.filter(({ values }) => foldCase(values[attribute]) === foldCase(name));
    if (first && others.length === 0) return first.id;
    const code = first ? 'ambiguous' : 'reference_unresolved';
    throw new DelineaError(
      code,
      `${first ? 'several objects have' : 'no object has'} the ${resource.type} name "${name}"`,
      {
        hint: `Nothing was changed. Check the ${resource.plural} in the tenant, then plan again.`,
      },
    );
  });
}

/** Returns the names of the other surfaces that serve a kind. */
function otherSurfaces(resource: Resource, surface: ConfiguredSurface): string[] {
  return surfacesServing(resource.type)
    .filter((row) => row.name !== surface.name)
    .map((row) => row.name);
}

/** Returns a handler that names the other surfaces in the error for a call that the tenant does not expose. */
function withAlternatives(resource: Resource, surface: ConfiguredSurface): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof DelineaError) || error.code !== 'unserved') throw error;
    throw new DelineaError('unserved', `${error.message}: this tenant does not expose the call`, {
      hint: `${resource.title} is also served by ${otherSurfaces(resource, surface).join(', ')}: set "routing".`,
      status: error.status,
    });
  };
}

/**
 * Explains a failure of the first list. After a 404, a redirect or an HTML page the URL belongs to another product or
 * surface. A 403 may mean that the tenant does not have the surface (guides 000 and 003: plan, private preview).
 */
function elsewhere(error: unknown, resource: Resource, surface: ConfiguredSurface): unknown {
  if (!(error instanceof DelineaError)) return error;
  const needs = `The ${surface.title} needs ${surface.precondition}.`;
  const { code, message, status } = error;
  if (code === 'forbidden') return new DelineaError(code, message, { hint: `${error.hint} ${needs}`, status });
  if (error.code !== 'not_found' && error.code !== 'wrong_surface') return error;
  const others = otherSurfaces(resource, surface);
  return new DelineaError(
    'wrong_surface',
    `${resource.type} list: ${surface.baseUrl} is not the ${surface.title} (${error.message})`,
    {
      hint: `${needs}${others.length > 0 ? ` ${resource.title} is also served by ${others.join(', ')}: set "routing".` : ''}`,
      status: error.status,
    },
  );
}
