import { DelineaError } from '../model/errors.js';
import { LONGEST_LIST } from '../model/limits.js';
import type { Json, JsonObject } from '../model/values.js';
import { type Calls, fieldOf, type ListPart, type RemoteObject, type Wire, withoutParts } from '../model/wire.js';
import { elementChanges, encode, encodeChanges } from './codec.js';
import type { Protocol, Query, Read } from './protocol.js';
import { randomSecrets } from './random-secrets.js';
import { isObject, UNDOCUMENTED_RESPONSE } from './response.js';

/**
 * The Platform's identity API: calls by POST, with every failure inside a 200 (no specification is published; the vendor's
 * and other public clients show its shapes). A list is a report: pages without a total, rows whose keys have another case on
 * each tenant, and a search by pattern.
 */
export const identity: Protocol = {
  pageQuery: (offset, count) => ({ PageNumber: Math.floor(offset / count) + 1, PageSize: count }),
  readPage: (body, what) => ({ items: rowsIn(body, what) }),
  // `%` and `_` of a name are wildcards too. Callers compare names exactly.
  filterQuery: ([term]) => ({ ID: term!.filter!, searchString: `%${term!.value}%` }),
  encodeId: (id) => id,

  reads: {
    list: (wire, { ID, PageNumber = 1, PageSize = 1, searchString }) =>
      report(wire, String(ID ?? callsOf(wire).reports.all), { PageNumber, PageSize }, { searchString }),
    part: ({ path }, { id }) => ({ method: 'POST', path, query: { name: id }, whole: true }),
    async object({ wire, id }, send) {
      const { reports, attributes } = callsOf(wire);
      const found = await send(report(wire, reports.byId, { PageNumber: 1, PageSize: 1 }, { [reports.id]: id }));
      const row = rowsIn(found, reports.byId).find((candidate) => candidate.id === id);
      if (!row || attributes === undefined) return row;
      const shown = await send({ method: 'POST', path: attributes, body: { ID: id } });
      return { ...row, ...withLowerCaseKeys(objectIn(shown?.Result, attributes)), id };
    },
    newId: (body) => (isObject(body?.Result) ? body.Result.ID : body?.Result),
  },

  create({ resource, wire }, values) {
    const secrets = randomSecrets(wire);
    const body = { ...encode(resource, wire, values, identity.encodeId), ...secrets };
    return [{ method: 'POST', path: callsOf(wire).create, body, secrets: Object.values(secrets) }];
  },

  update({ resource, wire }, live, changes) {
    const { change } = callsOf(wire);
    const fields = encodeChanges(resource, wire, withoutParts(wire, changes), identity.encodeId).map(
      ({ name, key, value }): [string, Json] => [name === resource.key[0] ? (change.rename ?? key) : key, value],
    );
    const lists = Object.keys(changes).flatMap((name) => memberChanges(wire, live, name, changes[name]));
    if (fields.length + lists.length === 0) return [];
    const body = { [change.id]: live.id, ...Object.fromEntries([...fields, ...lists]) };
    return [{ method: 'POST', path: change.path, body }];
  },

  remove({ resource, wire, id = '' }) {
    const { remove } = callsOf(wire);
    if (remove) return [{ method: 'POST', path: remove.path, body: { [remove.ids]: [id] } }];
    throw new DelineaError('unserved', `the API has no call that deletes a ${resource.type}`);
  },
};

/** Returns the request of a report. The arguments are those of the vendor's client; `Caching: 0` asks for fresh rows. */
function report(wire: Wire, id: string, page: Query, parameters: Readonly<Record<string, unknown>>): Read {
  const sent = Object.entries(parameters).flatMap(([name, value]) =>
    value === undefined ? [] : [{ Name: name, Value: String(value), Label: name, Type: 'string', ColumnType: 12 }],
  );
  const order = { Ascending: true, SortBy: callsOf(wire).reports.sortBy };
  const args = { ...page, Limit: LONGEST_LIST, FilterQuery: null, Caching: 0, ...order, Parameters: sent };
  return { method: 'POST', path: wire.path, body: { ID: id, Args: args } };
}

/**
 * Returns the changes of a group's members: `Users` and `Roles`, each with the ids to add and to delete. The kind of a new
 * member shows only in the form of its id.
 */
function memberChanges(wire: Wire, live: RemoteObject, name: string, wanted: unknown): [string, JsonObject][] {
  const { kinds } = fieldOf(wire, name, live.values)?.from ?? {};
  if (!kinds) return [];
  const { added, removed } = elementChanges(live, name, wanted);
  const kindOf = (id: string) => live.about?.[name]?.[id]?.kind ?? kindByForm(kinds, id);
  return Object.entries(kinds.of).flatMap(([kind, { sent }]): [string, JsonObject][] => {
    const [Add, Delete] = [added, removed].map((ids) => ids.filter((id) => kindOf(id) === kind)) as [
      string[],
      string[],
    ];
    if (Add.length + Delete.length === 0) return [];
    return [[sent, { ...(Add.length > 0 && { Add }), ...(Delete.length > 0 && { Delete }) }]];
  });
}

/** Returns the first kind whose ids have the form of this id, or that has ids of any form. */
function kindByForm({ of }: NonNullable<ListPart['kinds']>, id: string): string | undefined {
  return Object.keys(of).find((kind) => of[kind]!.ids?.test(id) ?? true);
}

/** Returns the rows of a result, with keys in lower case. @throws DelineaError `malformed_response` */
function rowsIn(body: JsonObject | undefined, what: string): JsonObject[] {
  const { Results: results } = objectIn(body?.Result, what);
  if (!Array.isArray(results)) throw notRows(what);
  return results.map((entry: Json) => withLowerCaseKeys(objectIn(isObject(entry) ? entry.Row : entry, what)));
}

function objectIn(value: Json | undefined, what: string): JsonObject {
  if (isObject(value)) return value;
  throw notRows(what);
}

function notRows(what: string): DelineaError {
  return new DelineaError('malformed_response', `${what}: not a "Result" of the identity API`, {
    hint: UNDOCUMENTED_RESPONSE,
  });
}

/** The case of keys differs by tenant (the vendor's test compares them in lower case). */
function withLowerCaseKeys(row: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(row).map(([key, value]) => [key.toLowerCase(), value]));
}

function callsOf({ calls, path }: Wire): Calls {
  if (calls) return calls;
  throw new DelineaError('unserved', `${path}: the definition has no calls`);
}
