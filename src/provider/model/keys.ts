import { foldCase } from './fold-case.js';
import type { Resource } from './resource.js';
import type { Values } from './values.js';

/** The natural key of an object as one comparable text. */
export function keyText(resource: Resource, values: Values): string {
  const parts = resource.key.map((name) => {
    const attribute = resource.attributes.find((candidate) => candidate.name === name);
    return attribute?.caseless ? foldCase(values[name]) : String(values[name]);
  });
  return JSON.stringify(parts);
}

export function objectKey(kind: string, id: string): string {
  return `${kind} ${id}`;
}

/** How the ledger's entries are found again: an object by its id, an edge by its ends, since its id changes with its right. */
export function ownedKey(resource: Resource, id: string, key: Values): string {
  return objectKey(resource.type, isEdge(resource) ? keyText(resource, key) : id);
}

/** An object by what it is called. */
export function nameKey(resource: Resource, values: Values): string {
  return objectKey(resource.type, keyText(resource, values));
}

/** An edge is named only by what it joins; an object has a name of its own, be it under another object. */
export function isEdge({ attributes, key, authoritativeFor }: Resource): boolean {
  if (authoritativeFor) return false;
  const joins = attributes.flatMap(({ name, refersTo, refersBy }) => (refersTo.length > 0 ? [name, refersBy] : []));
  return key.every((name) => joins.includes(name));
}
