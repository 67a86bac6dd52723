import type { Values } from './values.js';

/**
 * A value of another declaration: `${delinea_user.jane.id}` in a stack. After references are resolved, one with the
 * attribute `id` remains where that object does not exist yet.
 */
export interface Reference {
  readonly ref: string;
  readonly attribute: string;
}

export function isReference(value: unknown): value is Reference {
  return typeof value === 'object' && value !== null && 'ref' in value;
}

/** One object that the code declares or (`lookup`) only refers to. */
export interface Declaration {
  /** `delinea_user.jane`, `data.delinea_user.jane`. */
  readonly address: string;
  readonly kind: string;
  /** By attribute name in camelCase; a Reference in place of a value of another declaration. */
  readonly values: Values;
  /** Refers to an object that is managed elsewhere. */
  readonly lookup: boolean;
  readonly dependsOn: readonly string[];
  readonly preventDestroy: boolean;
  readonly ignoreChanges: readonly string[] | 'all';
  /** Address of the authoritative resource that this edge is an element of. */
  readonly setAddress?: string | undefined;
  /** Id or name of the live object to adopt, from an import block. */
  readonly importId?: string | undefined;
}

/** Returns every Reference in a value, at any depth. */
export function referencesIn(value: unknown): Reference[] {
  if (isReference(value)) return [value];
  if (Array.isArray(value)) return value.flatMap(referencesIn);
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(referencesIn);
  return [];
}
