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

/** Returns the key of the two ends of an edge in maps. */
export function endsKey(principal: Principal, scope: Principal): string {
  return `${principalKey(principal)} ${principalKey(scope)}`;
}
