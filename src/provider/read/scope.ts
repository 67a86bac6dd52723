import { kindsMeant } from '../model/attribute.js';
import { asError, DelineaError } from '../model/errors.js';
import { attributeOf, type Resource } from '../model/resource.js';
import { isCleared, type Values } from '../model/values.js';
import { isNamedOnly, scopeAttribute } from '../resources/edge-words.js';
import { resourceOf } from '../resources/index.js';
import { findByName, findByNameAt, referenceTo } from './find-by-name.js';
import type { TenantReader } from './tenant-reader.js';

/** An edge or an authoritative set as a state has it. */
interface ScopedState {
  readonly resource: Resource;
  readonly state?: Values | undefined;
  /** `scopeId`: the id of the edge's scope, which the state's attributes give by name. */
  readonly privateState?: { readonly scopeId?: string | undefined } | undefined;
}

/**
 * Returns a state whose scope names an existing object. A renamed container keeps its permissions, and another container
 * may have its old name, so the id in the state comes first as long as it exists.
 * @throws DelineaError `unknown_name` or `ambiguous` if neither name nor id leads to one object; `forbidden`
 */
export async function withCurrentScope(
  reader: TenantReader,
  { resource, state = {}, privateState = {} }: ScopedState,
): Promise<Values> {
  const name = scopeAttribute(resource);
  if (name === undefined) return state;
  const [kind = ''] = attributeOf(resource, name).refersTo;
  // A group is referred to by id only, so there is no name that may lead to another object.
  if (!resourceOf(kind).namedBy) return state;
  const known = isNamedOnly(resource, name)
    ? undefined
    : String((resource.authoritativeFor ? state.id : privateState.scopeId) ?? '');
  const found = await findByName(reader.snapshot, kind, String(state[name])).catch(
    asError('unknown_name', 'ambiguous'),
  );
  if (known && (found instanceof DelineaError || found.id !== known)) {
    const live = await reader.snapshot.view(kind).byId(known).catch(asError('forbidden'));
    if (live instanceof DelineaError)
      throw live.about(`its ${name} "${state[name]}" was not found by name, and its id cannot be read`).at(name);
    if (live) return { ...state, [name]: live.id };
  }
  if (found instanceof DelineaError) throw found.at(name);
  return state;
}

/**
 * Returns the scope of an authoritative set as its edges hold it: the id of a container, the name of a role.
 * @throws DelineaError `unknown_name`, `ambiguous`, or the error of the read
 */
export async function resolveScope(reader: TenantReader, resource: Resource, values: Values): Promise<string> {
  return String(await resolveNamed(reader, resource, scopeAttribute(resource)!, values));
}

/**
 * Returns one attribute as edges hold it: a container's id or a role's name for a name or path. Other values stay as
 * they are; an attribute that is not set is empty. @throws DelineaError `unknown_name`, `ambiguous`, or the error of the read
 */
export async function resolveNamed(
  { snapshot }: TenantReader,
  resource: Resource,
  name: string,
  values: Values,
): Promise<unknown> {
  const [kind] = kindsMeant(attributeOf(resource, name), values);
  if (kind === undefined || !resourceOf(kind).namedBy) return values[name];
  if (isCleared(values[name] ?? '')) return '';
  return referenceTo(kind, await findByNameAt(snapshot, kind, String(values[name]), name, true));
}
