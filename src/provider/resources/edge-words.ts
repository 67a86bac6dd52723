import type { Attribute } from '../model/attribute.js';
import { DelineaError } from '../model/errors.js';
import { isEdge } from '../model/keys.js';
import type { Principal } from '../model/principal.js';
import { attributeOf, type EdgeResource, type Resource } from '../model/resource.js';
import type { Values } from '../model/values.js';
import { fieldOf, missingList, type RemoteObject, type Wire } from '../model/wire.js';
import { resourceOf, resources } from './index.js';

/** Returns the edge kinds that are read separately. Memberships are read with the groups that list them. */
export function accessKinds(): EdgeResource[] {
  return resources.filter(isEdge).filter((resource) => !isMembership(resource));
}

/** Finds the definition of an edge kind. @throws DelineaError `stack_invalid` if the kind is not an edge */
export function edgeResourceOf(kind: string): EdgeResource {
  const resource = resourceOf(kind);
  if (isEdge(resource)) return resource;
  throw new DelineaError('stack_invalid', `${kind} is not an edge kind`);
}

/** Returns whether the edges of a kind are listed by their scope, as members are by a group. */
export function isMembership(resource: Resource): resource is EdgeResource {
  return resources.some(({ lists = [] }) => lists.some(({ edge }) => edge === resource.type));
}

/** Returns the kind whose routing applies: a set is routed as its edges, and a membership as the group that stores it. */
export function routedAs(resource: Resource): string {
  if (isMembership(resource)) return scopeKind(resource);
  return resource.authoritativeFor?.edge ?? resource.type;
}

/** Returns the kinds whose objects list members. */
export function groupKinds(): Resource[] {
  return resources.filter(({ lists = [] }) => lists.length > 0);
}

/** Returns the attributes of a kind that list members. */
export function memberLists({ lists = [] }: Resource): readonly string[] {
  return lists.map(({ elements }) => elements);
}

/** Returns the edges to an object that its lists hold. A list may not show the kind of a member: each is returned. */
export function edgesListed(
  { lists = [] }: Resource,
  id: string,
  values: Values,
): { resource: EdgeResource; values: Values }[] {
  return lists.flatMap(({ edge, elements }) => {
    const resource = edgeResourceOf(edge);
    const { principal, scope } = resource.edge;
    const members = (values[elements] as readonly unknown[] | null | undefined) ?? [];
    return members.flatMap((member) =>
      principalKinds(resource).map((kind) => ({
        resource,
        values: { [scope]: id, [principal.type]: kind, [principal.id]: member },
      })),
    );
  });
}

/** Returns the kinds that can be members of an object of this kind: users and groups. */
export function memberKinds({ lists = [] }: Resource): string[] {
  return [...new Set(lists.flatMap(({ edge }) => principalKinds(resourceOf(edge))))];
}

/** Returns the kinds that can be the principal of an edge; none if the kind is not an edge. */
export function principalKinds(resource: Resource): readonly string[] {
  return resource.edge ? attributeOf(resource, resource.edge.principal.id).refersTo : [];
}

/** Returns the kinds that can hold a permission or a role: users and groups. */
export function holderKinds(): string[] {
  return [...new Set(accessKinds().flatMap(principalKinds))];
}

/** Returns the principal of an edge; undefined if the kind is not an edge, or if `values` do not contain it. */
export function principalOf(kind: string, values: Values): Principal | undefined {
  const { edge } = resourceOf(kind);
  if (!edge || values[edge.principal.id] === undefined) return undefined;
  return { kind: String(values[edge.principal.type]), id: String(values[edge.principal.id]) };
}

/** Returns the attribute that holds the scope of an edge or of an authoritative set. */
export function scopeAttribute({ authoritativeFor, edge }: Resource): string | undefined {
  return authoritativeFor?.scope ?? edge?.scope;
}

/** Returns the kind of an edge's scope: container, role or group. */
export function scopeKind(resource: EdgeResource): string {
  return attributeOf(resource, resource.edge.scope).refersTo[0]!;
}

/**
 * Returns the id of an edge's scope, which a state stores beside the name; undefined for a role, which is known by name
 * only.
 */
export function scopeIdOf(resource: Resource, values: Values): string | undefined {
  if (!isEdge(resource) || isNamedOnly(resource, resource.edge.scope)) return undefined;
  const id = values[resource.edge.scope];
  return typeof id === 'string' ? id : undefined;
}

