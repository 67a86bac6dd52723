import { DelineaError } from '../model/errors.js';
import { isEdge, keyText, objectKey } from '../model/keys.js';
import type { OwnedObject } from '../model/owned-object.js';
import type { TenantReader } from '../read/tenant-reader.js';
import { homeKey } from '../read/to-owned-object.js';
import { resourceOf } from '../resources/index.js';
import { keyOfOwned } from '../resources/owned-key.js';
import type { ResourceInstance } from './instance.js';
import { ownedByState } from './owned-by-state.js';
import { planInIsolation } from './plan-in-isolation.js';

interface LiveKey {
  /** The id that imports the object. */
  readonly id: string;
  readonly key: string;
}

/** Finds the live object with the declared natural key. */
export async function liveKey(
  reader: TenantReader,
  { resource, declared = {} }: ResourceInstance,
): Promise<LiveKey | undefined> {
  if (!isEdge(resource)) {
    const [found] = await reader.snapshot.view(resource.type).byKey(await homeKey(reader, resource, declared));
    return found && { id: found.id, key: objectKey(resource.type, found.id) };
  }
  const [owned] = await ownedByState(reader, { resource, state: { ...declared, id: '' } });
  return owned && { id: resource.key.map((name) => String(declared[name])).join(','), key: keyOfOwned(owned) };
}

/**
 * Returns whether the object of a state is deleted. False for edges: they are identified by principal and scope,
 * because their id may change.
 */
export async function isDeleted({ snapshot }: TenantReader, [entry]: readonly OwnedObject[]): Promise<boolean> {
  if (!entry || isEdge(resourceOf(entry.kind))) return false;
  return (await snapshot.view(entry.kind).byId(entry.id)) === undefined;
}

/** Adds the ways to adopt the live object to the error of a declaration, if adoption would be accepted. */
export async function withAdoption(
  reader: TenantReader,
  instance: ResourceInstance,
  error: DelineaError,
): Promise<DelineaError> {
  if (error.code !== 'not_ours' || instance.state || (await isRefusedAnyway(reader, instance, error))) return error;
  const { type, key, authoritativeFor } = instance.resource;
  const id = authoritativeFor
    ? String(instance.declared?.[authoritativeFor.scope])
    : (await liveKey(reader, instance).catch(() => undefined))?.id;
  if (id === undefined) return error;
  return new DelineaError('not_ours', error.message, {
    path: key[0],
    hint: error.hint,
    remedy: [
      { kind: 'adopt', resource: type, id },
      { kind: 'moved', resource: type },
    ],
  });
}

/** Returns an instance whose declaration adopts an existing object that differs. */
export function adoptingAlways(instance: ResourceInstance): ResourceInstance {
  return { ...instance, declared: { ...instance.declared, adopt: 'always' } };
}

/** Returns whether adoption would fail with the same error, as for accounts of an identity provider. */
async function isRefusedAnyway(
  reader: TenantReader,
  instance: ResourceInstance,
  { message }: DelineaError,
): Promise<boolean> {
  try {
    await planInIsolation(reader, adoptingAlways(instance), []);
    return false;
  } catch (error) {
    if (!(error instanceof DelineaError)) throw error;
    return error.message === message;
  }
}

/**
 * Refuses to rename an object to the name of another one: a state identifies an object by its id. The typical cause is
 * a shifted `count` index.
 * @throws DelineaError `not_ours`
 */
export async function refuseNameReuse(
  reader: TenantReader,
  { resource, state, declared }: ResourceInstance,
): Promise<void> {
  if (!state || !declared || isEdge(resource) || resource.authoritativeFor) return;
  if (keyText(resource, state) === keyText(resource, declared)) return;
  const [other] = await reader.snapshot.view(resource.type).byKey(await homeKey(reader, resource, declared));
  if (!other || other.id === state.id) return;
  const [key = ''] = resource.key;
  throw new DelineaError('not_ours', `${declared[key]} is the name of another ${resource.type} (id ${other.id})`, {
    path: key,
    hint: 'A name cannot move to another object in one apply: use for_each with names as keys instead of count, or moved blocks.',
  });
}
