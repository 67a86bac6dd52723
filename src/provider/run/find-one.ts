import { findNamed, looksLikeAnId, noneCalled, onlyNamed } from '../engine/catalog.js';
import { edgesLike, homeValues } from '../engine/edges.js';
import { importForm, readImportId } from '../engine/import-id.js';
import { misspeltSetting, readSuffix } from '../engine/import-suffix.js';
import { ownedFrom } from '../engine/owned-from.js';
import { isEdge } from '../engine/planning.js';
import type { View } from '../engine/snapshot.js';
import { DelineaError } from '../errors.js';
import { pick, type Resource, type Values } from '../resource.js';
import { resourceOf } from '../resources/index.js';
import type { Live } from '../wire.js';
import { homesOf, type Memory, memoryOf, scopeOf } from './piece.js';
import { checkNames } from './plan-piece.js';
import { type LivePiece, readSet, readWhole } from './read-one.js';
import type { Running } from './running.js';

/** What an import begins with. */
export interface Found {
  readonly live: LivePiece;
  readonly memory: Memory;
}

/** By natural key or id, which may not mean two. */
export async function findAny(running: Running, resource: Resource, written: string): Promise<Found> {
  const { shared } = running;
  const { id: text, known } = readSuffix(resource, written);
  const live = await theOne(running, resource, text).catch((error: unknown) => {
    const isNone = error instanceof DelineaError && error.code === 'unknown_name';
    throw (isNone ? misspeltSetting(resource, written) : undefined) ?? error;
  });
  // The key that code gave is no proof that the object has it.
  const settings = resource.attributes.filter(({ setting }) => setting).map(({ name }) => name);
  const values = { ...pick(known, settings), ...(await withNames(running, resource, live.values)) };
  return {
    live: { ...live, values },
    memory: { ...memoryOf(resource, known, { id: live.id, ...live.values }), homes: homesOf(shared, resource) },
  };
}

async function theOne(running: Running, resource: Resource, text: string): Promise<LivePiece> {
  const live = await findOne(running, resource, text);
  if (live) return live;
  const { snapshot } = running.shared;
  const read = !isEdge(resource) && !resource.setOf && snapshot.view(resource.type).complete;
  throw noneTo(resource, resource, text, read ? await snapshot.view(resource.type).all() : []);
}

/** @param imported whose text it is @param of the kind of what was not found */
function noneTo(imported: Resource, of: Resource, name: string, read: readonly Live[] = []): DelineaError {
  return noneCalled(of, name, read, undefined, `The text of an import is ${importForm(imported)}.`);
}

async function findOne(running: Running, resource: Resource, text: string): Promise<LivePiece | undefined> {
  const { shared } = running;
  const { id, key } = readImportId(resource, text);
  // Somebody wrote it: from here on an id is one, though another is called so.
  if (key) await checkNames(running, { resource, declared: key });
  if (resource.setOf) return readSet(shared, resource, await scopeOf(shared, resource, key ?? {}), []);
  if (isEdge(resource)) return findEdge(running, resource, id, key);
  const view = shared.snapshot.view(resource.type);
  const found = await eitherWay(resource, id, key && (await onlyNamed(shared.snapshot, resource.type, key)), view);
  const names = resource.attributes.filter(({ setting }) => !setting).map(({ name }) => name);
  return found && readWhole(shared, resource, found, names);
}

/** @throws DelineaError `ambiguous` where the name of one is the id of another */
async function eitherWay(
  { plural }: Resource,
  text: string,
  named: Live | undefined,
  view: Pick<View, 'byId'>,
): Promise<Live | undefined> {
  const byId = !named || looksLikeAnId(text) ? await view.byId(text) : undefined;
  if (!named || !byId || named.id === byId.id) return named ?? byId;
  throw new DelineaError('ambiguous', `"${text}" is the name of one and the id of another of the ${plural}`, {
    hint: `Rename the one (id ${named.id}), or import the other by its name.`,
  });
}

async function findEdge(
  { shared, tenant }: Running,
  resource: Resource,
  id: string,
  key: Values | undefined,
): Promise<LivePiece | undefined> {
  if (key) {
    const ends = await principalById(shared, resource, key);
    const { key: home } = await ownedFrom(shared, resource, { ...ends, id }, { address: '' });
    const same = await edgesLike(shared, resource, home);
    return same[0] && { id: same[0].live.id, values: same[0].values };
  }
  const live = await tenant.collection(resource.type).get(id);
  if (!live) return undefined;
  return { id: live.id, values: await homeValues(shared, resource.type, live) };
}

/** The principal may be written as a name or as an id. */
async function principalById(shared: Running['shared'], resource: Resource, key: Values): Promise<Values> {
  const attribute = resource.attributes.find(({ refersBy }) => refersBy !== undefined)!;
  const kind = String(key[attribute.refersBy!]);
  const name = String(key[attribute.name]);
  const named = await onlyNamed(shared.snapshot, kind, { [resourceOf(kind).key[0]!]: name });
  const found = await eitherWay(resourceOf(kind), name, named, shared.snapshot.view(kind));
  if (!found) throw noneTo(resource, resourceOf(kind), name);
  return { ...key, [attribute.name]: found.id };
}

/** Containers as people write them: by name where that is unique, else by id. */
async function withNames({ shared }: Running, resource: Resource, values: Values): Promise<Values> {
  const named = resource.attributes.filter(({ refersTo }) =>
    refersTo.some((kind) => resourceOf(kind).namedBy && !resourceOf(kind).referredBy),
  );
  const spelled = named.map(async ({ name, refersTo }) => {
    const [kind = ''] = refersTo;
    const id = String(values[name]);
    await shared.identity.learn([kind], id);
    const called = shared.identity.nameOf(id);
    const unique =
      called !== undefined &&
      (await findNamed(shared.snapshot, kind, called).then(
        (live) => live.id === id,
        (error: unknown) => {
          if (error instanceof DelineaError && error.code === 'ambiguous') return false;
          throw error;
        },
      ));
    return [name, unique ? called : id] as const;
  });
  return { ...values, ...Object.fromEntries(await Promise.all(spelled)) };
}
