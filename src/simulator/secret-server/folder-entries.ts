import type { ContainerRecord, PermissionRecord } from '../directory/records.js';
import type { SecretServerData } from './secret-server-data.js';

/** Writes use the current entries, and readers may see earlier ones. */
export type View = 'current' | 'seen';

/**
 * Returns the permissions of a folder. A folder that inherits has those of its nearest ancestor that does not, each with
 * an id of its own. That lists have these entries is an assumption, as are their ids.
 */
export function entriesOf(data: SecretServerData, folder: ContainerRecord, view: View): PermissionRecord[] {
  const holder = holderOf(data, folder, view);
  const entries = ownEntries(data, holder, view);
  if (holder.id === folder.id) return entries;
  return entries.map((entry) => {
    const id = data.shownNumber('inheritedPermission', `${folder.id} ${entry.id}`);
    return { ...entry, id: String(id), container: folder.id };
  });
}

export function ownEntries({ directory }: SecretServerData, { id }: ContainerRecord, view: View): PermissionRecord[] {
  return view === 'current' ? directory.permissionsOf('container', id) : directory.seenPermissionsOf('container', id);
}

/**
 * Ends the inheritance of a folder. The inherited entries become its own, under the ids that readers know; whether the
 * real service copies or drops them is unpublished (fact sheet 6.7).
 */
export function stopInheriting(data: SecretServerData, folder: ContainerRecord): void {
  const { directory } = data;
  for (const { principalType, principal, right, secretRight, id } of entriesOf(data, folder, 'current')) {
    directory.createPermission(folder.id, principalType, principal, right, secretRight, id);
  }
  directory.saveContainer(folder, { inherits: false });
}

function holderOf({ directory }: SecretServerData, folder: ContainerRecord, view: View): ContainerRecord {
  const { containers } = directory;
  let holder = folder;
  while (holder.inherits && holder.parent !== undefined) {
    const parent = view === 'current' ? containers.get(holder.parent) : containers.seen(holder.parent);
    if (!parent) break;
    holder = parent;
  }
  return holder;
}
