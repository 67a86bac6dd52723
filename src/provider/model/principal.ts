import { objectKey } from './keys.js';

/** A user or a group by its id on the home surface; one that does not exist yet by the address of its declaration. */
export interface Principal {
  readonly kind: string;
  readonly id: string;
}

/** Returns the key of a principal in maps. */
export function principalKey({ kind, id }: Principal): string {
  return objectKey(kind, id);
}
