import { findNamed } from '../engine/catalog.js';
import { isEdge, type Reading } from '../engine/planning.js';
import { DelineaError } from '../errors.js';
import { attributeOf, type Resource, type Values } from '../resource.js';
import { resourceOf } from '../resources/index.js';
import type { Piece } from './piece.js';

/** The attribute that names the place of an edge, or what a whole set is the whole of: a container, or a role. */
export function placeIn(resource: Resource): string | undefined {
  if (resource.setOf) return resource.setOf.scope;
  if (!isEdge(resource)) return undefined;
  return resource.attributes.find(({ refersTo: [kind] }) => kind !== undefined && resourceOf(kind).namedBy)?.name;
}

/** The id of the place of an edge, as a state must remember it beside the name; a role has none but its name. */
export function placeOfEdge(resource: Resource, values: Values): string | undefined {
  const name = placeIn(resource);
  if (name === undefined || resource.setOf || isNamedOnly(resource, name)) return undefined;
  return typeof values[name] === 'string' ? values[name] : undefined;
}

/**
 * A state whose place is found. Whoever renames a folder leaves everybody in it, and another may have its name by now: the
 * id that the state has of it tells the place, as long as it lives.
 * @throws DelineaError `unknown_name` or `ambiguous` where neither leads to one; `forbidden`
 */
export async function placed(reading: Reading, { resource, state = {}, memory = {} }: Piece): Promise<Values> {
  const name = placeIn(resource);
  if (name === undefined) return state;
  const [kind = ''] = attributeOf(resource, name).refersTo;
  const known = isNamedOnly(resource, name) ? undefined : String((resource.setOf ? state.id : memory.place) ?? '');
  const found = await findNamed(reading.snapshot, kind, String(state[name])).catch(faultOfName);
  if (known && (found instanceof DelineaError || found.id !== known)) {
    const live = await reading.snapshot.view(kind).byId(known).catch(outOfSight(name, state[name]));
    if (live) return { ...state, [name]: live.id };
  }
  if (found instanceof DelineaError) throw found.at(name);
  return state;
}

function isNamedOnly(resource: Resource, name: string): boolean {
  return resourceOf(attributeOf(resource, name).refersTo[0]!).referredBy !== undefined;
}

function faultOfName(error: unknown): DelineaError {
  if (error instanceof DelineaError && ['unknown_name', 'ambiguous'].includes(error.code)) return error;
  throw error;
}

function outOfSight(name: string, value: unknown): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof DelineaError) || error.code !== 'forbidden') throw error;
    throw error.about(`its ${name} "${value}" does not show by that name`).at(name);
  };
}
