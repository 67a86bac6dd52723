import { DelineaError } from '../errors.js';
import { attributeOf, kindsMeant, type Resource, type Values } from '../resource.js';
import { resourceOf } from '../resources/index.js';
import type { Tenant } from '../tenant.js';
import { findNamedAt, referenceTo } from './catalog.js';
import type { OwnedObject } from './declaration.js';
import { onRemovalOf } from './describe-change.js';
import { edgesLike } from './edges.js';
import { memberLists } from './losses.js';
import type { Reading } from './planning.js';
import { edgesIn } from './sets.js';

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
export async function ownedFrom(
  reading: Reading,
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
    ends: endsOf(reading.tenant, resource, key),
    key,
    onRemoval: onRemovalOf({ declaration: { values }, resource }),
    held: heldBy(resource, values),
    reactivated: spent ?? (values.reactivate as string | undefined),
    correlation,
  };
}

/**
 * The edges of a whole set as the ledger would have them, all at the set's address. An edge that does not live has no
 * id to be remembered by, and is left out.
 * @throws DelineaError as ownedFrom
 */
export async function ownedInSet(
  reading: Reading,
  { setOf, type }: Resource,
  values: Values,
  remembered: Remembered,
): Promise<OwnedObject[]> {
  if (!setOf) throw new DelineaError('stack_invalid', `${type} is no set`);
  const edge = resourceOf(setOf.kind);
  const owned = edgesIn(setOf, values).map(async (ends) => {
    const key = await homeKey(reading, edge, ends);
    const live = await edgesLike(reading, edge, key);
    return Promise.all(live.map(({ live: { id } }) => ownedFrom(reading, edge, { ...ends, ...key, id }, remembered)));
  });
  return (await Promise.all(owned)).flat();
}

/** Members that code gives a group, by list: who else comes in is told apart by them. */
export function heldBy(resource: Resource, home: Values): Record<string, readonly string[]> | undefined {
  const lists = memberLists(resource).filter((name) => Array.isArray(home[name]));
  if (lists.length === 0) return undefined;
  return Object.fromEntries(lists.map((name) => [name, [...(home[name] as readonly string[])].sort()]));
}

/** Whose ids the key of an edge holds: without that a ledger could be read as naming other people. */
export function endsOf(tenant: Tenant, resource: Resource, key: Values): Record<string, string> | undefined {
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
export async function placeOfSet(reading: Reading, { setOf, type }: Resource, values: Values): Promise<unknown> {
  if (!setOf) throw new DelineaError('stack_invalid', `${type} is no set`);
  const key = await homeKey(reading, resourceOf(setOf.kind), values);
  return key[setOf.scope];
}

/** The natural key with names of containers as ids. */
async function homeKey({ snapshot }: Reading, resource: Resource, values: Values): Promise<Values> {
  const entries = resource.key.map(async (name) => {
    const [kind] = kindsMeant(attributeOf(resource, name), values);
    if (kind === undefined || !resourceOf(kind).namedBy) return [name, values[name]] as const;
    const live = await findNamedAt(snapshot, kind, String(values[name]), name, true);
    return [name, referenceTo(kind, live)] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}
