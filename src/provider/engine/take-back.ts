import { DelineaError } from '../errors.js';
import { snakeCase } from '../names.js';
import { isCleared, type Resource, type Values } from '../resource.js';
import { resourceOf } from '../resources/index.js';
import type { Settings } from '../settings.js';
import type { Tenant } from '../tenant.js';
import { derivedKey } from './correlation.js';
import type { Declaration, OwnedObject } from './declaration.js';
import { memberLists } from './losses.js';
import { ownedFrom, ownedInSet } from './owned-from.js';
import { keyOfOwned, together } from './planning.js';
import { openReading } from './reading.js';

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
  const reading = openReading(tenant);
  const declared = new Map(declarations.map((declaration) => [declaration.address, declaration.values]));
  const owned = new Map<StateEntry, readonly OwnedObject[]>();
  await together(entries, async (entry) => {
    const { address, kind, values } = entry;
    const resource = resourceOf(kind);
    const written = declared.get(address);
    const known = { address, correlation: correlationIn(tenant.settings, resource, values, written) };
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
  const keys = new Set(owned.map(keyOfOwned));
  return before.filter((entry) => !keys.has(keyOfOwned(entry)));
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
  settings: Settings,
  resource: Resource,
  values: Values,
  declared: Values | undefined,
): string | undefined {
  const { correlation } = resource;
  const key = correlation === undefined ? undefined : values[correlation];
  if (correlation === undefined || key === undefined || isCleared(key)) return undefined;
  return declared?.[correlation] === undefined ? derivedKey(settings, resource, values) : String(key);
}

/** A state has the members of every group; those that code leaves to others are not held. */
function withDeclaredLists(resource: Resource, values: Values, declared: Values | undefined): Values {
  const others = memberLists(resource).filter((name) => declared?.[name] === undefined);
  return Object.fromEntries(Object.entries(values).filter(([name]) => !others.includes(name)));
}
