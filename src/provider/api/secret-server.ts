import { DelineaError } from '../model/errors.js';
import type { Values } from '../model/values.js';
import { fieldOf, type RemoteObject, withoutParts } from '../model/wire.js';
import { sentId } from '../resources/object-id.js';
import { elementChanges, encode, encodeChanges } from './codec.js';
import type { Protocol, Query, Target, Write } from './protocol.js';
import { randomSecrets } from './random-secrets.js';
import { isObject } from './response.js';

/**
 * Secret Server REST (OpenAPI 11.7.2): `skip`/`take` and `{records, total}`, one `filter.` parameter a field, numbers as
 * ids, PATCH with fields marked as dirty, lists of members and roles in collections of their own.
 */
export const secretServer: Protocol = {
  pageQuery: (offset, count) => ({ skip: offset, take: count }),

  readPage(body, what) {
    const items = body?.records;
    const total = body?.total;
    if (!Array.isArray(items) || typeof total !== 'number' || !items.every(isObject)) {
      throw new DelineaError('malformed_response', `${what}: not a list with "records" and "total"`, {
        hint: 'Check that the URL is that of Secret Server. Platform REST lists have "data", SCIM lists "Resources".',
      });
    }
    return { items, total };
  },

  filterQuery: (terms) =>
    Object.fromEntries(terms.map(({ at, filter, value }) => [`filter.${filter ?? at.join('.')}`, value])),
  encodeId: (id) => (/^-?\d{1,10}$/.test(id) ? Number(id) : id),

  create({ resource, wire, path }, values) {
    const secrets = randomSecrets(wire);
    const body = { ...encode(resource, wire, values, secretServer.encodeId), ...secrets };
    return [{ method: 'POST', path, body, secrets: Object.values(secrets) }];
  },

  update(target, live, changes) {
    const own = withoutParts(target.wire, changes);
    const lists = Object.entries(changes).flatMap(([name, value]) => listChange(target, live, name, value));
    return [...(Object.keys(own).length > 0 ? [objectChange(target, live, own)] : []), ...lists];
  },

  remove: ({ resource, wire, path }, settings) => [
    { method: 'DELETE', path, query: encode(resource, wire, settings, secretServer.encodeId) as Query },
  ],
};

/** Returns the request that changes attributes of an object itself. */
function objectChange({ resource, wire, path }: Target, live: RemoteObject, changes: Values): Write {
  const { change = 'patch' } = wire;
  if (change === 'put') {
    const kept = Object.entries({ ...live.values, ...changes }).filter(
      ([name]) => !fieldOf(wire, name, live.values)?.immutable,
    );
    const values = withoutParts(wire, Object.fromEntries(kept));
    const body = { id: secretServer.encodeId(live.id), ...encode(resource, wire, values, secretServer.encodeId) };
    return { method: 'PUT', path, body };
  }
  const changed = encodeChanges(resource, wire, changes, secretServer.encodeId);
  const fields = Object.fromEntries(changed.map(({ key, value }) => [key, { dirty: true, value }]));
  if (change === 'patch') return { method: 'PATCH', path, body: fields };
  const at = change.path === undefined ? path : path.replace(wire.path, change.path);
  return { method: 'PATCH', path: at, body: { [change.patchIn]: fields } };
}

/** Returns the request that changes a list in a collection of its own: by its differences, or as an exact set. */
function listChange({ resource, wire, path }: Target, live: RemoteObject, name: string, value: unknown): Write[] {
  const { from } = fieldOf(wire, name, live.values) ?? {};
  if (!from?.write) return [];
  const kinds = resource.attributes.find((candidate) => candidate.name === name)?.refersTo ?? [];
  const ids = (list: readonly string[]) => list.map((own) => secretServer.encodeId(sentId(kinds, own).id));
  const { write } = from;
  if (write.method === 'PUT') {
    const versioned = write.version === undefined ? path : path.replace(/^\/v\d+/, write.version);
    return [{ method: 'PUT', path: versioned + from.path, body: { [write.set]: ids(value as readonly string[]) } }];
  }
  const { added, removed } = elementChanges(live, name, value);
  return [{ method: 'PATCH', path: path + from.path, body: { [write.add]: ids(added), [write.remove]: ids(removed) } }];
}
