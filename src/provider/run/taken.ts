import type { OwnedObject } from '../engine/declaration.js';
import { keyText } from '../engine/diff.js';
import { isEdge, keyOfOwned, objectKey, type Reading } from '../engine/planning.js';
import { DelineaError } from '../errors.js';
import { resourceOf } from '../resources/index.js';
import { ownedOf, type Piece } from './piece.js';
import { importBlock, movedBlock } from './plan-notices.js';
import { planOne } from './plan-one.js';

interface LiveKey {
  readonly id: string;
  readonly key: string;
}

/** The live object that the declaration means by its natural key. */
export async function liveKey(shared: Reading, { resource, declared = {} }: Piece): Promise<LiveKey | undefined> {
  if (isEdge(resource)) {
    const piece = { resource, state: { ...declared, id: '' } };
    const [owned] = await ownedOf(shared, piece);
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
export async function isGone({ snapshot }: Reading, [entry]: readonly OwnedObject[]): Promise<boolean> {
  if (!entry || isEdge(resourceOf(entry.kind))) return false;
  return (await snapshot.view(entry.kind).byId(entry.id)) === undefined;
}

/** Where something exists and may be taken over when somebody says so: how. Anything else stays as it was said. */
export async function withImport(reading: Reading, piece: Piece, error: DelineaError): Promise<DelineaError> {
  if (error.code !== 'not_ours' || piece.state || (await isStillRefused(reading, piece, error))) return error;
  const live = await liveKey(reading, piece).catch(() => undefined);
  if (!live) return error;
  return new DelineaError('not_ours', error.message, {
    hint: `Write down what is live, or take it over with adopt = "always" or this block:${importBlock(piece, live.id)}\nWhere it was renamed:${movedBlock(piece)}`,
    path: piece.resource.key[0],
  });
}

/** Whether consent to take it over would lead to the same again, as with an identity provider's. */
async function isStillRefused(reading: Reading, piece: Piece, { message }: DelineaError): Promise<boolean> {
  const adopting = { ...piece, declared: { ...piece.declared, adopt: 'always' } };
  try {
    await planOne(reading, adopting, []);
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
export async function refuseHandedOn({ snapshot }: Reading, { resource, state, declared }: Piece): Promise<void> {
  if (!state || !declared || isEdge(resource) || resource.setOf) return;
  if (keyText(resource, state) === keyText(resource, declared)) return;
  const [other] = await snapshot.view(resource.type).byKey(declared);
  if (!other || other.id === state.id) return;
  const [key = ''] = resource.key;
  throw new DelineaError('not_ours', `${declared[key]} is another ${resource.type} (id ${other.id})`, {
    path: key,
    hint: 'A name is not handed on by renaming: use for_each with names as keys instead of count, or moved blocks.',
  });
}
