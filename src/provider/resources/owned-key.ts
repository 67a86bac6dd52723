import { ownedKey } from '../model/keys.js';
import type { OwnedObject } from '../model/owned-object.js';
import { resourceOf } from './index.js';

/** Returns the key that identifies an owned object. */
export function keyOfOwned({ kind, id, key }: OwnedObject): string {
  return ownedKey(resourceOf(kind), id, key);
}
