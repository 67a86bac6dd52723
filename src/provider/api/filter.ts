import { kindsMeant } from '../model/attribute.js';
import { DelineaError } from '../model/errors.js';
import { snakeCase } from '../model/names.js';
import { attributeOf, type Resource } from '../model/resource.js';
import type { Values } from '../model/values.js';
import { fieldOf, type Wire } from '../model/wire.js';
import { sentId } from '../resources/object-id.js';
import type { Surface } from '../settings/surfaces.js';
import type { Query, Term } from './protocol.js';

/**
 * Returns the `eq` terms for these values; they are joined by `and`. Every surface has only these operators (guide 002).
 * @throws DelineaError `unserved` for an attribute that the surface's row does not list as filterable
 */
export function equalityTerms(surface: Surface, resource: Resource, wire: Wire, wanted: Values): Term[] {
  return Object.entries(wanted).flatMap(([name, value]) => {
    const field = fieldOf(wire, name, wanted);
    if (!field) return [];
    if (!surface.serves[resource.type]?.filters.includes(name)) {
      throw new DelineaError(
        'unserved',
        `${surface.title} cannot filter ${resource.plural} by ${snakeCase(attributeOf(resource, name).name)}`,
      );
    }
    const kinds = kindsMeant(attributeOf(resource, name), wanted);
    return [{ at: field.at, filter: field.filter, value: sentId(kinds, String(value)).id }];
  });
}

/** Returns a `filterQuery` for the `filter` expressions of REST and SCIM, which differ in how they quote. */
export function filterExpression(quote: (text: string) => string): (terms: readonly Term[]) => Query {
  return (terms) => ({ filter: terms.map(({ at, value }) => `${at.join('.')} eq ${quote(value)}`).join(' and ') });
}

/**
 * Returns the key in each Unicode normal form. Names compare without case and without normal form, but a service's filter
 * may match one form only, and configurations are always NFC. Most names have only one form.
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

/** Quotes a SCIM string, which is a JSON string (RFC 7644 §3.4.2.2). */
export function quoteScim(text: string): string {
  return JSON.stringify(text);
}

/** Quotes a REST string. Guide 000 shows single quotes; doubling a quote inside, as in OData, is an assumption. */
export function quoteRest(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
