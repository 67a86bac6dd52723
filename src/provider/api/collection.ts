import { DelineaError } from '../model/errors.js';
import type { Resource } from '../model/resource.js';
import type { JsonObject, Values } from '../model/values.js';
import type { RemoteObject, Wire } from '../model/wire.js';
import type { ConfiguredSurface } from '../settings/settings.js';
import { type Access, surfacesServing } from '../settings/surfaces.js';
import { decode } from './codec.js';
import { equalityFilter, spellings } from './filter.js';
import { type Call, type Http, percentEncode } from './http.js';
import { type Page, readAll } from './pages.js';
import type { Protocol } from './protocol.js';
import type { RequestType } from './request-count.js';

/** One kind on one surface. Ids and references are those of the surface. Every method throws DelineaError only. */
export interface Collection {
  readonly resource: Resource;
  readonly surface: ConfiguredSurface;
  readonly wire: Wire;
  /** The first page, which tells the total. */
  firstPage(): Promise<Page<RemoteObject>>;
  /** The whole list, or the part that a filter of `eq` terms picks. */
  list(scope?: Values, first?: Page<RemoteObject>): Promise<readonly RemoteObject[]>;
  /** undefined: the service says 404. A 403 is an error: "cannot see" is not "gone". */
  get(id: string): Promise<RemoteObject | undefined>;
  /** Objects that a filter finds; callers compare names themselves. undefined: the surface cannot filter by these. */
  find(key: Values): Promise<readonly RemoteObject[]> | undefined;
  /** The new id, where the answer brought one. */
  create(values: Values): Promise<string | undefined>;
  update(live: RemoteObject, changes: Values, access?: Access): Promise<void>;
  /** Deletes; what is gone already is fine. */
  remove(live: RemoteObject): Promise<void>;
}

export function objectCollection(
  resource: Resource,
  surface: ConfiguredSurface,
  protocol: Protocol,
  http: Http,
): Collection {
  const wire = resource.wire[surface.protocol];
  if (!wire) throw new DelineaError('unserved', `${surface.title} does not serve ${resource.type}`);
  const served = surface.serves[resource.type];
  const one = (id: string) => `${wire.path}/${idSegment(resource, id)}`;
  const name = (verb: string, of = '') => `${verb} ${resource.type}${of && ` ${of}`}`;
  const write = (call: Pick<Call, 'method' | 'path' | 'what'> & { body?: JsonObject; access?: Access }) =>
    http.send({ counted: 'writes', ...call, access: call.access ?? served?.writeAccess ?? 'write' });

  async function page(
    filter: string,
    counted: RequestType,
    offset: number,
    count: number,
  ): Promise<Page<RemoteObject>> {
    const what = `${resource.type} list`;
    const query = { ...protocol.pageQuery(offset, count), ...(filter && { filter }) };
    const body = await http
      .send({ method: 'GET', path: wire!.path, query, access: 'read', counted, what })
      .catch((error: unknown) => {
        throw offset === 0 ? elsewhere(error, resource, surface) : error;
      });
    const { items, total } = protocol.readPage(body, what);
    return { total, items: items.map((raw) => ({ ...decode(resource, wire!, raw, what), listed: true })) };
  }

  const listSpec = (filter: string, counted: RequestType) => ({
    fetch: (offset: number, count: number) => page(filter, counted, offset, count),
    size: surface.pageSize,
    idOf: (live: RemoteObject) => live.id,
    what: `${resource.type} list of ${surface.title}`,
  });
  const filterBy = (wanted: Values) => equalityFilter(surface, resource, wire, wanted, protocol.quote);
  const findAny = async (keys: readonly Values[]) => {
    const found = await Promise.all(keys.map((key) => readAll(listSpec(filterBy(key), 'gets'))));
    return [...new Map(found.flat().map((live) => [live.id, live])).values()];
  };

  return {
    resource,
    surface,
    wire,
    firstPage: () => page('', 'lists', 0, surface.pageSize),
    list: (scope, first) => readAll(listSpec(scope ? filterBy(scope) : '', 'lists'), first),
    async get(id) {
      const what = name('read', id);
      const body = await absentIs404(
        http.send({ method: 'GET', path: one(id), access: 'read', counted: 'gets', what }),
      );
      return body && decode(resource, wire, body, what);
    },
    find(key) {
      const terms = Object.keys(key).filter((attribute) => attribute in wire.fields);
      if (terms.length === 0 || !terms.every((term) => served?.filters.includes(term))) return undefined;
      return findAny(spellings(resource, key));
    },
    async create(values) {
      const body = await write({
        method: 'POST',
        path: wire.path,
        body: protocol.createBody(wire, values),
        what: name('create'),
      });
      const id = body?.id;
      return typeof id === 'string' || typeof id === 'number' ? String(id) : undefined;
    },
    async update(live, changes, access) {
      const body = protocol.patchBody(resource, wire, live, changes);
      if (!body) return;
      const call = { method: 'PATCH', path: one(live.id), body, what: name('update', live.id) } as const;
      await write(access ? { ...call, access } : call);
    },
    async remove(live) {
      await absentIs404(write({ method: 'DELETE', path: one(live.id), what: name('delete', live.id) }));
    },
  };
}

async function absentIs404<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    // Not the status alone: a 404 that is a page of HTML says nothing of the object.
    if (error instanceof DelineaError && error.code === 'not_found') return undefined;
    throw error;
  }
}

/** @throws DelineaError for what a URL would take for a folder: `/users/..` is not a user, and `/users/` is the list. */
function idSegment(resource: Resource, id: string): string {
  if (!['', '.', '..'].includes(id)) return percentEncode(id);
  throw new DelineaError('stack_invalid', `"${id}" is no id of a ${resource.type}`, {
    hint: 'Give the id as the service shows it.',
  });
}

/** A 404, a redirect or a page of HTML where the first list should be: the address belongs to another product or surface. */
function elsewhere(error: unknown, resource: Resource, surface: ConfiguredSurface): unknown {
  if (!(error instanceof DelineaError)) return error;
  if (error.code !== 'not_found' && error.code !== 'wrong_surface') return error;
  const others = surfacesServing(resource.type)
    .filter((row) => row.name !== surface.name)
    .map((row) => row.name);
  return new DelineaError(
    'wrong_surface',
    `${resource.type} list: ${surface.baseUrl} does not answer as the ${surface.title} (${error.message})`,
    {
      hint: `It needs ${surface.precondition}.${others.length > 0 ? ` ${resource.title} is also served by ${others.join(' and ')}: set "routing".` : ''}`,
      status: error.status,
    },
  );
}
