import { attributeOf } from '../model/resource.js';
import { isCleared, type Json, type JsonObject } from '../model/values.js';
import { type Field, fieldOf, type RemoteObject } from '../model/wire.js';
import {
  at,
  type ElementChanges,
  elementChanges,
  encodeReference,
  encodeValue,
  isReferenceField,
  mergeElements,
  place,
  removeAt,
} from './codec.js';
import type { Target, WholeUpdates, Write } from './protocol.js';
import { isObject } from './response.js';

/** Attributes that only the service sets: RFC 7643 §3.1 and §4.1.2. */
const READ_ONLY = ['meta', 'groups'];

/**
 * Updates by PUT, for services without PATCH. RFC 7644 §3.5.1: the body is the whole object as it was read, with the
 * changes in it, since the service may clear what it leaves out.
 */
export const scimReplacement: WholeUpdates = {
  // RFC 7644 §4: the document is at this path of every service that has one.
  configPath: '/ServiceProviderConfig',
  isNeeded: ({ patch }) => isObject(patch) && patch.supported === false,

  update(target, live, changes, now): readonly Write[] {
    const kept = Object.entries(now.raw).filter(([name]) => !READ_ONLY.includes(name));
    const body = structuredClone(Object.fromEntries(kept)) as Record<string, Json>;
    for (const [name, value] of Object.entries(changes)) {
      const field = fieldOf(target.wire, name, changes);
      if (field?.references) changeElements(body, target, field, now, name, elementChanges(live, name, value));
      else if (field) changeValue(body, target, field, name, value);
    }
    return [{ method: 'PUT', path: target.path, body: withSchemas(body, target) }];
  },
};

/** Removes and adds elements. Others stay, also those that were added since the change was planned. */
function changeElements(
  body: Record<string, Json>,
  { resource }: Target,
  field: Field,
  now: RemoteObject,
  name: string,
  { added, removed }: ElementChanges,
): void {
  const kinds = attributeOf(resource, name).refersTo;
  const ids = (now.values[name] as readonly string[] | null | undefined) ?? [];
  const shown = (at(body, field.at) as readonly Json[] | null | undefined) ?? [];
  const kept = shown.filter((_, index) => !removed.includes(ids[index]!));
  const missing = added.filter((own) => !ids.includes(own));
  place(body, field.at, [...kept, ...missing.map((own) => encodeReference(kinds, own, (id) => id))]);
}

function changeValue(
  body: Record<string, Json>,
  { resource }: Target,
  field: Field,
  name: string,
  value: unknown,
): void {
  const attribute = attributeOf(resource, name);
  const shown = at(body, field.at);
  removeAt(body, isReferenceField(field) ? field.at.slice(0, -1) : field.at);
  if (isCleared(value)) return;
  place(
    body,
    field.at,
    encodeValue(mergeElements(attribute, value, shown), field, attribute, (id) => id),
  );
}

/** Returns the body with the schemas of its extensions (RFC 7643 §3: `schemas` names each that the object has). */
function withSchemas({ schemas, ...body }: Record<string, Json>, { wire }: Target): JsonObject {
  const [core = '', ...extensions] = wire.schemas ?? [];
  const named = Array.isArray(schemas) ? schemas.map(String) : [core];
  const kept = named.filter((urn) => urn in body || !extensions.includes(urn));
  const added = extensions.filter((urn) => urn in body && !kept.includes(urn));
  return { schemas: [...kept, ...added], ...body };
}
