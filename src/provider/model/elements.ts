import type { Attribute } from './attribute.js';
import { foldCase } from './fold-case.js';
import type { AuthoritativeList, Resource } from './resource.js';
import type { Values } from './values.js';

/** What is wrong with a declared set. */
export interface ElementFault {
  /** The attribute, in camelCase. */
  readonly attribute: string;
  readonly message: string;
}

/** The text by which two elements of a set of objects are the same one. */
export function elementKeyIn(attribute: Attribute): (element: Values) => string {
  const key = attribute.elementKey ?? 'value';
  const isCaseless = attribute.fields.find(({ name }) => name === key)?.caseless;
  return (element) => (isCaseless ? foldCase(element[key]) : String(element[key]));
}

/**
 * What a declared set says in full: where one element is the only one (RFC 7643 §2.4: `primary`), the others that say
 * nothing of it are not. Without that the earlier one stays what it was.
 */
export function withExclusiveFlags({ fields }: Attribute, elements: readonly Values[]): readonly Values[] {
  const taken = fields.filter(({ name, exclusive }) => exclusive && elements.some((element) => element[name] === true));
  if (taken.length === 0) return elements;
  const not = Object.fromEntries(taken.map(({ name }) => [name, false]));
  return elements.map((element) => ({
    ...element,
    ...Object.fromEntries(Object.entries(not).filter(([name]) => (element[name] ?? null) === null)),
  }));
}

/**
 * The sets of objects that no service would keep as written. Elements whose key is not known yet are passed over, and
 * so are those of a whole set: each is an edge, and two of one principal show once names and ids are resolved.
 */
export function elementFaults({ attributes, authoritativeFor }: Resource, values: Values): ElementFault[] {
  return attributes.flatMap((attribute) => {
    const elements = values[attribute.name];
    if (attribute.type !== 'objects' || attribute.name === authoritativeFor?.elements || !Array.isArray(elements))
      return [];
    const known = elements.filter((one): one is Values => typeof one === 'object' && one !== null);
    const messages = [...repeated(attribute, known), ...multipleExclusive(attribute, known)];
    return messages.map((message) => ({ attribute: attribute.name, message }));
  });
}

function repeated(attribute: Attribute, elements: readonly Values[]): string[] {
  const key = attribute.elementKey ?? 'value';
  const keyOf = elementKeyIn(attribute);
  const first = new Map<string, unknown>();
  const twice = new Map<string, string>();
  for (const element of elements.filter((one) => typeof one[key] === 'string')) {
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

/** What each element of a set says as an edge of its own: with the place, and what happens when it goes. */
export function elementsAsEdges({ scope, elements }: AuthoritativeList, values: Values): Values[] {
  const listed = (values[elements] as readonly Values[] | undefined) ?? [];
  return listed.map((element) => ({ [scope]: values[scope], ...element, onRemoval: values.onRemoval }));
}
