import { DelineaError } from '../model/errors.js';
import { isCleared, type Json, type JsonObject } from '../model/values.js';
import { type Field, fieldOf, fieldsOf, type RemoteObject, type Wire } from '../model/wire.js';
import { at, encode, isReference, mergeElements, wireValue } from './codec.js';
import { quoteScim } from './filter.js';
import type { Protocol } from './protocol.js';
import { isObject } from './response.js';

const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

/** RFC 7644; what Delinea says beyond it: guide 000 ("SCIM API status") and guide 002. */
export const scim: Protocol = {
  pageQuery: (offset, count) => ({ startIndex: offset + 1, count }),

  readPage(body, what) {
    const total = body?.totalResults;
    // `Resources` may be absent when there are none (RFC 7644 §3.4.2).
    const items = body?.Resources ?? (total === 0 ? [] : undefined);
    if (!Array.isArray(items) || typeof total !== 'number' || !items.every(isObject)) {
      throw new DelineaError('malformed_response', `${what}: not a SCIM list with "Resources" and "totalResults"`, {
        hint: 'Is this the SCIM base URL?',
      });
    }
    return { items, total };
  },

  quote: quoteScim,

  createBody(wire, values) {
    const body = encode(wire, values);
    const [core = '', ...extensions] = wire.schemas ?? [];
    return { schemas: [core, ...extensions.filter((urn) => urn in body)], ...body };
  },

  patchBody(resource, wire, live, changes) {
    const operations = Object.entries(changes).flatMap(([name, value]) => {
      const field = fieldOf(wire, name, changes);
      if (!field) return [];
      if (field.references) return referenceOperations(field, value as readonly string[], live, name);
      const attribute = resource.attributes.find((candidate) => candidate.name === name);
      if (isCleared(value)) return [{ op: 'remove', path: patchPath(field) }];
      const sent = wireValue(mergeElements(attribute, value, at(live.raw, field.at)), field);
      return [{ op: 'replace', path: patchPath(field), value: isReference(field) ? { value: sent } : sent }];
    });
    if (operations.length === 0) return undefined;
    return { schemas: [PATCH_OP], Operations: [...repeated(wire, live), ...operations] };
  },
};

/**
 * Guide 000: a PATCH without the externalId "is a documented cause of duplicate user creation". First of all and with
 * the value that the service knows, so that it holds for a PATCH that changes or clears it as well.
 */
function repeated(wire: Wire, live: RemoteObject): JsonObject[] {
  return (wire.repeat ?? []).flatMap((name) => {
    const value = live.values[name];
    const field = fieldsOf(wire, name)[0];
    if (!field || value === undefined || isCleared(value)) return [];
    return [{ op: 'replace', path: patchPath(field), value: value as Json }];
  });
}

/**
 * Members change element by element in one request; one goes only as `members[value eq "…"]`, since `remove` of
 * `members` empties the group and Entra's variant with a value does so on strict servers (RFC 7644 §3.5.2.2).
 */
function referenceOperations(field: Field, wanted: readonly string[], live: RemoteObject, name: string): JsonObject[] {
  const present = new Set((live.values[name] as readonly string[] | undefined) ?? []);
  const desired = new Set(wanted);
  const added = [...desired].filter((id) => !present.has(id));
  const removed = [...present].filter((id) => !desired.has(id));
  const path = patchPath(field);
  return [
    ...removed.map((id) => ({ op: 'remove', path: `${path}[value eq ${quoteScim(id)}]` })),
    ...(added.length > 0 ? [{ op: 'add', path, value: added.map((id) => ({ value: id })) }] : []),
  ];
}

/**
 * `name.givenName`, and `urn:…:User:department` for an extension (RFC 7644 §3.10). A reference is set and removed whole,
 * through `manager`: `manager.value` is not a target everywhere, and its removal leaves a manager who is nobody.
 */
function patchPath(field: Field): string {
  const [root = '', ...inner] = isReference(field) ? field.at.slice(0, -1) : field.at;
  return root.startsWith('urn:') ? `${root}:${inner.join('.')}` : [root, ...inner].join('.');
}