/** Returns whether an attribute refers to its object by name only. */
export function isNamedOnly(resource: Resource, name: string): boolean {
  return resourceOf(attributeOf(resource, name).refersTo[0]!).referredBy !== undefined;
}

/**
 * Returns whether the surface lists edges by principal, so that one scope can only be read by reading every principal.
 */
export function isListedByPrincipal({ edge }: EdgeResource): boolean {
  return edge.storedIn?.object === 'principal';
}

/** Returns the attributes that select the list which holds an edge: its scope, or its principal. */
export function listedBy(resource: EdgeResource): readonly string[] {
  const { principal, scope } = resource.edge;
  return isListedByPrincipal(resource) ? [principal.type, principal.id] : [scope];
}

/** Returns the object whose array holds an edge; undefined if the edge is an object of its own. */
export function carrierOf(resource: Resource, values: Values): Principal | undefined {
  if (!isEdge(resource) || !resource.edge.storedIn) return undefined;
  if (isListedByPrincipal(resource)) return principalOf(resource.type, values);
  return { kind: scopeKind(resource), id: String(values[resource.edge.scope]) };
}

/** Returns the kinds of object whose arrays hold edges of this kind. */
export function carrierKinds(resource: EdgeResource): readonly string[] {
  return isListedByPrincipal(resource) ? principalKinds(resource) : [scopeKind(resource)];
}

/** Returns the attribute whose value is the element of the array: the role in `roles`, the member in `members`. */
export function elementAttribute(resource: EdgeResource): string {
  return isListedByPrincipal(resource) ? resource.edge.scope : resource.edge.principal.id;
}

/** Converts an element of a carrier's array to the values of its edge. */
export function elementValues(resource: EdgeResource, carrier: Principal, element: string): Values {
  const { principal, scope } = resource.edge;
  return isListedByPrincipal(resource)
    ? { [principal.type]: carrier.kind, [principal.id]: carrier.id, [scope]: element }
    : { [scope]: carrier.id, [principal.id]: element };
}

/**
 * Returns the array of a carrier that holds edges. Refuses a response without the array, unless the service may leave out an
 * empty one: writing it back would remove every element.
 * @param wire that of the carrier
 * @throws DelineaError `incomplete_response`
 */
export function elementsIn({ edge }: EdgeResource, kind: string, carrier: RemoteObject, wire: Wire): readonly string[] {
  const { array } = edge.storedIn!;
  const elements = carrier.values[array];
  if (Array.isArray(elements)) return elements as readonly string[];
  if (fieldOf(wire, array, carrier.values)?.omittedIfEmpty) return [];
  throw missingList(`${kind} ${carrier.id}`, array);
}

/**
 * Returns the edges in a carrier's array, such as the roles of one user.
 * @param wire that of the carrier
 * @throws DelineaError `incomplete_response`
 */
export function edgesIn(resource: EdgeResource, kind: string, carrier: RemoteObject, wire: Wire): RemoteObject[] {
  const { principal, storedIn } = resource.edge;
  const about = carrier.about?.[storedIn!.array];
  return elementsIn(resource, kind, carrier, wire).map((element) => {
    const values = elementValues(resource, { kind, id: carrier.id }, element);
    const shown = about?.[element]?.kind;
    return {
      id: `${kind}/${carrier.id}/${element}`,
      values: shown === undefined || principal.type in values ? values : { ...values, [principal.type]: shown },
      raw: carrier.raw,
      ...(about && { about: { [elementAttribute(resource)]: about } }),
    };
  });
}

/** Returns the attributes of an edge that hold a right: those whose values have an order. */
export function rightAttributes({ attributes }: Resource): Attribute[] {
  return attributes.filter(({ least, most }) => least !== undefined || most !== undefined);
}

/** Returns the rights in an edge's values, by attribute. */
export function rightsIn(resource: Resource, values: Values): Record<string, string> {
  const rights = rightAttributes(resource).map(({ name }) => [name, values[name]] as const);
  return Object.fromEntries(rights.filter((entry): entry is readonly [string, string] => typeof entry[1] === 'string'));
}

/** Returns the attribute that shows whether a scope has the edges of the scope above it; undefined if none does. */
export function inheritedBy(kind: string): string | undefined {
  const edges = resources.filter(isEdge).filter((resource) => scopeKind(resource) === kind);
  return edges.find(({ edge }) => edge.inheritance)?.edge.inheritance?.shownBy;
}
