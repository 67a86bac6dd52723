import type { Attribute } from './attribute.js';
import { foldCase } from './fold-case.js';
import type { AuthoritativeList, Resource } from './resource.js';
import { pick, type Values } from './values.js';

/** A mistake in a declared set. */
export interface ElementFault {
  /** The attribute, in camelCase. */
  readonly attribute: string;
  readonly message: string;
}

/** Returns the function that gives the key of an element of a set of objects. */
export function elementKeyIn(attribute: Attribute): (element: Values) => string {
  const key = attribute.elementKey ?? 'value';
  const isCaseless = attribute.fields.find(({ name }) => name === key)?.caseless;
  return (element) => (isCaseless ? foldCase(element[key]) : String(element[key]));
}

/**
 * Completes a declared set: if one element has an exclusive flag (RFC 7643 §2.4: `primary`), elements without a value for
 * the flag get `false`. Otherwise the service would keep the flag on the earlier element.
 */
export function withExclusiveFlags({ fields }: Attribute, elements: readonly Values[]): readonly Values[] {
  const given = fields.filter(({ name, exclusive }) => exclusive && elements.some((element) => element[name] === true));
  if (given.length === 0) return elements;
  const cleared = Object.fromEntries(given.map(({ name }) => [name, false]));
  return elements.map((element) => ({
    ...element,
    ...Object.fromEntries(Object.entries(cleared).filter(([name]) => (element[name] ?? null) === null)),
  }));
}

/**
 * Finds mistakes in sets of objects that no service would store as declared. Skips elements whose key is not known yet,
 * and the edges of an authoritative set: duplicates there are found once names and ids are resolved.
 */
export function elementFaults({ attributes, authoritativeFor }: Resource, values: Values): ElementFault[] {
  return attributes.flatMap((attribute) => {
    const elements = values[attribute.name];
    if (attribute.type !== 'objects' || attribute.name === authoritativeFor?.elements || !Array.isArray(elements))
      return [];
    const known = elements.filter((element): element is Values => typeof element === 'object' && element !== null);
    const messages = [...repeated(attribute, known), ...multipleExclusive(attribute, known)];
    return messages.map((message) => ({ attribute: attribute.name, message }));
  });
}

function repeated(attribute: Attribute, elements: readonly Values[]): string[] {
  const key = attribute.elementKey ?? 'value';
  const keyOf = elementKeyIn(attribute);
  const first = new Map<string, unknown>();
  const twice = new Map<string, string>();
  for (const element of elements.filter((candidate) => typeof candidate[key] === 'string')) {
    const folded = keyOf(element);
    const other = first.get(folded);
    if (other === undefined) first.set(folded, element[key]);
    else
      twice.set(folded, `has "${element[key]}" twice${other === element[key] ? '' : `, also as "${other}"`}; keep one`);
  }
  return [...twice.values()];
}

function multipleExclusive({ fields }: Attribute, elements: readonly Values[]): string[] {
  return fields
    .filter(({ name, exclusive }) => exclusive && elements.filter((element) => element[name] === true).length > 1)
    .map(({ name }) => `has several elements with ${name} = true; keep one`);
}

/** Returns the elements of an authoritative set as edges: with the scope and with `onRemoval`. */
export function elementsAsEdges({ scope, elements, settings = [] }: AuthoritativeList, values: Values): Values[] {
  const listed = (values[elements] as readonly Values[] | undefined) ?? [];
  const shared = pick(values, [scope, 'onRemoval', ...settings]);
  return listed.map((element) => ({ ...shared, ...element }));
}
