import { DelineaError } from '../errors.js';
import { attributeOf, type Resource, type Values } from '../resource.js';
import type { Field, Wire } from '../wire.js';
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
      throw new DelineaError('unserved', `${surface.title} cannot filter ${resource.plural} by ${attributeOf(resource, name).name}`);
    }
    return [`${field.at.join('.')} eq ${quote(String(value))}`];
  });
  return terms.join(' and ');
}

/** The place of an attribute on the wire; some have two, told apart by another attribute. */
export function fieldOf(wire: Wire, name: string, values: Values): Field | undefined {
  return fieldsOf(wire, name).find(({ when }) => !when || values[when.attribute] === when.is);
}

export function fieldsOf(wire: Wire, name: string): readonly Field[] {
  const entry = wire.fields[name];
  if (entry === undefined) return [];
  return Array.isArray(entry) ? entry : [entry as Field];
}

/** SCIM strings are JSON strings (RFC 7644 §3.4.2.2). */
export function quoteScim(text: string): string {
  return JSON.stringify(text);
}

/** Guide 000 shows single quotes; that a quote inside is doubled, as in OData, is an assumption. */
export function quoteRest(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
