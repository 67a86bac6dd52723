import type { Values } from './values.js';

/** A value that another declaration gives: `${delinea_user.jane.id}` in a stack. */
export interface Reference {
  readonly ref: string;
  readonly attribute: string;
}

export function isReference(value: unknown): value is Reference {
  return typeof value === 'object' && value !== null && 'ref' in value;
}

/** One thing that the code declares, or (lookup) refers to as existing elsewhere. */
export interface Declaration {
  /** `delinea_user.jane`, `data.delinea_user.jane`. */
  readonly address: string;
  readonly kind: string;
  /** By attribute; references stand where their value will be. */
  readonly values: Values;
  /** Only refers to something that others manage. */
  readonly lookup: boolean;
  readonly dependsOn: readonly string[];
  readonly preventDestroy: boolean;
  readonly ignoreChanges: readonly string[] | 'all';
  /** The address of the set that this edge is an element of. */
  readonly setAddress?: string | undefined;
  /** Id or name of the live object to take over, from an import block. */
  readonly importId?: string | undefined;
}

/** Every Reference in a value. */
export function referencesIn(value: unknown): Reference[] {
  if (isReference(value)) return [value];
  if (Array.isArray(value)) return value.flatMap(referencesIn);
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(referencesIn);
  return [];
}
