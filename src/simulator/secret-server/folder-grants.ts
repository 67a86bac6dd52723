import type { ContainerRecord, MemberType, PermissionRecord, Right, SecretRight } from '../directory/records.js';
import type { Json } from '../http/body.js';
import { entriesOf, stopInheriting, type View } from './folder-entries.js';
import { permissionModel } from './folder-permission-json.js';
import { owned, pathOf } from './folder-tree.js';
import { found, invalid, type SecretServerContext } from './request.js';
import type { SecretServerData } from './secret-server-data.js';
import { displayNameOf } from './user-json.js';

/** Finds a permission by its id, inherited ones included. @throws {Refusal} 404, or 403 when its folder is not visible */
export function entryWith(data: SecretServerData, number: string, view: View): PermissionRecord {
  const { containers } = data.directory;
  const folders = view === 'current' ? [...containers.all()] : containers.seenAll();
  const entries = folders.flatMap((folder) => entriesOf(data, folder, view));
  const entry = found(
    entries.find((candidate) => candidate.id === number),
    'Folder permission',
  );
  owned(data, data.directory.containers.get(entry.container)!);
  return entry;
}

/** Returns an entry as its folder's own. @throws {Refusal} 400 when that would break the inheritance, unasked */
export function ownEntry(data: SecretServerData, entry: PermissionRecord, breaks: boolean): PermissionRecord {
  const folder = data.directory.containers.get(entry.container)!;
  breakInheritance(data, folder, breaks);
  return data.directory.permissions.get(entry.id)!;
}

/**
 * Ends the inheritance of a folder before a write, if it inherits.
 * @throws {Refusal} 400 `API_PermissionsAreInherited` without `breakInheritance`, which defaults to true on POST and PUT
 */
function breakInheritance(data: SecretServerData, folder: ContainerRecord, breaks: boolean): void {
  if (!folder.inherits) return;
  if (!breaks) throw invalid('The permissions of this folder are inherited.', 'API_PermissionsAreInherited');
  stopInheriting(data, folder);
}

/** Creates a permission. Personal folders take none (thycotic/scim-connector-docs), and a second one is refused. */
export function createGrant(data: SecretServerData, context: SecretServerContext, body: Json): PermissionRecord {
  const { directory } = data;
  const folder = directory.containers.get(String(body.folderId));
  if (!folder) throw invalid("'folderId' is not the id of a folder.");
  owned(data, folder);
  if (pathOf(data, folder).startsWith('\\Personal Folders\\')) throw invalid('A personal folder cannot be shared.');
  const [type, principal] = principalIn(data, body);
  const breaks = body.breakInheritance !== false;
  if (folder.inherits && !breaks) breakInheritance(data, folder, breaks);
  if (entriesOf(data, folder, 'current').some((entry) => entry.principal === principal)) {
    throw invalid('This user or group already has a permission on the folder.');
  }
  breakInheritance(data, folder, breaks);
  const { right, secretRight } = rightsIn(body);
  const made = directory.createPermission(folder.id, type, principal, right, secretRight);
  auditGrant(data, context, made, 'CREATE PERMISSION');
  return made;
}

/** Reads the principal: exactly one of userId and groupId. A disabled one is refused (thycotic/scim-connector-docs). */
function principalIn(data: SecretServerData, body: Json): [MemberType, string] {
  if ((body.userId === undefined) === (body.groupId === undefined)) {
    throw invalid("Give exactly one of 'userId' and 'groupId'.");
  }
  const [user, group] = [data.user(body.userId), data.group(body.groupId)];
  if (user?.active) return ['User', user.id];
  if (group && data.isEnabled(group.id)) return ['Group', group.id];
  throw invalid(`'${user ? displayNameOf(user) : (group?.displayName ?? '')}' not found or disabled.`);
}

export function rightsIn(body: Json): { right: Right; secretRight?: SecretRight } {
  const secretRight = body.secretAccessRoleName as SecretRight | undefined;
  return {
    right: body.folderAccessRoleName as Right,
    ...(secretRight && secretRight !== 'None' && { secretRight }),
  };
}

export function auditGrant(
  data: SecretServerData,
  context: SecretServerContext,
  entry: PermissionRecord,
  action: string,
): void {
  const folder = data.directory.containers.get(entry.container)!;
  data.audit(context.get('caller'), 'Folder', folder, action, String(permissionModel(data, entry).knownAs));
}
