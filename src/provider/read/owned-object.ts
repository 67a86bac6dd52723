import type { Tenant } from '../api/tenant.js';
import { kindsMeant } from '../model/attribute.js';
import { elementsAsEdges } from '../model/elements.js';
import { DelineaError } from '../model/errors.js';
import { type OwnedObject, onRemovalOf } from '../model/owned-object.js';
import { attributeOf, type Resource } from '../model/resource.js';
import type { Values } from '../model/values.js';
import { memberLists } from '../resources/edges.js';
import { resourceOf } from '../resources/index.js';
import { edgesWithKey } from './edges.js';
import { findByNameAt, referenceTo } from './find-by-name.js';
import type { TenantReader } from './tenant-reader.js';

/** What the attributes of an object do not tell. */
export interface Remembered {
  readonly address: string;
  /** The correlation key, where code gave it. */
  readonly correlation?: string | undefined;
  /** The consent that was used last; unset: what the attributes have as `reactivate`. */
  readonly spent?: string | undefined;
}

/**
 * An object or an edge as the ledger would have it, from attributes that somebody else remembers.
 * @param values with `id`; ids of home surfaces, a container by id, name or path; lists only where code gives them
 * @throws DelineaError `unknown_name`, `ambiguous` for what the key names, or why it could not be read
 */
export async function toOwnedObject(
  reading: TenantReader,
  resource: Resource,
  values: Values,
  { address, correlation, spent }: Remembered,
): Promise<OwnedObject> {
  const key = await homeKey(reading, resource, values);
  return {
    address,
    kind: resource.type,
    id: String(values.id),
    surface: reading.tenant.home(resource.type).name,
    endSurfaces: endSurfacesOf(reading.tenant, resource, key),
    key,
    onRemoval: onRemovalOf(resource, values),
    managedMembers: declaredMembers(resource, values),
    reactivated: spent ?? (values.reactivate as string | undefined),
    correlation,
  };
}

/**
 * The edges of a whole set as the ledger would have them, all at the set's address. An edge that does not live has no
 * id to be remembered by, and is left out.
 * @throws DelineaError as ownedFrom
 */
export async function toOwnedEdges(
  reading: TenantReader,
  { authoritativeFor, type }: Resource,
  values: Values,
  remembered: Remembered,
): Promise<OwnedObject[]> {
  if (!authoritativeFor) throw new DelineaError('stack_invalid', `${type} is no set`);
  const edge = resourceOf(authoritativeFor.edge);
  const owned = elementsAsEdges(authoritativeFor, values).map(async (ends) => {
    const key = await homeKey(reading, edge, ends);
    const live = await edgesWithKey(reading, edge, key);
    return Promise.all(
      live.map(({ live: { id } }) => toOwnedObject(reading, edge, { ...ends, ...key, id }, remembered)),
    );
  });
  return (await Promise.all(owned)).flat();
}

/** Members that code gives a group, by list: who else comes in is told apart by them. */
export function declaredMembers(resource: Resource, home: Values): Record<string, readonly string[]> | undefined {
  const lists = memberLists(resource).filter((name) => Array.isArray(home[name]));
  if (lists.length === 0) return undefined;
  return Object.fromEntries(lists.map((name) => [name, [...(home[name] as readonly string[])].sort()]));
}

/** Whose ids the key of an edge holds: without that a ledger could be read as naming other people. */
export function endSurfacesOf(tenant: Tenant, resource: Resource, key: Values): Record<string, string> | undefined {
  const ends = resource.key.flatMap((name) => {
    const [kind] = kindsMeant(attributeOf(resource, name), key);
    return kind === undefined || resourceOf(kind).referredBy ? [] : [[name, tenant.home(kind).name] as const];
  });
  return ends.length > 0 ? Object.fromEntries(ends) : undefined;
}

/**
 * What a whole set is the whole of, as the keys of its edges have it.
 * @throws DelineaError `unknown_name`, `ambiguous`, or why it could not be read
 */
export async function resolveSetScope(
  reading: TenantReader,
  { authoritativeFor, type }: Resource,
  values: Values,
): Promise<string> {
  if (!authoritativeFor) throw new DelineaError('stack_invalid', `${type} is no set`);
  const key = await homeKey(reading, resourceOf(authoritativeFor.edge), values);
  return String(key[authoritativeFor.scope]);
}

/** The natural key with names of containers as ids. */
async function homeKey({ snapshot }: TenantReader, resource: Resource, values: Values): Promise<Values> {
  const entries = resource.key.map(async (name) => {
    const [kind] = kindsMeant(attributeOf(resource, name), values);
    if (kind === undefined || !resourceOf(kind).namedBy) return [name, values[name]] as const;
    const live = await findByNameAt(snapshot, kind, String(values[name]), name, true);
    return [name, referenceTo(kind, live)] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}
