import { type Attribute, snakeCase, type Values, valueText } from '../../provider/index.js';
import { UNKNOWN } from '../values/value.js';

/**
 * Returns a path as users know it: `user_name`. Elements of a set have no index in the configuration, so the text holds
 * their values instead: `grants: right of {principal_type = "user", right = "Viewer"}`.
 * @param values the configuration, by camelCase name @param path names in camelCase, and indexes
 */
export function pathText(attributes: readonly Attribute[], values: Values, path: readonly PropertyKey[]): string {
  const [name, index, ...inner] = path;
  const attribute = attributes.find((candidate) => candidate.name === name);
  const list = values[String(name)];
  if (!attribute?.unordered || typeof index !== 'number' || !Array.isArray(list)) return dotted(path);
  const element = elementText(attribute.fields, list[index]);
  return `${snakeCase(attribute.name)}: ${inner.length > 0 ? `${dotted(inner)} of ` : ''}${element}`;
}

function elementText(fields: readonly Attribute[], element: unknown): string {
  if (fields.length === 0 || typeof element !== 'object' || element === null) return valueText(element);
  const assignments = fields.flatMap(({ name, sensitive }) => {
    const value = (element as Values)[name];
    if (value === undefined || value === null || value === UNKNOWN || sensitive) return [];
    return [`${snakeCase(name)} = ${valueText(value)}`];
  });
  return assignments.length > 0 ? `{${assignments.join(', ')}}` : 'an element without values';
}

function dotted(path: readonly PropertyKey[]): string {
  return path.map((step) => snakeCase(String(step))).join('.');
}
