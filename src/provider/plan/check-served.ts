import type { Tenant } from '../api/tenant.js';
import type { Attribute } from '../model/attribute.js';
import { type Declaration, isReference } from '../model/declaration.js';
import { DelineaError, DelineaErrors } from '../model/errors.js';
import { isEdge } from '../model/keys.js';
import { kindOf, snakeCase } from '../model/names.js';
import type { EdgeResource } from '../model/resource.js';
import type { Values } from '../model/values.js';
import { type Field, fieldsOf } from '../model/wire.js';
import { isListedByPrincipal, scopeKind } from '../resources/edge-words.js';
import { sentId } from '../resources/object-id.js';

/** Refuses declared attributes and values that the surface of their kind does not have. One error for each attribute. */
export function checkServed(tenant: Tenant, declarations: readonly Declaration[]): void {
  const errors = new Map<string, DelineaError>();
  for (const { address, kind, values, lookup } of declarations) {
    const refused = refusedKind(tenant, kind);
    if (refused) {
      if (!errors.has(kind)) errors.set(kind, refused.at(address));
      continue;
    }
    const { wire, surface, resource } = tenant.collection(kind);
    const refuse = (name: string, lack: string) => {
      const error = new DelineaError('unserved', `the ${surface.title} has no ${lack} for a ${kind}`, {
        path: `${address}.${snakeCase(name)}`,
        hint: 'Leave it out, or route the kind to a surface that has it.',
      });
      errors.set(`${kind}.${name}`, error);
    };
    if (isEdge(resource) && resource.edge.storedIn) {
      const lack = lackOfList(tenant, resource, values);
      if (lack !== undefined) refuse(resource.edge.principal.type, lack);
      continue;
    }
    for (const attribute of resource.attributes) {
      const { name, setting, computed } = attribute;
      if (lookup || setting || computed || values[name] === undefined) continue;
      const isReferenceKind = resource.attributes.some(({ refersBy }) => refersBy === name);
      if (isReferenceKind) continue;
      const lack = lackOf(fieldsOf(wire, name), attribute, values[name], surface.serves[kind]?.memberKinds);
      if (lack !== undefined) refuse(name, lack);
    }
  }
  if (errors.size > 0) throw new DelineaErrors([...errors.values()]);
}

/** Returns the error for a kind that its surface does not serve. */
function refusedKind(tenant: Tenant, kind: string): DelineaError | undefined {
  try {
    tenant.home(kind);
    return undefined;
  } catch (error) {
    if (error instanceof DelineaError) return error;
    throw error;
  }
}

/** Returns the kind of principal that the list of an edge's scope cannot hold, in words: groups in `members`. */
function lackOfList(tenant: Tenant, resource: EdgeResource, values: Values): string | undefined {
  if (isListedByPrincipal(resource)) return undefined;
  const scope = scopeKind(resource);
  const { memberKinds } = tenant.home(scope).serves[scope]!;
  const kind = String(values[resource.edge.principal.type]);
  return memberKinds?.includes(kind) === false ? `${kind} in ${snakeCase(resource.edge.storedIn!.array)}` : undefined;
}

/** Returns the part of a value that the wire cannot hold, in words; undefined if it can hold all of it. */
function lackOf(
  fields: readonly Field[],
  { name, refersTo }: Attribute,
  value: unknown,
  memberKinds: readonly string[] | undefined,
): string | undefined {
  const [field] = fields;
  const words = snakeCase(name);
  if (!field) return words;
  const elements: readonly unknown[] = Array.isArray(value) ? value : [];
  if (field.single !== undefined && elements.length > 1) return `second element in ${words}`;
  const kinds = elements.map((element) =>
    isReference(element)
      ? kindOf(element.ref.replace(/^data\./, '').split('.')[0]!)
      : sentId(refersTo, String(element)).kind,
  );
  const other = memberKinds && kinds.find((kind) => kind !== undefined && !memberKinds.includes(kind));
  return other && `${other} in ${words}`;
}
