import type { ContainerRecord } from '../directory/records.js';
import { Refusal } from '../http/refusal.js';
import type { SecretServerData } from './secret-server-data.js';

/** Returns the folders that readers see: those that the account of the API owns, as for the connector (guide 004). */
export function visibleFolders({ directory, tenant }: SecretServerData): ContainerRecord[] {
  return directory.containers.seenAll().filter(({ id }) => tenant.ownedContainers?.has(id) ?? true);
}

/** Returns the folder. @throws {Refusal} 403 when the account does not own it */
export function owned({ tenant }: SecretServerData, folder: ContainerRecord): ContainerRecord {
  if (tenant.ownedContainers?.has(folder.id) === false) throw new Refusal(403, 'Access Denied.');
  return folder;
}

/** Returns the path of a folder, with backslashes from the root (fact sheet 6.7). */
export function pathOf(data: SecretServerData, { name, parent }: ContainerRecord): string {
  const above = parent === undefined ? undefined : data.directory.containers.seen(parent);
  return `${above ? pathOf(data, above) : ''}\\${name}`;
}
