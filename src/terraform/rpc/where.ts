import { type Attribute, snakeCase, type Values } from '../../provider/index.js';
import { UNKNOWN } from '../values/value.js';

/**
 * A path as people look for it: `user_name`; of an element of a set, whose index is Terraform's and stands nowhere in
 * code, what it says: `grants: right of {principal_type = "user", right = "Viewer"}`.
 * @param values as people wrote them, by camelCase name @param path names in camelCase and indexes
 */
export function whereIn(attributes: readonly Attribute[], values: Values, path: readonly PropertyKey[]): string {
  const [name, at, ...inner] = path;
  const attribute = attributes.find((one) => one.name === name);
  const list = values[String(name)];
  if (!attribute?.unordered || typeof at !== 'number' || !Array.isArray(list)) return dotted(path);
  const element = textOf(attribute.fields, list[at]);
  return `${snakeCase(attribute.name)}: ${inner.length > 0 ? `${dotted(inner)} of ` : ''}${element}`;
}

function textOf(fields: readonly Attribute[], element: unknown): string {
  if (fields.length === 0 || typeof element !== 'object' || element === null) return JSON.stringify(element);
  const said = fields.flatMap(({ name, sensitive }) => {
    const value = (element as Values)[name];
    if (value === undefined || value === null || value === UNKNOWN || sensitive) return [];
    return [`${snakeCase(name)} = ${JSON.stringify(value)}`];
  });
  return said.length > 0 ? `{${said.join(', ')}}` : 'an element that says nothing';
}

function dotted(path: readonly PropertyKey[]): string {
  return path.map((step) => snakeCase(String(step))).join('.');
}
