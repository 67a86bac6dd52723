import { ownedKey } from '../model/keys.js';
import type { OwnedObject } from '../model/owned-object.js';
import type { Values } from '../model/values.js';
import { resourceOf } from './index.js';

/** How an entry of the ledger, or of a state, is told from others. */
export function keyOfOwned({ kind, id, key }: OwnedObject): string {
  return ownedKey(resourceOf(kind), id, key);
}

/** What people call an object, ids shown as names where they are known. */
export function labelOf(kind: string, values: Values, nameOf: (attribute: string, value: unknown) => string): string {
  return resourceOf(kind).label.replace(/\{(\w+)\}/g, (_, name: string) => nameOf(name, values[name]));
}
