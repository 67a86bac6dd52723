import { isEdge } from '../model/keys.js';
import { attributeOf, type Resource } from '../model/resource.js';
import type { Values } from '../model/values.js';
import { resourceOf } from './index.js';

/** The attribute that names the place of an edge, or what a whole set is the whole of: a container, or a role. */
export function scopeAttribute(resource: Resource): string | undefined {
  if (resource.authoritativeFor) return resource.authoritativeFor.scope;
  if (!isEdge(resource)) return undefined;
  return resource.attributes.find(({ refersTo: [kind] }) => kind !== undefined && resourceOf(kind).namedBy)?.name;
}

/** The id of the place of an edge, as a state must remember it beside the name; a role has none but its name. */
export function scopeIdOf(resource: Resource, values: Values): string | undefined {
  const name = scopeAttribute(resource);
  if (name === undefined || resource.authoritativeFor || isNamedOnly(resource, name)) return undefined;
  return typeof values[name] === 'string' ? values[name] : undefined;
}

export function isNamedOnly(resource: Resource, name: string): boolean {
  return resourceOf(attributeOf(resource, name).refersTo[0]!).referredBy !== undefined;
}
