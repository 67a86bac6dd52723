import { DelineaError } from '../model/errors.js';
import type { Resource } from '../model/resource.js';
import { isCleared, type Json, type JsonObject, type Values } from '../model/values.js';
import { type Field, fieldOf, fieldsOf, type RemoteObject, type Wire } from '../model/wire.js';
import { sentId } from '../resources/object-id.js';
import {
  at,
  type ElementChanges,
  elementChanges,
  encode,
  encodeReference,
  encodeValue,
  isReferenceField,
  mergeElements,
  typeOf,
} from './codec.js';
import { filterExpression, quoteScim } from './filter.js';
import type { Protocol } from './protocol.js';
import { isObject } from './response.js';
import { scimReplacement } from './scim-replace.js';

const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

/** SCIM (RFC 7644) with Delinea's limits: guide 000 ("SCIM API status") and guide 002. */
export const scim: Protocol = {
  pageQuery: (offset, count) => ({ startIndex: offset + 1, count }),

  readPage(body, what) {
    const total = body?.totalResults;
    // `Resources` may be absent when there are none (RFC 7644 §3.4.2).
    const items = body?.Resources ?? (total === 0 ? [] : undefined);
    if (!Array.isArray(items) || typeof total !== 'number' || !items.every(isObject)) {
      throw new DelineaError('malformed_response', `${what}: not a SCIM list with "Resources" and "totalResults"`, {
        hint: 'Check that the URL is the SCIM base URL.',
      });
    }
    return { items, total };
  },

  filterQuery: filterExpression(quoteScim),
  encodeId: (id) => id,

  create({ resource, wire, path }, values) {
    const body = encode(resource, wire, { ...values, ...activeValues(resource, values) }, scim.encodeId);
    const [core = '', ...extensions] = wire.schemas ?? [];
    const schemas = [core, ...extensions.filter((urn) => urn in body)];
    return [{ method: 'POST', path, body: { schemas, ...body } }];
  },

  update({ resource, wire, path }, live, changes) {
    const operations = Object.entries(changes).flatMap(([name, value]) => {
      const field = fieldOf(wire, name, changes);
      if (!field) return [];
      const attribute = resource.attributes.find((candidate) => candidate.name === name);
      if (field.references)
        return referenceOperations(field, attribute?.refersTo ?? [], elementChanges(live, name, value));
      if (isCleared(value)) return [{ op: 'remove', path: patchPath(field) }];
      const merged = mergeElements(attribute, value, at(live.raw, field.at));
      const sent = encodeValue(merged, field, attribute, scim.encodeId);
      return [{ op: 'replace', path: patchPath(field), value: isReferenceField(field) ? { value: sent } : sent }];
    });
    if (operations.length === 0) return [];
    const body = { schemas: [PATCH_OP], Operations: [...repeatedAttributes(wire, live), ...operations] };
    return [{ method: 'PATCH', path, body }];
  },

  remove: ({ path }) => [{ method: 'DELETE', path }],
  wholeUpdates: scimReplacement,
};

/**
 * Returns the values of an active object that the declaration leaves out. RFC 7643 §4.1.1 leaves the meaning of `active`
 * to the service: a service may keep a user without it, which shows neither an enabled nor a disabled account.
 */
function activeValues({ removal }: Resource, declared: Values): Values {
  const active = (removal?.verb === 'deactivate' && removal.active) || {};
  return Object.fromEntries(Object.entries(active).filter(([name]) => declared[name] === undefined));
}

/**
 * Returns operations that repeat attributes unchanged. Guide 000: a PATCH without the externalId "is a documented cause
 * of duplicate user creation". They come first and have the live value, so that a PATCH may also change or clear it.
 */
function repeatedAttributes(wire: Wire, live: RemoteObject): JsonObject[] {
  return (wire.repeat ?? []).flatMap((name) => {
    const value = live.values[name];
    const field = fieldsOf(wire, name)[0];
    if (!field || value === undefined || isCleared(value)) return [];
    return [{ op: 'replace', path: patchPath(field), value: value as Json }];
  });
}

/**
 * Changes members one by one in one request. A member is removed only as `members[value eq "…"]`: `remove` of `members`
 * empties the group, and strict servers read Entra's variant with a value that way too (RFC 7644 §3.5.2.2).
 */
function referenceOperations(
  field: Field,
  kinds: readonly string[],
  { added, removed, present }: ElementChanges,
): JsonObject[] {
  const path = patchPath(field);
  return [
    ...removed.map((own) => ({ op: 'remove', path: `${path}[${elementFilter(kinds, own, present)}]` })),
    ...(added.length > 0
      ? [{ op: 'add', path, value: added.map((own) => encodeReference(kinds, own, scim.encodeId)) }]
      : []),
  ];
}

/** Returns the filter for one element; with its kind if the list has the same number of another kind. */
function elementFilter(kinds: readonly string[], own: string, present: readonly string[]): string {
  const { id, kind } = sentId(kinds, own);
  const filter = `value eq ${quoteScim(id)}`;
  const isOnly = present.every((other) => other === own || sentId(kinds, other).id !== id);
  return kind === undefined || isOnly ? filter : `${filter} and type eq ${quoteScim(typeOf(kind))}`;
}

/**
 * Returns `name.givenName`, or `urn:…:User:department` for an extension (RFC 7644 §3.10). A reference is set and removed
 * through `manager`: not every server accepts `manager.value`, and removing only that leaves an empty manager.
 */
function patchPath(field: Field): string {
  const [root = '', ...inner] = isReferenceField(field) ? field.at.slice(0, -1) : field.at;
  return root.startsWith('urn:') ? `${root}:${inner.join('.')}` : [root, ...inner].join('.');
}
