import { DelineaError } from '../model/errors.js';
import { isCleared, type Json, type JsonObject } from '../model/values.js';
import { type Field, fieldOf } from '../model/wire.js';
import { at, encode, isReference, mergeElements, wireValue } from './codec.js';
import { quoteRest } from './filter.js';
import type { Protocol } from './protocol.js';
import { isObject } from './response.js';

/** Guide 000: `skip`/`take`, `{data, total, skip, take}`, PATCH as a merge of the changed fields. */
export const rest: Protocol = {
  pageQuery: (offset, count) => ({ skip: offset, take: count }),

  readPage(body, what) {
    const items = body?.data;
    const total = body?.total;
    if (!Array.isArray(items) || typeof total !== 'number' || !items.every(isObject)) {
      throw new DelineaError('malformed_response', `${what}: not a list with "data" and "total"`, {
        hint: 'Is this the Platform REST API? Secret Server answers with "records", SCIM with "Resources".',
      });
    }
    return { items, total };
  },

  quote: quoteRest,
  createBody: encode,

  patchBody(resource, wire, live, changes) {
    const body: Record<string, Json> = {};
    for (const [name, value] of Object.entries(changes)) {
      const field = fieldOf(wire, name, changes);
      if (!field) continue;
      const [root, inner] = field.at as [string, string?];
      const attribute = resource.attributes.find((candidate) => candidate.name === name);
      const sent =
        isCleared(value) && !Array.isArray(value)
          ? null
          : wireValue(mergeElements(attribute, value, at(live.raw, field.at)), field);
      if (inner === undefined) body[root] = sent;
      else body[root] = { ...(heldAt(root, field) as JsonObject | null | undefined), [inner]: sent };
    }
    for (const [root, value] of Object.entries(body)) if (isEmptied(value)) body[root] = null;
    return Object.keys(body).length > 0 ? body : undefined;

    /** Whether the merge goes below the first level is not said: a nested object is sent whole, a reference is only its id. */
    function heldAt(root: string, field: Field): Json | undefined {
      if (root in body) return body[root];
      return isReference(field) ? undefined : live.raw[root];
    }
  },
};

/** An object of which nothing is left. */
function isEmptied(value: Json): boolean {
  return isObject(value) && Object.values(value).every((part) => part === null);
}
