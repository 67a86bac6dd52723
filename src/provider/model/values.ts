export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

export type JsonObject = { readonly [key: string]: Json };

/** Attribute values by camelCase name: what people declare, what a surface holds, what a plan compares. */
export type Values = Readonly<Record<string, unknown>>;

/** Some of the values; what is unset is left out. */
export function pick(values: Values, names: readonly string[]): Values {
  return Object.fromEntries(names.filter((name) => values[name] !== undefined).map((name) => [name, values[name]]));
}

/** Clearing is explicit: an empty text or list says "nothing here". */
export function isCleared(value: unknown): boolean {
  return value === null || value === '' || (Array.isArray(value) && value.length === 0);
}
