import { type Attribute, snakeCase, type Values } from '../../provider/index.js';
import { isObjectValue, type ObjectValue, UNKNOWN, type Value } from './value.js';

/** A block as the resource layer has it: camelCase, unset where Terraform says null. UNKNOWN stays where it stands. */
export function valuesOf(attributes: readonly Attribute[], block: ObjectValue): Values {
  return Object.fromEntries(
    attributes.flatMap((attribute) => {
      const value = block[snakeCase(attribute.name)];
      return value === null || value === undefined ? [] : [[attribute.name, inValues(attribute, value)]];
    }),
  );
}

function inValues({ fields }: Attribute, value: Value): unknown {
  if (fields.length === 0 || value === UNKNOWN || !Array.isArray(value)) return value;
  return value.map((element: Value) => (isObjectValue(element) ? valuesOf(fields, element) : element));
}

/** The values of the resource layer as a block: snake_case, null where they say nothing. */
export function blockOf(attributes: readonly Attribute[], values: Values): ObjectValue {
  return Object.fromEntries(
    attributes.map((attribute) => [snakeCase(attribute.name), inBlock(attribute, values[attribute.name])]),
  );
}

function inBlock({ fields }: Attribute, value: unknown): Value {
  if (value === undefined || value === null) return null;
  if (fields.length === 0 || !Array.isArray(value)) return value as Value;
  return value.map((element: Values) => blockOf(fields, element));
}
