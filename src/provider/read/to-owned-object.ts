import type { Tenant } from '../api/tenant.js';
import { kindsMeant } from '../model/attribute.js';
import { elementsAsEdges } from '../model/elements.js';
import { DelineaError, ignoreCodes } from '../model/errors.js';
import { type OwnedObject, onRemovalOf } from '../model/owned-object.js';
import { attributeOf, type Resource } from '../model/resource.js';
import type { Values } from '../model/values.js';
import { edgeResourceOf, memberLists } from '../resources/edge-words.js';
import { resourceOf } from '../resources/index.js';
import { edgesWithKey } from './edges.js';
import { resolveNamed } from './scope.js';
import type { TenantReader } from './tenant-reader.js';

/** Facts about an owned object that its attributes do not contain. */
export interface RecordedFacts {
  readonly address: string;
  /** The correlation key, if the configuration gave it. */
  readonly correlation?: string | undefined;
  /** The consent that was used last. Unset: the attribute `reactivate`. */
  readonly spent?: string | undefined;
}

/**
 * Builds the ledger entry of an object or edge from attributes in a state.
 * @param values with `id`; ids of home surfaces; a container by id, name or path; lists only if the configuration sets them
 * @throws DelineaError `unknown_name` or `ambiguous` for a name in the key, or the error of the read
 */
export async function toOwnedObject(
  reader: TenantReader,
  resource: Resource,
  values: Values,
  { address, correlation, spent }: RecordedFacts,
): Promise<OwnedObject> {
  const key = await homeKey(reader, resource, values);
  return {
    address,
    kind: resource.type,
    id: String(values.id),
    surface: reader.tenant.home(resource.type).name,
    endSurfaces: endSurfacesOf(reader.tenant, resource, key),
    key,
    onRemoval: onRemovalOf(resource, values),
    managedMembers: declaredMembers(resource, values),
    reactivated: spent ?? (values.reactivate as string | undefined),
    correlation,
  };
}

/**
 * Builds the ledger entries of an authoritative set's edges, all at the set's address. Leaves out edges that do not
 * exist, since they have no id.
 * @throws DelineaError as `toOwnedObject`
 */
export async function toOwnedEdges(
  reader: TenantReader,
  { authoritativeFor, type }: Resource,
  values: Values,
  remembered: RecordedFacts,
): Promise<OwnedObject[]> {
  if (!authoritativeFor) throw new DelineaError('stack_invalid', `${type} is not an authoritative set`);
  const edge = edgeResourceOf(authoritativeFor.edge);
  const owned = elementsAsEdges(authoritativeFor, values).map(async (ends) => {
    const key = await homeKey(reader, edge, ends);
    const live = await edgesWithKey(reader, edge, key);
    return Promise.all(
      live.map(({ live: { id } }) => toOwnedObject(reader, edge, { ...ends, ...key, id }, remembered)),
    );
  });
  return (await Promise.all(owned)).flat();
}

/** Returns the declared members of a group, by list. A later run compares them to find members added out of band. */
export function declaredMembers(resource: Resource, home: Values): Record<string, readonly string[]> | undefined {
  const lists = memberLists(resource).filter((name) => Array.isArray(home[name]));
  if (lists.length === 0) return undefined;
  return Object.fromEntries(lists.map((name) => [name, [...(home[name] as readonly string[])].sort()]));
}

/**
 * Returns the surfaces whose ids an edge's key holds, by attribute. Under another routing the same ids belong to other
 * users and groups.
 */
export function endSurfacesOf(tenant: Tenant, resource: Resource, key: Values): Record<string, string> | undefined {
  const ends = resource.key.flatMap((name) => {
    const [kind] = kindsMeant(attributeOf(resource, name), key);
    return kind === undefined || resourceOf(kind).referredBy ? [] : [[name, tenant.home(kind).name] as const];
  });
  return ends.length > 0 ? Object.fromEntries(ends) : undefined;
}

/**
 * Returns the natural key with containers as ids. A parent that was renamed since stays as written: the id finds the
 * object.
 * @throws DelineaError `unknown_name`, `ambiguous` for the scope of an edge
 */
export async function homeKey(reader: TenantReader, resource: Resource, values: Values): Promise<Values> {
  const entries = resource.key.map(async (name) => {
    const ignored = name === resource.namedBy?.parent ? ignoreCodes('unknown_name', 'ambiguous') : ignoreCodes();
    return [name, (await resolveNamed(reader, resource, name, values).catch(ignored)) ?? values[name]] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}
