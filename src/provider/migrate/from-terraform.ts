import type { Tenant } from '../api/tenant.js';
import type { Declaration } from '../model/declaration.js';
import { type RecordedSet, settingsOf } from '../model/declared-settings.js';
import { DelineaError } from '../model/errors.js';
import { snakeCase } from '../model/names.js';
import type { OwnedObject } from '../model/owned-object.js';
import type { Resource } from '../model/resource.js';
import { isCleared, type Values } from '../model/values.js';
import { derivedKey } from '../plan/correlation-key.js';
import { runConcurrently } from '../read/run-concurrently.js';
import { openReader } from '../read/tenant-reader.js';
import { toOwnedEdges, toOwnedObject } from '../read/to-owned-object.js';
import { memberLists } from '../resources/edge-words.js';
import { resourceOf } from '../resources/index.js';
import { keyOfOwned } from '../resources/owned-key.js';
import type { Settings } from '../settings/settings.js';

/** One resource of a Terraform state, with attributes in camelCase. */
export interface StateResource {
  readonly address: string;
  readonly kind: string;
  readonly values: Values;
}

/** The entries of a ledger. */
export interface ImportedState {
  readonly objects: readonly OwnedObject[];
  readonly sets: readonly RecordedSet[];
}

/**
 * Converts a Terraform state to the ledger that an apply of these declarations would have written. Settings come from the
 * state; those of `lifecycle`, which a state does not have, from the declarations.
 * @throws DelineaError, DelineaErrors when a container of the state does not exist, or the tenant cannot be read
 */
export async function importState(
  tenant: Tenant,
  entries: readonly StateResource[],
  declarations: readonly Declaration[],
): Promise<ImportedState> {
  const reader = openReader(tenant);
  const declared = new Map(declarations.map((declaration) => [declaration.address, declaration]));
  const sets: RecordedSet[] = [];
  const owned = new Map<StateResource, readonly OwnedObject[]>();
  await runConcurrently(entries, async (entry) => {
    const { address, kind, values } = entry;
    const resource = resourceOf(kind);
    const { preventDestroy = false, ignoreChanges = [], values: written } = declared.get(address) ?? {};
    const all = settingsOf(resource, { values, preventDestroy, ignoreChanges });
    const { onRemoval: _, ...settings } = all;
    if (resource.authoritativeFor) sets.push({ address, scope: values.id as string | undefined, settings: all });
    const known = { address, correlation: correlationIn(tenant.settings, resource, values, written) };
    const managed = withDeclaredLists(resource, values, written);
    try {
      const found = resource.authoritativeFor
        ? toOwnedEdges(reader, resource, managed, known)
        : toOwnedObject(reader, resource, managed, known).then((object) => [{ ...object, settings }]);
      owned.set(entry, await found);
    } catch (error) {
      throw error instanceof DelineaError ? withAddress(error, address) : error;
    }
  });
  return { objects: [...owned.values()].flat(), sets };
}

/** Returns the entries of the previous ledger that the new one does not have. */
export function missingEntries(owned: readonly OwnedObject[], before: readonly OwnedObject[]): OwnedObject[] {
  const keys = new Set(owned.map(keyOfOwned));
  return before.filter((entry) => !keys.has(keyOfOwned(entry)));
}

/** Adds the address to the path of an error of one attribute. */
function withAddress({ code, message, hint, remedy, path }: DelineaError, address: string): DelineaError {
  return new DelineaError(code, message, {
    hint,
    remedy,
    path: path === undefined ? address : `${address}.${snakeCase(path)}`,
  });
}

/** Returns the correlation key if it was set from code: a state has every live key, so the declaration decides. */
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

/** Drops the member lists that the code does not declare: a state has the members of every group. */
function withDeclaredLists(resource: Resource, values: Values, declared: Values | undefined): Values {
  const others = memberLists(resource).filter((name) => declared?.[name] === undefined);
  return Object.fromEntries(Object.entries(values).filter(([name]) => !others.includes(name)));
}
