import { DelineaError } from '../model/errors.js';
import { isCleared, type Json, type JsonObject, type Values } from '../model/values.js';
import { type Field, fieldOf, type RemoteObject } from '../model/wire.js';
import { at, encode, encodeValue, isReferenceField, mergeElements } from './codec.js';
import { filterExpression, quoteRest } from './filter.js';
import type { Protocol, Target } from './protocol.js';
import { isObject } from './response.js';

/** Guide 000: `skip`/`take`, `{data, total, skip, take}`, PATCH as a merge of the changed fields. */
export const rest: Protocol = {
  pageQuery: (offset, count) => ({ skip: offset, take: count }),

  readPage(body, what) {
    const items = body?.data;
    const total = body?.total;
    if (!Array.isArray(items) || typeof total !== 'number' || !items.every(isObject)) {
      throw new DelineaError('malformed_response', `${what}: not a list with "data" and "total"`, {
        hint: 'Check that the URL is the Platform REST API. Secret Server lists have "records", SCIM lists "Resources".',
      });
    }
    return { items, total };
  },

  filterQuery: filterExpression(quoteRest),
  encodeId: (id) => id,
  create: ({ resource, wire, path }, values) => [
    { method: 'POST', path, body: encode(resource, wire, values, rest.encodeId) },
  ],
  update(target, live, changes) {
    const body = mergeBody(target, live, changes);
    return Object.keys(body).length > 0 ? [{ method: 'PATCH', path: target.path, body }] : [];
  },
  remove: ({ path }) => [{ method: 'DELETE', path }],
};

/**
 * Returns the body of a PATCH. Guide 000 does not document how deep the merge goes, so a nested object is sent whole,
 * and a reference as its id alone.
 */
function mergeBody({ resource, wire }: Target, live: RemoteObject, changes: Values): JsonObject {
  const body: Record<string, Json> = {};
  const current = (root: string, field: Field): Json | undefined => {
    if (root in body) return body[root];
    return isReferenceField(field) ? undefined : live.raw[root];
  };
  for (const [name, value] of Object.entries(changes)) {
    const field = fieldOf(wire, name, changes);
    if (!field) continue;
    const [root, inner] = field.at as [string, string?];
    const attribute = resource.attributes.find((candidate) => candidate.name === name);
    const sent =
      isCleared(value) && !Array.isArray(value)
        ? null
        : encodeValue(mergeElements(attribute, value, at(live.raw, field.at)), field, attribute, rest.encodeId);
    if (inner === undefined) body[root] = sent;
    else body[root] = { ...(current(root, field) as JsonObject | null | undefined), [inner]: sent };
  }
  for (const [root, value] of Object.entries(body)) if (isEmptied(value)) body[root] = null;
  return body;
}

/** Returns whether no part of an object has a value. */
function isEmptied(value: Json): boolean {
  return isObject(value) && Object.values(value).every((part) => part === null);
}
