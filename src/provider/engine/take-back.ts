import { DelineaError } from '../errors.js';
import { snakeCase } from '../names.js';
import { isCleared, type Resource, type Values } from '../resource.js';
import { resourceOf } from '../resources/index.js';
import type { Settings } from '../settings.js';
import type { Tenant } from '../tenant.js';
import type { Declaration, OwnedObject } from './declaration.js';
import { Identity } from './identity.js';
import { memberLists } from './losses.js';
import { ownedFrom, ownedInSet } from './owned-from.js';
import { ownedKey, type Reading, together } from './planning.js';
import { Snapshot } from './snapshot.js';

/** One resource of somebody else's state, its attributes by our names. */
export interface StateEntry {
  readonly address: string;
  readonly kind: string;
  readonly values: Values;
}

/**
 * What a ledger would hold of a state, had an apply of these declarations made it.
 * @throws DelineaError, DelineaErrors: a container of it is not there, or why the tenant could not be read
 */
export async function takeBack(
  tenant: Tenant,
  entries: readonly StateEntry[],
  declarations: readonly Declaration[],
): Promise<OwnedObject[]> {
  const snapshot = new Snapshot(tenant);
  const reading: Reading = { tenant, snapshot, identity: new Identity(snapshot), edges: new Map() };
  const declared = new Map(declarations.map((declaration) => [declaration.address, declaration.values]));
  const owned = new Map<StateEntry, readonly OwnedObject[]>();
  await together(entries, async (entry) => {
    const { address, kind, values } = entry;
    const resource = resourceOf(kind);
    const written = declared.get(address);
    const known = { address, correlation: correlationIn(resource, values, written, tenant.settings) };
    const held = withDeclaredLists(resource, values, written);
    try {
      const found = resource.setOf
        ? ownedInSet(reading, resource, held, known)
        : ownedFrom(reading, resource, held, known).then((one) => [one]);
      owned.set(entry, await found);
    } catch (error) {
      throw error instanceof DelineaError ? inside(error, address) : error;
    }
  });
  return [...owned.values()].flat();
}

/** Entries of a ledger that the new ones do not have. */
export function lackingIn(owned: readonly OwnedObject[], before: readonly OwnedObject[]): OwnedObject[] {
  const keyOf = ({ kind, id, key }: OwnedObject) => ownedKey(resourceOf(kind), id, key);
  const keys = new Set(owned.map(keyOf));
  return before.filter((entry) => !keys.has(keyOf(entry)));
}

/** An attribute's fault is told with the address that has the attribute. */
function inside({ code, message, hint, path }: DelineaError, address: string): DelineaError {
  return new DelineaError(code, message, {
    hint,
    path: path === undefined ? address : `${address}.${snakeCase(path)}`,
  });
}

/** A state has the key of everybody; which of them code gave is known from the code. */
function correlationIn(
  { correlation }: Resource,
  values: Values,
  declared: Values | undefined,
  { externalIdFrom }: Settings,
): string | undefined {
  const key = correlation === undefined ? undefined : values[correlation];
  if (correlation === undefined || key === undefined || isCleared(key)) return undefined;
  const derived = externalIdFrom !== undefined && values[externalIdFrom] === key;
  return declared?.[correlation] !== undefined || derived ? String(key) : undefined;
}

/** A state has the members of every group; those that code leaves to others are not held. */
function withDeclaredLists(resource: Resource, values: Values, declared: Values | undefined): Values {
  const others = memberLists(resource).filter((name) => declared?.[name] === undefined);
  return Object.fromEntries(Object.entries(values).filter(([name]) => !others.includes(name)));
}
