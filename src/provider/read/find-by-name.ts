import { DelineaError, ignoreCodes } from '../model/errors.js';
import { foldCase } from '../model/fold-case.js';
import { nearestNames } from '../model/nearest-names.js';
import type { Resource } from '../model/resource.js';
import type { Values } from '../model/values.js';
import type { RemoteObject } from '../model/wire.js';
import { resourceOf } from '../resources/index.js';
import type { Snapshot } from './snapshot.js';

/** Finds the only object of a kind with a name; undefined if there is none. @throws DelineaError `ambiguous` */
export async function findUnique(snapshot: Snapshot, kind: string, values: Values): Promise<RemoteObject | undefined> {
  const { resource } = snapshot.tenant.collection(kind);
  const found = await snapshot.view(kind).byKey(values);
  if (found.length <= 1) return found[0];
  const ids = found.map(({ id }) => id).join(', ');
  throw new DelineaError(
    'ambiguous',
    `several ${resource.plural} are named "${values[resource.key[0]!]}": ids ${ids}`,
    {
      hint: 'Rename or remove all but one in the tenant.',
    },
  );
}

/**
 * Returns the error for a name that no object has. The hint lists similar names.
 * @param read the objects to search for similar names
 * @param otherwise the hint if there are none
 */
export function notFound(
  { type, key }: Resource,
  wanted: string,
  read: readonly RemoteObject[],
  path?: string,
  otherwise = 'Declare it, or correct the name.',
): DelineaError {
  const near = nearestNames(
    wanted,
    read.map(({ values }) => String(values[key[0]!])),
  );
  return new DelineaError('unknown_name', `there is no ${type} "${wanted}" in the tenant`, {
    path,
    hint: near.length > 0 ? `Did you mean ${near.join(', ')}?` : otherwise,
  });
}

/**
 * Finds the object that a text names: a container by id, unique name or path, a role by name.
 * @param idFirst whether an id wins over an equal name: true for a reference that the state or the tenant holds, false
 * for a text that a user wrote
 * @throws DelineaError `unknown_name` with similar names, `ambiguous` with the objects found
 */
export async function findByName(
  snapshot: Snapshot,
  kind: string,
  text: string,
  idFirst = false,
): Promise<RemoteObject> {
  const view = snapshot.view(kind);
  const { resource, surface } = snapshot.tenant.collection(kind);
  const namedBy = resource.namedBy ?? { name: resource.key[0]! };
  const nameOf = (live: RemoteObject) => String(live.values[namedBy.name]);
  const byName = await view.byKey({ [namedBy.name]: text });
  // If an object has this name, the text does not mean a hidden object with this id.
  const hidden = byName.length > 0 ? ignoreCodes('forbidden', 'rejected') : ignoreCodes();
  const lookUp = async () => (looksLikeId(text) ? view.byId(text).catch(hidden) : undefined);
  const byId = view.complete ? view.seen(text) : await lookUp();
  const found = new Map([...byName, ...(byId ? [byId] : [])].map((live) => [live.id, live]));
  if (found.size === 0) {
    const all = await view.all();
    const paths = new Map(all.map((live) => [live.id, pathOf(live, all, namedBy)]));
    for (const live of all) {
      // A filter may miss an object that the list contains.
      const names = [paths.get(live.id), nameOf(live)].map(foldCase);
      if (live.id === text || names.includes(foldCase(text))) found.set(live.id, live);
    }
    if (found.size === 0) {
      const names = all.map(nameOf);
      const near = nearestNames(text, text.startsWith('/') ? [...paths.values()] : names);
      throw new DelineaError('unknown_name', `there is no ${kind} "${text}" on the ${surface.title}`, {
        hint: near.length > 0 ? `Did you mean ${near.join(', ')}?` : visibleHint(resource, all.length),
      });
    }
  }
  if (found.size === 1) return [...found.values()][0]!;
  if (idFirst && found.has(text)) return found.get(text)!;
  const all = await view.all();
  const list = [...found.values()].map((live) => `${live.id} (${pathOf(live, all, namedBy)})`);
  throw new DelineaError('ambiguous', `"${text}" names ${found.size} ${resource.plural}: ${list.join(', ')}`, {
    hint: found.has(text) ? 'It is the id of one and the name of another. Use the path.' : 'Use the id or the path.',
  });
}

/** Returns whether a text may be an id: a number or a UUID. It may still be a name, such as a folder named 2024. */
export function looksLikeId(text: string): boolean {
  return /^\d+$|^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(text);
}

/** Finds an object as `findByName` does. Errors have the path of the attribute that holds the name. */
export function findByNameAt(
  snapshot: Snapshot,
  kind: string,
  text: string,
  path: string,
  idFirst = false,
): Promise<RemoteObject> {
  return findByName(snapshot, kind, text, idFirst).catch((error: unknown) => {
    throw error instanceof DelineaError ? error.at(path) : error;
  });
}

/** Returns the reference that other objects hold to an object: its id, or a role's name. */
export function referenceTo(kind: string, live: RemoteObject): string {
  const { referredBy } = resourceOf(kind);
  return referredBy === undefined ? live.id : String(live.values[referredBy]);
}

function visibleHint({ type, plural }: Resource, visible: number): string {
  return `This account sees ${visible} ${plural}; those that it does not own are hidden. Check the name of the ${type}.`;
}

/**
 * Returns `/parent/name`, as far as the surface shows parents. Below a parent that the account cannot see, the path begins
 * with `...`: `/name` would be the path of another object, at the root.
 */
function pathOf(
  live: RemoteObject,
  all: readonly RemoteObject[],
  { name, parent }: NonNullable<Resource['namedBy']>,
): string {
  const byId = new Map(all.map((each) => [each.id, each]));
  const names: string[] = [];
  const seen = new Set<string>();
  const above = ({ values }: RemoteObject) => String(values[parent ?? ''] ?? '');
  let top = live;
  for (let here: RemoteObject | undefined = live; here && !seen.has(here.id); here = byId.get(above(here))) {
    top = here;
    seen.add(here.id);
    names.unshift(String(here.values[name]));
  }
  return `${above(top) === '' ? '' : '...'}/${names.join('/')}`;
}
