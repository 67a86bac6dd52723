import type { Hono } from 'hono';
import {
  type ContainerRecord,
  type MemberType,
  type PermissionRecord,
  RIGHTS,
  type Right,
  SECRET_RIGHTS,
  type SecretRight,
} from '../directory/records.js';
import type { Json } from '../http/body.js';
import { idOf, queryOf, route } from '../http/routes.js';
import { entriesOf, stopInheriting, type View } from './folder-entries.js';
import { permissionModel, permissionSummary } from './folder-permission-json.js';
import { owned, pathOf, visibleFolders } from './folders.js';
import { Filter, records } from './lists.js';
import {
  type Fields,
  flag,
  found,
  id,
  invalid,
  oneOf,
  readWrite,
  requirePathId,
  type SecretServerContext,
  type SecretServerEnv,
} from './request.js';
import type { SecretServerData } from './secret-server-data.js';
import { displayNameOf } from './user-json.js';

const UPDATE: Fields = {
  id,
  folderId: id,
  folderAccessRoleName: oneOf(...RIGHTS),
  secretAccessRoleName: oneOf(...SECRET_RIGHTS),
  breakInheritance: flag,
};
const { id: _id, ...GRANT } = UPDATE;
const CREATE: Fields = { ...GRANT, groupId: id, userId: id };

/** Names of `filter.exclude…` and the right that each leaves out. */
const EXCLUDED: Readonly<Record<string, Right>> = {
  excludeOwners: 'Owner',
  excludeEditors: 'Edit',
  excludeViewers: 'View',
};

/** Serves `/folder-permissions`. `filter.folderId` is optional: one paged list reads the whole tenant (OpenAPI 11.7.2). */
export function addFolderPermissions(app: Hono<SecretServerEnv>, data: SecretServerData): void {
  const { directory } = data;
  route(app, '/folder-permissions', {
    GET: (context) => {
      const filter = new Filter(context);
      const rows = listed(data, filter).map((entry) => permissionSummary(data, entry));
      const [userId, groupId] = [filter.number('userId'), filter.number('groupId')];
      const wanted = rows
        .filter((row) => userId === undefined || row.userId === userId)
        .filter((row) => groupId === undefined || row.groupId === groupId)
        .filter(
          (row) => !Object.keys(EXCLUDED).some((key) => filter.flag(key) && EXCLUDED[key] === row.folderAccessRoleName),
        )
        .filter((row) => filter.matches(row.knownAs));
      return records(context, wanted, (row) => row);
    },
    POST: async (context) => {
      const body = await readWrite(context.req.raw, CREATE, ['folderId', 'folderAccessRoleName']);
      return Response.json(permissionModel(data, create(data, context, body)));
    },
  });
  route(app, '/folder-permissions/stub', {
    GET: (context) => {
      const folderId = queryOf(context).get('folderId');
      if (folderId === null) throw invalid("'folderId' is required.");
      owned(data, found(directory.containers.seen(folderId), 'Folder'));
      const principal = { groupId: null, groupName: null, userId: null, userName: null };
      const rights = { folderAccessRoleName: 'View', secretAccessRoleName: 'View' };
      return Response.json({ id: 0, folderId: Number(folderId), ...rights, ...principal, knownAs: null });
    },
  });
  route(app, '/folder-permissions/:id', {
    GET: (context) => Response.json(permissionModel(data, entryWith(data, idOf(context), 'seen'))),
    PUT: async (context) => {
      const body = await readWrite(context.req.raw, UPDATE, ['id', 'folderId', 'folderAccessRoleName']);
      requirePathId(context, body);
      const entry = entryWith(data, idOf(context), 'current');
      if (String(body.folderId) !== entry.container) throw invalid("'folderId' must be the folder of the permission.");
      const own = ownEntry(data, entry, body.breakInheritance !== false);
      audit(data, context, entry, 'UPDATE PERMISSION');
      const { right, secretRight } = rightsIn(body);
      // Assumption: without secretAccessRoleName, the principal has no rights on the secrets afterwards.
      const saved = directory.saveRight({ ...own, secretRight: undefined }, right, secretRight);
      return Response.json(permissionModel(data, saved));
    },
    DELETE: (context) => {
      const breaks = queryOf(context).get('breakInheritance')?.toLowerCase() === 'true';
      const entry = entryWith(data, idOf(context), 'current');
      directory.deletePermission(ownEntry(data, entry, breaks));
      audit(data, context, entry, 'DELETE PERMISSION');
      return Response.json({ id: Number(idOf(context)), objectType: 'FolderPermission', responseCodes: [] });
    },
  });
}

function listed(data: SecretServerData, filter: Filter): PermissionRecord[] {
  const folderId = filter.number('folderId');
  const folders = visibleFolders(data).filter((folder) => folderId === undefined || folder.id === String(folderId));
  const known = ({ principalType, principal }: PermissionRecord) =>
    principalType === 'User' ? data.seenUser(principal) : data.seenGroup(principal);
  return folders.flatMap((folder) => entriesOf(data, folder, 'seen')).filter(known);
}

/** Finds a permission by its id, inherited ones included. @throws {Refusal} 404, or 403 when its folder is not visible */
function entryWith(data: SecretServerData, number: string, view: View): PermissionRecord {
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
function ownEntry(data: SecretServerData, entry: PermissionRecord, breaks: boolean): PermissionRecord {
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
function create(data: SecretServerData, context: SecretServerContext, body: Json): PermissionRecord {
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
  audit(data, context, made, 'CREATE PERMISSION');
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

function rightsIn(body: Json): { right: Right; secretRight?: SecretRight } {
  const secretRight = body.secretAccessRoleName as SecretRight | undefined;
  return {
    right: body.folderAccessRoleName as Right,
    ...(secretRight && secretRight !== 'None' && { secretRight }),
  };
}

function audit(data: SecretServerData, context: SecretServerContext, entry: PermissionRecord, action: string): void {
  const folder = data.directory.containers.get(entry.container)!;
  data.audit(context.get('caller'), 'Folder', folder, action, String(permissionModel(data, entry).knownAs));
}
