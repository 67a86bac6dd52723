/** A JSON value. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

export type JsonObject = { readonly [key: string]: Json };

/** Attribute values by camelCase name. */
export type Values = Readonly<Record<string, unknown>>;

/** Returns these attributes without the unset ones. */
export function pick(values: Values, names: readonly string[]): Values {
  return Object.fromEntries(names.filter((name) => values[name] !== undefined).map((name) => [name, values[name]]));
}

/** Returns whether a value clears its attribute: null, an empty string or an empty list. Unset means unmanaged instead. */
export function isCleared(value: unknown): boolean {
  return value === null || value === '' || (Array.isArray(value) && value.length === 0);
}
