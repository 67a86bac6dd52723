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

/**
 * Objects by their names: attributes, the id among them, with references as ids of home surfaces. What was read once is
 * not read again.
 */
export interface DataSourceReader {
  /**
   * One object, with everything that it has.
   * @param name its natural key; a kind that declarations may name by path can be named so here
   * @throws DelineaError `unknown_name`, `ambiguous`, or why the tenant could not be read
   */
  one(kind: string, name: string): Promise<Values>;
  /**
   * Sorted by natural key: the objects with these names, each as `one` tells of it; or, without names, every object as
   * the tenant's list shows it, which on some surfaces is less than the object has. A read for each of 50,000 is no
   * answer to that.
   * @throws DelineaError, DelineaErrors as `one` does, for every name that is no object's
   */
  many(kind: string, names?: readonly string[]): Promise<readonly Values[]>;
}

/** Sends nothing yet. */
export function openDataSourceReader(tenant: Tenant): DataSourceReader {
  const reading = openReader(tenant);
  const { snapshot } = reading;

  const valuesOf = async (kind: string, live: RemoteObject): Promise<Values> => ({
    ...(await homeValues(reading, kind, live)),
    id: live.id,
  });

  const findWhole = async (kind: string, name: string): Promise<RemoteObject> => {
    const { resource, wire } = tenant.collection(kind);
    const found = resource.namedBy ? await findByName(snapshot, kind, name) : await findByKey(snapshot, kind, name);
    // A list may bring less than the object has, and what was not read must not look unset.
    const shown = resource.attributes
      .map((attribute) => attribute.name)
      .filter((attribute) => attribute in wire.fields);
    return loadObject(reading, kind, found, shown);
  };

  const findAllNamed = async (kind: string, names: readonly string[]): Promise<RemoteObject[]> => {
    await snapshot.view(kind).prepare(names.length);
    const found = new Map<string, RemoteObject>();
    await runConcurrently(new Set(names), async (name) => {
      const live = await findWhole(kind, name);
      found.set(live.id, live);
    });
    return [...found.values()];
  };

  return {
    one: async (kind, name) => valuesOf(kind, await findWhole(kind, name)),
    async many(kind, names) {
      const found = names ? await findAllNamed(kind, names) : await snapshot.view(kind).all();
      const { resource } = tenant.collection(kind);
      const keyed = found.map((live) => ({ live, key: `${keyText(resource, live.values)} ${live.id}` }));
      // By code units: the order must not depend on the machine's locale.
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
  // A list of one page is worth reading for the hint; a long one is not.
  throw notFound(resource, name, (await view.listIfWithin(0)) ? await view.all() : []);
}
