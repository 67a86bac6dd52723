import { DelineaError } from '../errors.js';
import { attributeOf, type Resource, type Values } from '../resource.js';
import { fieldOf, type Wire } from '../wire.js';
import type { Surface } from './surfaces.js';

/**
 * A filter of `eq` terms joined by `and`, the only operators that every surface has (guide 002).
 * @throws DelineaError `unserved` for an attribute that the surface's row does not list as filterable.
 */
export function equalityFilter(
  surface: Surface,
  resource: Resource,
  wire: Wire,
  wanted: Values,
  quote: (text: string) => string,
): string {
  const terms = Object.entries(wanted).flatMap(([name, value]) => {
    const field = fieldOf(wire, name, wanted);
    if (!field) return [];
    if (!surface.serves[resource.type]?.filters.includes(name)) {
      throw new DelineaError(
        'unserved',
        `${surface.title} cannot filter ${resource.plural} by ${attributeOf(resource, name).name}`,
      );
    }
    return [`${field.at.join('.')} eq ${quote(String(value))}`];
  });
  return terms.join(' and ');
}

/** SCIM strings are JSON strings (RFC 7644 §3.4.2.2). */
export function quoteScim(text: string): string {
  return JSON.stringify(text);
}

/** Guide 000 shows single quotes; that a quote inside is doubled, as in OData, is an assumption. */
export function quoteRest(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
