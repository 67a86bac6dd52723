import { type Attribute, snakeCase, type Values } from '../../provider/index.js';
import { isObjectValue, type ObjectValue, UNKNOWN, type Value } from './value.js';

/** Converts a block to the resource layer's values: camelCase names, and unset instead of null. UNKNOWN is kept. */
export function valuesOf(attributes: readonly Attribute[], block: ObjectValue): Values {
  const values: Record<string, unknown> = {};
  for (const attribute of attributes) {
    const value = block[snakeCase(attribute.name)];
    if (value !== null && value !== undefined) values[attribute.name] = toValue(attribute, value);
  }
  return values;
}

function toValue({ fields }: Attribute, value: Value): unknown {
  if (fields.length === 0 || value === UNKNOWN || !Array.isArray(value)) return value;
  return value.map((element: Value) => (isObjectValue(element) ? valuesOf(fields, element) : element));
}

/** Converts the resource layer's values to a block: snake_case names, and null instead of unset. */
export function blockOf(attributes: readonly Attribute[], values: Values): ObjectValue {
  const block: Record<string, Value> = {};
  for (const attribute of attributes)
    block[snakeCase(attribute.name)] = toBlockValue(attribute, values[attribute.name]);
  return block;
}

function toBlockValue({ fields }: Attribute, value: unknown): Value {
  if (value === undefined || value === null) return null;
  if (fields.length === 0 || !Array.isArray(value)) return value as Value;
  return value.map((element: Values) => blockOf(fields, element));
}
