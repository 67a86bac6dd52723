import { DelineaError } from '../model/errors.js';
import { attributeOf, type Resource } from '../model/resource.js';
import type { Values } from '../model/values.js';
import { fieldOf, type Wire } from '../model/wire.js';
import type { Surface } from '../settings/surfaces.js';

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

/**
 * The same key in each normal form that it can be held in. What compares without case compares without form as well,
 * but a service's filter may know one form only, and configurations are always NFC. Most names have only one.
 */
export function spellings(resource: Resource, key: Values): readonly Values[] {
  const caseless = new Set(resource.attributes.filter((attribute) => attribute.caseless).map(({ name }) => name));
  const inForm = (form: 'NFC' | 'NFD') =>
    Object.fromEntries(
      Object.entries(key).map(([name, value]) => [
        name,
        caseless.has(name) && typeof value === 'string' ? value.normalize(form) : value,
      ]),
    );
  const forms = [key, inForm('NFC'), inForm('NFD')];
  return [...new Map(forms.map((form) => [JSON.stringify(form), form])).values()];
}

/** SCIM strings are JSON strings (RFC 7644 §3.4.2.2). */
export function quoteScim(text: string): string {
  return JSON.stringify(text);
}

/** Guide 000 shows single quotes; that a quote inside is doubled, as in OData, is an assumption. */
export function quoteRest(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
