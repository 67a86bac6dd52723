import type { Hono } from 'hono';
import { type PermissionRecord, RIGHTS, type Right, SECRET_RIGHTS } from '../directory/records.js';
import { idOf, queryOf, route } from '../http/routes.js';
import { entriesOf } from './folder-entries.js';
import { auditGrant, createGrant, entryWith, ownEntry, rightsIn } from './folder-grants.js';
import { permissionModel, permissionSummary } from './folder-permission-json.js';
import { owned, visibleFolders } from './folder-tree.js';
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
  type SecretServerEnv,
} from './request.js';
import type { SecretServerData } from './secret-server-data.js';

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
      return Response.json(permissionModel(data, createGrant(data, context, body)));
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
      auditGrant(data, context, entry, 'UPDATE PERMISSION');
      const { right, secretRight } = rightsIn(body);
      // Assumption: without secretAccessRoleName, the principal has no rights on the secrets afterwards.
      const saved = directory.saveRight({ ...own, secretRight: undefined }, right, secretRight);
      return Response.json(permissionModel(data, saved));
    },
    DELETE: (context) => {
      const breaks = queryOf(context).get('breakInheritance')?.toLowerCase() === 'true';
      const entry = entryWith(data, idOf(context), 'current');
      directory.deletePermission(ownEntry(data, entry, breaks));
      auditGrant(data, context, entry, 'DELETE PERMISSION');
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
