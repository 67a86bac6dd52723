import {
  type Attribute,
  diff,
  foldCase,
  isReference,
  type Resource,
  snakeCase,
  type Values,
} from '../../provider/index.js';
import type { Paint, Tone } from './paint.js';
import { element, inline, type Names } from './values.js';

const TONES: Readonly<Record<string, Tone>> = { '+': 'add', '-': 'remove', '~': 'change' };

/** Returns a line with a coloured sign in front. */
export function signed(sign: string, text: string, paint: Paint): string {
  return `${paint(TONES[sign] ?? 'strong', sign)} ${text}`;
}

/** Lists every set attribute, as Terraform prints a created or removed resource. */
export function listAttributes(
  sign: '+' | '-',
  attributes: readonly Attribute[],
  values: Values,
  names: Names,
  paint: Paint,
): string[] {
  const given = attributes.filter(
    ({ name, setting }) => !setting && values[name] !== undefined && values[name] !== null,
  );
  const width = widthOf(given);
  return given.flatMap((attribute) => {
    const head = `${snakeCase(attribute.name).padEnd(width)} = `;
    const value = values[attribute.name];
    if (attribute.computed && sign === '+') return [signed(sign, `${head}(known after apply)`, paint)];
    if (!Array.isArray(value) || value.length === 0 || attribute.sensitive) {
      return [signed(sign, head + inline(attribute, values, names), paint)];
    }
    const items = value.map((item) => `    ${signed(sign, element(attribute, item, names), paint)},`);
    return [signed(sign, `${head}[`, paint), ...items.sort(), '  ]'];
  });
}

/** Lists the attributes that differ, and the number of those that do not. */
export function compareAttributes(
  resource: Resource,
  before: Values,
  after: Values,
  names: Names,
  paint: Paint,
): string[] {
  const { attributes } = resource;
  const declared = attributes.filter(
    ({ name, setting, computed }) => !setting && !computed && after[name] !== undefined,
  );
  const different = new Set(diff(resource, after, before).map(({ attribute }) => attribute));
  const changed = declared.filter(
    (attribute) => different.has(attribute.name) && !haveSameNames(attribute, before, after, names),
  );
  const width = widthOf(changed);
  const lines = changed.flatMap((attribute) => {
    const head = `${snakeCase(attribute.name).padEnd(width)} = `;
    const [old, now] = [before[attribute.name], after[attribute.name]];
    if (attribute.sensitive || (!Array.isArray(old) && !Array.isArray(now))) {
      const sign = old === undefined || old === null ? '+' : '~';
      const change =
        sign === '+'
          ? inline(attribute, after, names)
          : `${inline(attribute, before, names)} -> ${inline(attribute, after, names)}`;
      return [signed(sign, head + change, paint)];
    }
    return [signed('~', `${head}[`, paint), ...compareLists(attribute, listOf(old), listOf(now), names, paint), '  ]'];
  });
  const hidden = declared.length - changed.length;
  return hidden === 0 ? lines : [...lines, paint('faint', `  # (${count(hidden, 'unchanged attribute')} hidden)`)];
}

/** Returns a number with its noun: `1 step`, `2 steps`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

/** Compares elements by their text: the same name is the same element, whether its id is known yet or not. */
function compareLists(
  attribute: Attribute,
  old: readonly unknown[],
  now: readonly unknown[],
  names: Names,
  paint: Paint,
): string[] {
  const shown = (items: readonly unknown[]) =>
    new Map(items.map((item) => [textKey(attribute, item, names), element(attribute, item, names)]));
  const [left, right] = [shown(old), shown(now)];
  const added = [...right].filter(([key]) => !left.has(key)).map(([, text]) => `    ${signed('+', text, paint)},`);
  const removed = [...left].filter(([key]) => !right.has(key)).map(([, text]) => `    ${signed('-', text, paint)},`);
  const hidden = right.size - added.length;
  const rest = hidden === 0 ? [] : [paint('faint', `      # (${count(hidden, 'unchanged element')} hidden)`)];
  return [...added.sort(), ...removed.sort(), ...rest];
}

function textKey(attribute: Attribute, item: unknown, names: Names): string {
  return foldCase(element(attribute, item, names).replace(/ \(new\)$/, ''));
}

/** Returns whether a reference and an id have the same name. `diff` never treats them as equal. */
function haveSameNames(attribute: Attribute, before: Values, after: Values, names: Names): boolean {
  const sides = [before, after].map((values) => listOf(values[attribute.name]));
  if (!sides.flat().some(isReference)) return false;
  const [left, right] = sides.map((items) =>
    items
      .map((item) => textKey(attribute, item, names))
      .sort()
      .join('\n'),
  );
  return left === right;
}

function listOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return value === undefined || value === null ? [] : [value];
}

function widthOf(attributes: readonly Attribute[]): number {
  return Math.max(0, ...attributes.map(({ name }) => snakeCase(name).length));
}
