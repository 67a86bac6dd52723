import { ownedKey } from '../model/keys.js';
import { type ObjectRef, objectRefs } from '../model/object-refs.js';
import type { OwnedObject } from '../model/owned-object.js';
import { resourceOf } from './index.js';

/** Returns the object of an entry, and those that its key refers to. */
export function recordedRefs({ kind, id, key }: Pick<OwnedObject, 'kind' | 'id' | 'key'>): ObjectRef[] {
  return [{ kinds: [kind], id }, ...objectRefs(resourceOf(kind).attributes, key)];
}

/** Returns the key that identifies an owned object. */
export function keyOfOwned({ kind, id, key }: OwnedObject): string {
  return ownedKey(resourceOf(kind), id, key);
}
