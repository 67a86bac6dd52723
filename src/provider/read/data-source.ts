import type { Tenant } from '../api/tenant.js';
import { keyText } from '../model/keys.js';
import type { Values } from '../model/values.js';
import type { RemoteObject } from '../model/wire.js';
import { findByName, findUnique, notFound } from './find-by-name.js';
import { homeValues } from './home-values.js';
import { loadObject } from './load-object.js';
import { runConcurrently } from './run-concurrently.js';
import type { Snapshot } from './snapshot.js';
import { openReader } from './tenant-reader.js';

/** Reads objects by name for data sources. Values include the id; references are ids of home surfaces. */
export interface DataSourceReader {
  /**
   * Reads one object with all of its attributes.
   * @param name its natural key; a container also by id or path
   * @throws DelineaError `unknown_name`, `ambiguous`, or the error of the read
   */
  one(kind: string, name: string): Promise<Values>;
  /**
   * Reads several objects, sorted by natural key. With names, each object has all of its attributes. Without, every
   * object is returned as the tenant's list shows it, which on some surfaces is only a part of its attributes: reading
   * 50,000 objects one by one would take too long.
   * @throws DelineaError, DelineaErrors as `one` does, for every name that no object has
   */
  many(kind: string, names?: readonly string[]): Promise<readonly Values[]>;
}

/** Opens a reader for data sources. Sends nothing yet. */
export function openDataSourceReader(tenant: Tenant): DataSourceReader {
  const reader = openReader(tenant);
  const { snapshot } = reader;

  const valuesOf = async (kind: string, live: RemoteObject): Promise<Values> => ({
    ...(await homeValues(reader, kind, live)),
    id: live.id,
  });

  const loadByName = async (kind: string, name: string): Promise<RemoteObject> => {
    const { resource, wire } = tenant.collection(kind);
    const found = resource.namedBy ? await findByName(snapshot, kind, name) : await findByKey(snapshot, kind, name);
    // A list may leave attributes out, and an attribute that was not read must not look unset.
    const shown = resource.attributes
      .map((attribute) => attribute.name)
      .filter((attribute) => attribute in wire.fields);
    return loadObject(reader, kind, found, shown);
  };

  const loadAllByName = async (kind: string, names: readonly string[]): Promise<RemoteObject[]> => {
    await snapshot.view(kind).prepare(names.length);
    const found = new Map<string, RemoteObject>();
    await runConcurrently(new Set(names), async (name) => {
      const live = await loadByName(kind, name);
      found.set(live.id, live);
    });
    return [...found.values()];
  };

  return {
    one: async (kind, name) => valuesOf(kind, await loadByName(kind, name)),
    async many(kind, names) {
      const found = names ? await loadAllByName(kind, names) : await snapshot.view(kind).all();
      const { resource } = tenant.collection(kind);
      const keyed = found.map((live) => ({ live, key: `${keyText(resource, live.values)} ${live.id}` }));
      // Compared by code units, so that the order does not depend on the machine's locale.
      keyed.sort((left, right) => (left.key < right.key ? -1 : 1));
      return Promise.all(keyed.map(({ live }) => valuesOf(kind, live)));
    },
  };
}

async function findByKey(snapshot: Snapshot, kind: string, name: string): Promise<RemoteObject> {
  const { resource } = snapshot.tenant.collection(kind);
  const found = await findUnique(snapshot, kind, { [resource.key[0]!]: name });
  if (found) return found;
  const view = snapshot.view(kind);
  // Reads a list of one page to suggest a name; a longer list costs too many requests.
  throw notFound(resource, name, (await view.listIfWithin(0)) ? await view.all() : []);
}
