import { importForm, readImportId } from '../migrate/import-id.js';
import { misspeltSetting, readImportSettings } from '../migrate/import-settings.js';
import { kindsMeant } from '../model/attribute.js';
import { DelineaError } from '../model/errors.js';
import { isEdge } from '../model/keys.js';
import { attributeOf, type EdgeResource, type Resource } from '../model/resource.js';
import { isCleared, pick, type Values } from '../model/values.js';
import type { RemoteObject } from '../model/wire.js';
import { edgesWithKey, withHomeIds } from '../read/edges.js';
import { findByName, notFound } from '../read/find-by-name.js';
import { findImported } from '../read/find-imported.js';
import { resolveScope } from '../read/scope.js';
import { toOwnedObject } from '../read/to-owned-object.js';
import { resourceOf } from '../resources/index.js';
import { keyOfOwned } from '../resources/owned-key.js';
import type { InstanceState } from './instance.js';
import { ownedByState } from './owned-by-state.js';
import { checkScopeNames } from './plan-instance.js';
import { type PrivateState, privateStateAfter, unsetIn } from './private-state.js';
import { readAuthoritativeSet, readObject } from './read-instance.js';
import type { SessionContext } from './session-context.js';

/** The state of a newly imported instance. */
export interface ImportedInstance {
  readonly live: InstanceState;
  readonly privateState: PrivateState;
}

/**
 * Finds the object or edge of an import by natural key or id, and reads it.
 * @throws DelineaError `unknown_name` if there is none, `ambiguous` if the text leads to two objects
 */
export async function importInstance(
  session: SessionContext,
  resource: Resource,
  written: string,
): Promise<ImportedInstance> {
  const { shared } = session;
  const { id: text, known } = readImportSettings(resource, written);
  const live = await findImportedInstance(session, resource, text).catch((error: unknown) => {
    const isNone = error instanceof DelineaError && error.code === 'unknown_name';
    throw (isNone ? misspeltSetting(resource, written) : undefined) ?? error;
  });
  // Only settings are taken from the import text. Its correlation key is remembered, but the state has the live value.
  const settings = resource.attributes.filter(({ setting }) => setting).map(({ name }) => name);
  const imported = await ownedByState(shared, { resource, state: { ...live.values, id: live.id } });
  for (const entry of imported) session.changes.markImported(keyOfOwned(entry));
  const values = { ...pick(known, settings), ...(await withNames(session, resource, live.values)) };
  const { reactivate, [resource.correlation ?? '']: correlation } = known as Readonly<
    Record<string, string | undefined>
  >;
  const step = { correlation, reactivated: reactivate, before: live.values, desired: {} };
  return {
    live: { ...live, values },
    privateState: {
      ...privateStateAfter(shared, { resource }, step),
      unset: unsetIn(resource, { id: live.id, ...live.values }),
    },
  };
}

async function findImportedInstance(session: SessionContext, resource: Resource, text: string): Promise<InstanceState> {
  const live = await findOne(session, resource, text);
  if (live) return live;
  const { snapshot } = session.shared;
  const read = !isEdge(resource) && !resource.authoritativeFor && snapshot.view(resource.type).complete;
  throw importNotFound(resource, resource, text, read ? await snapshot.view(resource.type).all() : []);
}

/** @param imported the kind that is imported @param missing the kind that was not found */
function importNotFound(
  imported: Resource,
  missing: Resource,
  name: string,
  read: readonly RemoteObject[] = [],
): DelineaError {
  return notFound(missing, name, read, undefined, `The text of an import is ${importForm(imported)}.`);
}

async function findOne(session: SessionContext, resource: Resource, text: string): Promise<InstanceState | undefined> {
  const { shared } = session;
  const { id, key } = readImportId(resource, text);
  // The text may name the container by id, even if another container has this id as its name: ids in a state are ids.
  if (key) await checkScopeNames(session, { resource, declared: key });
  if (resource.authoritativeFor)
    return readAuthoritativeSet(shared, resource, await resolveScope(shared, resource, key ?? {}), []);
  if (isEdge(resource)) return findEdge(session, resource, id, key);
  const found = await findImported(shared, resource.type, id);
  const names = resource.attributes.filter(({ setting }) => !setting).map(({ name }) => name);
  return found && readObject(shared, resource, found, names);
}

async function findEdge(
  { shared, tenant }: SessionContext,
  resource: EdgeResource,
  id: string,
  key: Values | undefined,
): Promise<InstanceState | undefined> {
  if (key) {
    const ends = await withIds(shared, resource, key);
    const { key: home } = await toOwnedObject(shared, resource, { ...ends, id }, { address: '' });
    const same = await edgesWithKey(shared, resource, home);
    return same[0] && { id: same[0].live.id, values: same[0].values };
  }
  const live = await tenant.collection(resource.type).get(id);
  const [edge] = live ? await withHomeIds(shared, resource.type, [live]) : [];
  return edge && { id: edge.live.id, values: edge.values };
}

/** Returns the key with the ids of users and groups: the text may have their names. */
async function withIds(shared: SessionContext['shared'], resource: EdgeResource, key: Values): Promise<Values> {
  const entries = resource.key.map(async (name) => {
    const [kind] = kindsMeant(attributeOf(resource, name), key);
    if (kind === undefined || resourceOf(kind).namedBy) return [name, key[name]] as const;
    const text = String(key[name]);
    const found = await findImported(shared, kind, text);
    if (!found) throw importNotFound(resource, resourceOf(kind), text);
    return [name, found.id] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

/** Returns values with containers as people write them: by name if it is unique, else by id. */
async function withNames({ shared }: SessionContext, resource: Resource, values: Values): Promise<Values> {
  const named = resource.attributes.filter(({ refersTo }) =>
    refersTo.some((kind) => resourceOf(kind).namedBy && !resourceOf(kind).referredBy),
  );
  const set = named.filter(({ name }) => !isCleared(values[name] ?? null));
  const written = set.map(async ({ name, refersTo }) => {
    const [kind = ''] = refersTo;
    const id = String(values[name]);
    await shared.translator.load({ kinds: refersTo, id });
    const current = shared.translator.nameOf(refersTo, id);
    const isUnique =
      current !== undefined &&
      (await findByName(shared.snapshot, kind, current).then(
        (live) => live.id === id,
        (error: unknown) => {
          if (error instanceof DelineaError && error.code === 'ambiguous') return false;
          throw error;
        },
      ));
    return [name, isUnique ? current : id] as const;
  });
  return { ...values, ...Object.fromEntries(await Promise.all(written)) };
}
