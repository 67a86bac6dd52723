import { DelineaError } from '../model/errors.js';
import { attributeOf, type Resource } from '../model/resource.js';
import type { Values } from '../model/values.js';
import { isNamedOnly, scopeAttribute } from '../resources/scope.js';
import { findByName } from './find-by-name.js';
import type { TenantReader } from './tenant-reader.js';

/** An edge or an authoritative set as a state has it. */
interface ScopedState {
  readonly resource: Resource;
  readonly state?: Values | undefined;
  /** `scopeId`: the id of the edge's scope, which the state's attributes give by name. */
  readonly memory?: { readonly scopeId?: string | undefined } | undefined;
}

/**
 * A state whose place is found. Whoever renames a folder leaves everybody in it, and another may have its name by now: the
 * id that the state has of it tells the place, as long as it lives.
 * @throws DelineaError `unknown_name` or `ambiguous` where neither leads to one; `forbidden`
 */
export async function withCurrentScope(
  reading: TenantReader,
  { resource, state = {}, memory = {} }: ScopedState,
): Promise<Values> {
  const name = scopeAttribute(resource);
  if (name === undefined) return state;
  const [kind = ''] = attributeOf(resource, name).refersTo;
  const known = isNamedOnly(resource, name)
    ? undefined
    : String((resource.authoritativeFor ? state.id : memory.scopeId) ?? '');
  const found = await findByName(reading.snapshot, kind, String(state[name])).catch(faultOfName);
  if (known && (found instanceof DelineaError || found.id !== known)) {
    const live = await reading.snapshot.view(kind).byId(known).catch(outOfSight(name, state[name]));
    if (live) return { ...state, [name]: live.id };
  }
  if (found instanceof DelineaError) throw found.at(name);
  return state;
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
