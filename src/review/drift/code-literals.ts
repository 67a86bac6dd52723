import { type Attribute, snakeCase, type Values } from '../../provider/index.js';

/** Returns the address of the declaration of an object; undefined if code does not declare it. */
export type SourceOf = (kind: string, id: string) => string | undefined;

/**
 * Characters that are not written as they are: all but letters, digits and a few signs, and of those the ones that begin a
 * command for a CI runner or push text out of sight.
 */
const ESCAPED = /\p{DI}|[^\p{L}\p{N} .@_\-/()+,'=&!?*:#]|(?<= ) |:(?=:)|#(?=#)|([-+])(?=\1\1)/gu;

/** Returns a text as a string of TypeScript. */
export function tsString(text: string): string {
  return literal(text, (code) => `\\u{${code.toString(16)}}`);
}

/** Returns a text as a string of HCL, in which nothing is a template. A lone surrogate has no spelling there. */
export function hclString(text: string): string {
  return literal(text.replace(/\p{Cs}/gu, '\ufffd'), (code) => `\\U${code.toString(16).padStart(8, '0')}`);
}

function literal(text: string, astral: (code: number) => string): string {
  const escaped = text.replace(ESCAPED, (character) => {
    if (character === '"' || character === '\\') return `\\${character}`;
    const code = character.codePointAt(0)!;
    return code > 0xffff ? astral(code) : `\\u${code.toString(16).padStart(4, '0')}`;
  });
  return `"${escaped}"`;
}

/** Returns a name for a block or construct from a text: letters, digits and underscores. */
export function blockName(text: string): string {
  const name = text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .slice(0, 80);
  return /^[a-z]/.test(name) ? name : `drift_${name}`.replace(/_$/, '');
}

/** The enum of the constructs for each attribute with a list of allowed values. */
const ENUMS: Readonly<Record<string, string>> = { right: 'Right', secretRight: 'SecretRight' };

export function tsValue(attribute: Attribute, value: unknown, sourceOf: SourceOf): string {
  if (Array.isArray(value)) {
    const items = value.map((item: unknown) =>
      isObject(item)
        ? fieldsOf(attribute, item, (field, inner) => `${field.name}: ${tsValue(field, inner, sourceOf)}`)
        : tsValue(attribute, item, sourceOf),
    );
    return `[${items.join(', ')}]`;
  }
  if (typeof value !== 'string') return JSON.stringify(value);
  const name = ENUMS[attribute.name];
  if (name && attribute.allowed?.includes(value)) return `${name}.${value.toUpperCase().replaceAll(' ', '_')}`;
  if (attribute.name === 'manager')
    return `DelineaUser.fromUserId(this, ${tsString(blockName(`manager ${value}`))}, ${tsString(value)})`;
  return tsString(value);
}

export function hclValue(attribute: Attribute, value: unknown, sourceOf: SourceOf): string {
  if (Array.isArray(value)) {
    const items = value.map((item: unknown) =>
      isObject(item)
        ? fieldsOf(attribute, item, (field, inner) => `${snakeCase(field.name)} = ${hclValue(field, inner, sourceOf)}`)
        : hclValue(attribute, item, sourceOf),
    );
    return `[${items.join(', ')}]`;
  }
  if (typeof value !== 'string') return JSON.stringify(value);
  const address = attribute.refersTo.map((kind) => sourceOf(kind, value)).find((each) => each !== undefined);
  return address === undefined ? hclString(value) : `${address}.id`;
}

function fieldsOf({ fields }: Attribute, item: Values, write: (field: Attribute, value: unknown) => string): string {
  const given = fields.filter(({ name }) => item[name] !== undefined && item[name] !== null);
  return `{ ${given.map((field) => write(field, item[field.name])).join(', ')} }`;
}

function isObject(value: unknown): value is Values {
  return typeof value === 'object' && value !== null;
}
