import type { Tenant } from '../api/tenant.js';
import type { Declaration } from '../model/declaration.js';
import { DelineaError } from '../model/errors.js';
import { snakeCase } from '../model/names.js';
import type { OwnedObject } from '../model/owned-object.js';
import type { Resource } from '../model/resource.js';
import { isCleared, type Values } from '../model/values.js';
import { derivedKey } from '../plan/external-id.js';
import { toOwnedEdges, toOwnedObject } from '../read/owned-object.js';
import { runConcurrently } from '../read/run-concurrently.js';
import { openReader } from '../read/tenant-reader.js';
import { memberLists } from '../resources/edges.js';
import { resourceOf } from '../resources/index.js';
import { keyOfOwned } from '../resources/keys.js';
import type { Settings } from '../settings/settings.js';

/** One resource of somebody else's state, its attributes by our names. */
export interface StateResource {
  readonly address: string;
  readonly kind: string;
  readonly values: Values;
}

/**
 * What a ledger would hold of a state, had an apply of these declarations made it.
 * @throws DelineaError, DelineaErrors: a container of it is not there, or why the tenant could not be read
 */
export async function importState(
  tenant: Tenant,
  entries: readonly StateResource[],
  declarations: readonly Declaration[],
): Promise<OwnedObject[]> {
  const reading = openReader(tenant);
  const declared = new Map(declarations.map((declaration) => [declaration.address, declaration.values]));
  const owned = new Map<StateResource, readonly OwnedObject[]>();
  await runConcurrently(entries, async (entry) => {
    const { address, kind, values } = entry;
    const resource = resourceOf(kind);
    const written = declared.get(address);
    const known = { address, correlation: correlationIn(tenant.settings, resource, values, written) };
    const held = withDeclaredLists(resource, values, written);
    try {
      const found = resource.authoritativeFor
        ? toOwnedEdges(reading, resource, held, known)
        : toOwnedObject(reading, resource, held, known).then((one) => [one]);
      owned.set(entry, await found);
    } catch (error) {
      throw error instanceof DelineaError ? inside(error, address) : error;
    }
  });
  return [...owned.values()].flat();
}

/** Entries of a ledger that the new ones do not have. */
export function missingEntries(owned: readonly OwnedObject[], before: readonly OwnedObject[]): OwnedObject[] {
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
