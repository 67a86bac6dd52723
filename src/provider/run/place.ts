import { findNamed, referenceTo } from '../engine/catalog.js';
import { keyText } from '../engine/diff.js';
import { homeValues } from '../engine/edges.js';
import { isEdge, type Reading } from '../engine/planning.js';
import { DelineaError } from '../errors.js';
import { attributeOf, type Resource, type Values } from '../resource.js';
import { resourceOf } from '../resources/index.js';

/** The attribute that names the place of an edge, or what a whole set is the whole of: a container, or a role. */
export function placeIn(resource: Resource): string | undefined {
  if (resource.setOf) return resource.setOf.scope;
  if (!isEdge(resource)) return undefined;
  return resource.attributes.find(({ refersTo: [kind] }) => kind !== undefined && resourceOf(kind).namedBy)?.name;
}

/**
 * A state whose place is found. Whoever renames a folder leaves everybody in it, so where nothing has the name any more, or
 * another folder has it too, the ids of the state tell the place.
 * @throws DelineaError `unknown_name` or `ambiguous` where they do not either
 */
export async function placed(reading: Reading, resource: Resource, state: Values): Promise<Values> {
  const name = placeIn(resource);
  if (name === undefined) return state;
  const [kind = ''] = attributeOf(resource, name).refersTo;
  try {
    await findNamed(reading.snapshot, kind, String(state[name]));
    return state;
  } catch (error) {
    if (!(error instanceof DelineaError) || !['unknown_name', 'ambiguous'].includes(error.code)) throw error;
    const place = await placeById(reading, resource, state, name, kind).catch(outOfSight(name, state[name]));
    if (place === undefined) throw error.at(name);
    return { ...state, [name]: place };
  }
}

function outOfSight(name: string, value: unknown): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof DelineaError) || error.code !== 'forbidden') throw error;
    throw error.about(`its ${name} "${value}" does not show by that name`).at(name);
  };
}

async function placeById(
  reading: Reading,
  resource: Resource,
  state: Values,
  name: string,
  kind: string,
): Promise<string | undefined> {
  const id = String(state.id ?? '');
  // A role has no id but its name, and what stands in an object's list has none either.
  if (id === '' || resourceOf(kind).referredBy) return undefined;
  if (resource.setOf) {
    const live = await reading.snapshot.view(kind).byId(id);
    return live && referenceTo(kind, live);
  }
  const live = await reading.tenant.collection(resource.type).get(id);
  if (!live) return undefined;
  const values = await homeValues(reading, resource.type, live);
  const isSame = keyText(resource, { ...values, [name]: '' }) === keyText(resource, { ...state, [name]: '' });
  return isSame ? String(values[name]) : undefined;
}
