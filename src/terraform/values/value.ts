/** A value that is known only after an apply. Terraform's refinements of it are dropped. */
export const UNKNOWN = Symbol('unknown');

/**
 * A Terraform value; null means "not set". Sets and lists are arrays, objects have every attribute of their type. Numbers
 * are those whose decimal notation a double holds exactly.
 */
export type Value = null | typeof UNKNOWN | string | boolean | number | readonly Value[] | ObjectValue;

export interface ObjectValue {
  readonly [attribute: string]: Value;
}

export function isObjectValue(value: unknown): value is ObjectValue {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Returns whether the value contains nothing unknown. */
export function isWhollyKnown(value: Value): boolean {
  if (value === UNKNOWN) return false;
  if (Array.isArray(value)) return value.every(isWhollyKnown);
  return !isObjectValue(value) || Object.values(value).every(isWhollyKnown);
}

/** Returns whether two values are equal to Terraform, given the same order of elements. */
export function sameValue(left: Value, right: Value): boolean {
  if (left === right) return true;
  if (Array.isArray(left)) {
    return Array.isArray(right) && left.length === right.length && left.every((one, at) => sameValue(one, right[at]));
  }
  if (!isObjectValue(left) || !isObjectValue(right)) return false;
  return Object.keys(left).every((name) => sameValue(left[name] ?? null, right[name] ?? null));
}
