import { foldCase } from './fold-case.js';
import type { EdgeResource, Resource } from './resource.js';
import type { Values } from './values.js';

/** Returns the natural key of an object as one comparable text. A parent that is not set is the root. */
export function keyText(resource: Resource, values: Values): string {
  return textOf(resource, resource.key, values);
}

/** Returns the attributes of the key without the parent, within which a name is unique. Filters find objects by them. */
export function ownNames({ key, namedBy }: Pick<Resource, 'key' | 'namedBy'>): readonly string[] {
  return key.filter((name) => name !== namedBy?.parent);
}

/** Returns the natural key without the parent as one comparable text. */
export function nameText(resource: Resource, values: Values): string {
  return textOf(resource, ownNames(resource), values);
}

function textOf({ attributes }: Resource, names: readonly string[], values: Values): string {
  const parts = names.map((name) => {
    const value = values[name] ?? '';
    return attributes.find((candidate) => candidate.name === name)?.caseless ? foldCase(value) : String(value);
  });
  return JSON.stringify(parts);
}

/** Returns the key of an object by its id. */
export function objectKey(kind: string, id: string): string {
  return `${kind} ${id}`;
}

/** Returns the key of a ledger entry: an object by its id, an edge by its ends, since its id changes with its right. */
export function ownedKey(resource: Resource, id: string, key: Values): string {
  return objectKey(resource.type, isEdge(resource) ? keyText(resource, key) : id);
}

/** Returns the key of an object by its natural key. */
export function nameKey(resource: Resource, values: Values): string {
  return objectKey(resource.type, keyText(resource, values));
}

/** Returns whether a kind is an edge: it joins a principal to a scope. */
export function isEdge(resource: Resource): resource is EdgeResource {
  return resource.edge !== undefined;
}
