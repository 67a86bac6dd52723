import { DelineaError } from '../model/errors.js';
import { foldCase } from '../model/fold-case.js';
import { nearestNames } from '../model/nearest-names.js';
import type { Resource } from '../model/resource.js';
import type { Values } from '../model/values.js';
import type { RemoteObject } from '../model/wire.js';
import { resourceOf } from '../resources/index.js';
import type { Snapshot } from './snapshot.js';

/** The only one of a kind that has a name; undefined: none has. @throws DelineaError `ambiguous` */
export async function findUnique(snapshot: Snapshot, kind: string, values: Values): Promise<RemoteObject | undefined> {
  const { resource } = snapshot.tenant.collection(kind);
  const found = await snapshot.view(kind).byKey(values);
  if (found.length <= 1) return found[0];
  const ids = found.map(({ id }) => id).join(', ');
  throw new DelineaError('ambiguous', `several ${resource.plural} are called "${values[resource.key[0]!]}": ${ids}`, {
    hint: 'Rename or remove all but one in the tenant.',
  });
}

/**
 * Says that nothing is called so, and what is called nearly so among what was read.
 * @param otherwise what to do where nothing is
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
 * Finds what a declaration names of a kind that is looked up by name: a container by id, unique name or path, a role by
 * name. The object found is the only one meant.
 * @param own that the text is a reference of ours or of the tenant, and no person's: an id means what has it, though
 * something else is called so
 * @throws DelineaError `unknown_name` with the nearest names there are, `ambiguous` with a list of the several found.
 */
export async function findByName(snapshot: Snapshot, kind: string, text: string, own = false): Promise<RemoteObject> {
  const view = snapshot.view(kind);
  const { resource, surface } = snapshot.tenant.collection(kind);
  const namedBy = resource.namedBy ?? { name: resource.key[0]! };
  const nameOf = (live: RemoteObject) => String(live.values[namedBy.name]);
  const byName = await view.byKey({ [namedBy.name]: text });
  // Whoever may not see what has this id cannot have meant it, where something is called so.
  const unseen = (error: unknown) => {
    if (byName.length > 0 && error instanceof DelineaError && ['forbidden', 'rejected'].includes(error.code)) return;
    throw error;
  };
  const lookUp = async () => (looksLikeId(text) ? view.byId(text).catch(unseen) : undefined);
  const byId = view.complete ? view.seen(text) : await lookUp();
  const found = new Map([...byName, ...(byId ? [byId] : [])].map((live) => [live.id, live]));
  if (found.size === 0) {
    const all = await view.all();
    const paths = new Map(all.map((live) => [live.id, pathOf(live, all, namedBy)]));
    for (const live of all) {
      // A filter that finds nothing is no proof where the list has it.
      const names = [paths.get(live.id), nameOf(live)].map(foldCase);
      if (live.id === text || names.includes(foldCase(text))) found.set(live.id, live);
    }
    if (found.size === 0) {
      const names = all.map(nameOf);
      const near = nearestNames(text, text.startsWith('/') ? [...paths.values()] : names);
      throw new DelineaError('unknown_name', `there is no ${kind} "${text}" on the ${surface.title}`, {
        hint: near.length > 0 ? `Did you mean ${near.join(', ')}?` : seenOf(kind, all.length),
      });
    }
  }
  if (found.size === 1) return [...found.values()][0]!;
  if (own && found.has(text)) return found.get(text)!;
  const all = await view.all();
  const list = [...found.values()].map((live) => `${live.id} (${pathOf(live, all, namedBy)})`);
  throw new DelineaError('ambiguous', `"${text}" names ${found.size} ${resource.plural}: ${list.join(', ')}`, {
    hint: found.has(text) ? 'It is the id of one and the name of another: use the path.' : 'Use the id, or the path.',
  });
}

/** Numbers and UUIDs, which every surface gives, may be names too: a folder may be called 2024. */
export function looksLikeId(text: string): boolean {
  return /^\d+$|^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(text);
}

/** The same, where an attribute has the name: a fault is the attribute's. */
export function findByNameAt(
  snapshot: Snapshot,
  kind: string,
  text: string,
  path: string,
  own = false,
): Promise<RemoteObject> {
  return findByName(snapshot, kind, text, own).catch((error: unknown) => {
    throw error instanceof DelineaError ? error.at(path) : error;
  });
}

/** What others hold to refer to it: its id, or of a role its name. */
export function referenceTo(kind: string, live: RemoteObject): string {
  const { referredBy } = resourceOf(kind);
  return referredBy === undefined ? live.id : String(live.values[referredBy]);
}

function seenOf(kind: string, seen: number): string {
  return `${seen} can be seen with this account; one that it does not own does not show. Check the ${kind}'s name.`;
}

/** `/parent/name`, as far as the surface tells parents. */
function pathOf(
  live: RemoteObject,
  all: readonly RemoteObject[],
  { name, parent }: NonNullable<Resource['namedBy']>,
): string {
  const byId = new Map(all.map((each) => [each.id, each]));
  const names: string[] = [];
  const seen = new Set<string>();
  for (
    let here: RemoteObject | undefined = live;
    here && !seen.has(here.id);
    here = byId.get(String(here.values[parent ?? ''] ?? ''))
  ) {
    seen.add(here.id);
    names.unshift(String(here.values[name]));
  }
  return `/${names.join('/')}`;
}
