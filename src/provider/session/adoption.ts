import { DelineaError } from '../model/errors.js';
import { isEdge, keyText, objectKey } from '../model/keys.js';
import type { OwnedObject } from '../model/owned-object.js';
import type { TenantReader } from '../read/tenant-reader.js';
import { resourceOf } from '../resources/index.js';
import { keyOfOwned } from '../resources/keys.js';
import type { ResourceInstance } from './instance.js';
import { ownedByState } from './owned-by-state.js';
import { planInIsolation } from './plan-alone.js';
import { importBlock, movedBlock } from './plan-warnings.js';

interface LiveKey {
  readonly id: string;
  readonly key: string;
}

/** The live object that the declaration means by its natural key. */
export async function liveKey(
  shared: TenantReader,
  { resource, declared = {} }: ResourceInstance,
): Promise<LiveKey | undefined> {
  if (isEdge(resource)) {
    const instance = { resource, state: { ...declared, id: '' } };
    const [owned] = await ownedByState(shared, instance);
    return (
      owned && {
        id: resource.key.map((name) => String(declared[name])).join(','),
        key: keyOfOwned(owned),
      }
    );
  }
  const [found] = await shared.snapshot.view(resource.type).byKey(declared);
  return found && { id: found.id, key: objectKey(resource.type, found.id) };
}

/** Whether the object of a state does not live any more; edges are found by their ends, not by an id that was theirs. */
export async function isDeleted({ snapshot }: TenantReader, [entry]: readonly OwnedObject[]): Promise<boolean> {
  if (!entry || isEdge(resourceOf(entry.kind))) return false;
  return (await snapshot.view(entry.kind).byId(entry.id)) === undefined;
}

/** Where something exists and may be taken over when somebody says so: how. Anything else stays as it was said. */
export async function withImport(
  reader: TenantReader,
  instance: ResourceInstance,
  error: DelineaError,
): Promise<DelineaError> {
  if (error.code !== 'not_ours' || instance.state || (await isStillRefused(reader, instance, error))) return error;
  const live = await liveKey(reader, instance).catch(() => undefined);
  if (!live) return error;
  return new DelineaError('not_ours', error.message, {
    hint: `Write down what is live, or take it over with adopt = "always" or this block:${importBlock(instance, live.id)}\nWhere it was renamed:${movedBlock(instance)}`,
    path: instance.resource.key[0],
  });
}

/** Whether consent to take it over would lead to the same again, as with an identity provider's. */
async function isStillRefused(
  reader: TenantReader,
  instance: ResourceInstance,
  { message }: DelineaError,
): Promise<boolean> {
  const adopting = { ...instance, declared: { ...instance.declared, adopt: 'always' } };
  try {
    await planInIsolation(reader, adopting, []);
    return false;
  } catch (error) {
    if (!(error instanceof DelineaError)) throw error;
    return error.message === message;
  }
}

/**
 * A state means one object by its id; a name that is another's is no way to it. Positions in a list shift names.
 * @throws DelineaError `not_ours`
 */
export async function refuseNameReuse(
  { snapshot }: TenantReader,
  { resource, state, declared }: ResourceInstance,
): Promise<void> {
  if (!state || !declared || isEdge(resource) || resource.authoritativeFor) return;
  if (keyText(resource, state) === keyText(resource, declared)) return;
  const [other] = await snapshot.view(resource.type).byKey(declared);
  if (!other || other.id === state.id) return;
  const [key = ''] = resource.key;
  throw new DelineaError('not_ours', `${declared[key]} is another ${resource.type} (id ${other.id})`, {
    path: key,
    hint: 'A name is not handed on by renaming: use for_each with names as keys instead of count, or moved blocks.',
  });
}
