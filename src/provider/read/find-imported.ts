import { DelineaError, ignoreCodes } from '../model/errors.js';
import type { RemoteObject } from '../model/wire.js';
import { resourceOf } from '../resources/index.js';
import { findByName, findUnique, looksLikeId } from './find-by-name.js';
import type { TenantReader } from './tenant-reader.js';

/**
 * Finds the object that the text of an import refers to, by name or by id; a container also by path.
 * @throws DelineaError `ambiguous` if the text is the name of one object and the id of another
 */
export async function findImported(
  { snapshot }: TenantReader,
  kind: string,
  text: string,
): Promise<RemoteObject | undefined> {
  const { key, namedBy } = resourceOf(kind);
  if (namedBy) return findByName(snapshot, kind, text).catch(ignoreCodes('unknown_name'));
  const named = await findUnique(snapshot, kind, { [key[0]!]: text });
  // If an object has this name, a text that the service rejects as an id is not meant as one.
  const noId = named ? ignoreCodes('rejected') : ignoreCodes();
  const byId = !named || looksLikeId(text) ? await snapshot.view(kind).byId(text).catch(noId) : undefined;
  if (!named || !byId || named.id === byId.id) return named ?? byId;
  throw new DelineaError('ambiguous', `"${text}" is the name of one and the id of another ${kind}`, {
    hint: `Rename the first one (id ${named.id}), or import the second one by its name.`,
  });
}
