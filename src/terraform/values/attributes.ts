import { type Attribute, snakeCase, type Values } from '../../provider/index.js';
import { isObjectValue, type ObjectValue, UNKNOWN, type Value } from './value.js';

/** A block as the resource layer has it: camelCase, unset where Terraform says null. UNKNOWN stays where it stands. */
export function valuesOf(attributes: readonly Attribute[], block: ObjectValue): Values {
  const values: Record<string, unknown> = {};
  for (const attribute of attributes) {
    const value = block[snakeCase(attribute.name)];
    if (value !== null && value !== undefined) values[attribute.name] = inValues(attribute, value);
  }
  return values;
}

function inValues({ fields }: Attribute, value: Value): unknown {
  if (fields.length === 0 || value === UNKNOWN || !Array.isArray(value)) return value;
  return value.map((element: Value) => (isObjectValue(element) ? valuesOf(fields, element) : element));
}

/** The values of the resource layer as a block: snake_case, null where they say nothing. */
export function blockOf(attributes: readonly Attribute[], values: Values): ObjectValue {
  const block: Record<string, Value> = {};
  for (const attribute of attributes) block[snakeCase(attribute.name)] = inBlock(attribute, values[attribute.name]);
  return block;
}

function inBlock({ fields }: Attribute, value: unknown): Value {
  if (value === undefined || value === null) return null;
  if (fields.length === 0 || !Array.isArray(value)) return value as Value;
  return value.map((element: Values) => blockOf(fields, element));
}
