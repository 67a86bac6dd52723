import { attributeOf, type Resource } from '../model/resource.js';
import type { Values } from '../model/values.js';
import { resourceOf } from './index.js';

/** By definition; asked for every step whenever a plan is weighed. */
const listsOf = new WeakMap<Resource['attributes'], readonly string[]>();

/** The lists of ids that a kind holds: the members of a group. */
export function memberLists({ attributes }: Resource): readonly string[] {
  const known = listsOf.get(attributes);
  if (known) return known;
  const lists = attributes.filter(({ type, refersTo }) => type === 'strings' && refersTo.length > 0);
  const names = lists.map(({ name }) => name);
  listsOf.set(attributes, names);
  return names;
}

/** What the lists of a kind hold: users and groups. */
export function memberKinds(resource: Resource): string[] {
  return [...new Set(memberLists(resource).flatMap((name) => attributeOf(resource, name).refersTo))];
}

/** The attribute of an edge that names its principal. */
export function principalAttribute(resource: Resource): string | undefined {
  return resource.attributes.find(({ refersBy }) => refersBy !== undefined)?.name;
}

/** Kind and id of an edge's principal. */
export function principalOf(kind: string, values: Values): { kind: string; id: string } | undefined {
  const resource = resourceOf(kind);
  const name = principalAttribute(resource);
  if (name === undefined || values[name] === undefined) return undefined;
  return { kind: String(values[attributeOf(resource, name).refersBy!]), id: String(values[name]) };
}
