import { HOLDER } from '../../provider/index.js';

/**
 * Returns a right and its place: `Owner on container prod`. A role is the right itself: `role Auditor`.
 * @param shown the right with markup
 */
export function rightOn(right: string, place: string, shown = right): string {
  return right === HOLDER ? place : `${shown} on ${place}`;
}

/** Returns the kind of some scopes: `container`, `containers`. */
export function kindsOf(scopes: readonly { readonly kind: string }[]): string {
  return `${scopes[0]!.kind}${scopes.length === 1 ? '' : 's'}`;
}
