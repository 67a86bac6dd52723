import { ownedKey } from '../model/keys.js';
import type { OwnedObject } from '../model/owned-object.js';
import type { Values } from '../model/values.js';
import { resourceOf } from './index.js';

/** Returns the key that identifies an owned object. */
export function keyOfOwned({ kind, id, key }: OwnedObject): string {
  return ownedKey(resourceOf(kind), id, key);
}

/** Returns the display name of an object, with ids shown as names if they are known. */
export function labelOf(kind: string, values: Values, nameOf: (attribute: string, value: unknown) => string): string {
  return resourceOf(kind).label.replace(/\{(\w+)\}/g, (_, name: string) => nameOf(name, values[name]));
}
