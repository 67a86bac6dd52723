import type { Hono } from 'hono';
import type { ContainerRecord } from '../directory/records.js';
import type { Json } from '../http/body.js';
import { Refusal } from '../http/refusal.js';
import { idOf, queryOf, route } from '../http/routes.js';
import { ownEntries, stopInheriting } from './folder-entries.js';
import { owned, pathOf, visibleFolders } from './folder-tree.js';
import { Filter, records } from './lists.js';
import {
  changesIn,
  dirty,
  type Fields,
  filled,
  flag,
  found,
  id,
  invalid,
  readData,
  readWrite,
  requirePathId,
  type SecretServerContext,
  type SecretServerEnv,
} from './request.js';
import type { SecretServerData } from './secret-server-data.js';

const WRITE: Fields = {
  folderName: filled,
  folderTypeId: (value) => ([1, 2, 3].includes(value as number) ? undefined : 'an integer, 1 to 3'),
  parentFolderId: id,
  inheritPermissions: flag,
  inheritSecretPolicy: flag,
  secretPolicyId: id,
};

/** The whole body: a partial one was refused with this code on Secret Server Cloud (PasMigration). */
const WHOLE = ['id', 'folderName', 'folderTypeId', 'parentFolderId', 'inheritPermissions'];
const DENIED = 'API_AccessDenied';

/** Values of `filter.permissionRequired` (fact sheet 6.7). All match every folder here: the account owns what it sees. */
const REQUIRED = ['View', 'AddSecret', 'Edit', 'Owner'];

/** PATCH marks its changes (OpenAPI 11.7.2). Its lists of permissions and templates are not simulated, so they are refused. */
const PATCH: Fields = {
  folderName: dirty(filled),
  enableInheritPermissions: dirty(flag),
  allowRemoveOwner: flag,
};

/** Serves `/folders`, and `/folder` for PATCH. The account of the API sees the folders that it owns, as the connector's service user does. */
export function addFolders(app: Hono<SecretServerEnv>, data: SecretServerData): void {
  const { directory } = data;
  route(app, '/folders', {
    GET: (context) => {
      const filter = new Filter(context);
      const parent = filter.number('parentFolderId');
      const required = filter.text('permissionRequired');
      if (required !== undefined && !REQUIRED.includes(required))
        throw invalid("'filter.permissionRequired' is unknown.");
      // Observed on Secret Server Cloud (PasMigration): the root as parent is not found.
      if (parent === -1) throw new Refusal(404, 'Folder not found.');
      const rows = visibleFolders(data)
        .filter((folder) => parent === undefined || folder.parent === String(parent))
        .filter((folder) => folder.parent === undefined || !filter.flag('onlyIncludeRootFolders'))
        .filter((folder) => filter.matches(folder.name));
      return records(context, rows, (folder) => folderModel(data, folder));
    },
    POST: async (context) => {
      const body = await readWrite(context.req.raw, WRITE, ['folderName', 'folderTypeId', 'parentFolderId']);
      return Response.json(folderModel(data, create(data, context, body)));
    },
  });
  route(app, '/folders/:id', {
    GET: (context) => {
      const path = queryOf(context).get('folderPath');
      const folder =
        path !== null && idOf(context) === '0'
          ? visibleFolders(data).find((candidate) => pathOf(data, candidate).toLowerCase() === path.toLowerCase())
          : directory.containers.seen(idOf(context));
      return Response.json(folderModel(data, owned(data, found(folder, 'Folder'))));
    },
    PUT: async (context) => {
      const body = await readWrite(context.req.raw, { id, ...WRITE });
      const missing = WHOLE.find((key) => body[key] === undefined);
      if (missing) throw invalid(`'${missing}' is required.`, DENIED);
      requirePathId(context, body);
      const folder = owned(data, found(directory.containers.get(idOf(context)), 'Folder'));
      return Response.json(folderModel(data, update(data, context, folder, body)));
    },
    DELETE: (context) => {
      const folder = owned(data, found(directory.containers.get(idOf(context)), 'Folder'));
      if ([...directory.containers.all()].some(({ parent }) => parent === folder.id)) {
        throw invalid('The folder has subfolders.');
      }
      directory.deleteContainer(folder.id);
      data.audit(context.get('caller'), 'Folder', folder, 'DELETE');
      return Response.json({ id: Number(folder.id), objectType: 'Folder', responseCodes: [] });
    },
  });
  route(app, '/folder/:id', {
    PATCH: async (context) => {
      const { folderName, enableInheritPermissions: inherits } = changesIn(await readData(context.req.raw, PATCH));
      const folder = owned(data, found(directory.containers.get(idOf(context)), 'Folder'));
      const body = {
        folderName: folderName ?? folder.name,
        parentFolderId: folder.parent === undefined ? -1 : Number(folder.parent),
        inheritPermissions: inherits ?? folder.inherits ?? false,
      };
      return Response.json(folderModel(data, update(data, context, folder, body)));
    },
  });
}

/**
 * Creates a folder, which inherits unless `inheritPermissions` is false (OpenAPI 11.7.2), so a root folder
 * needs that (PasMigration). The creator becomes Owner (PasMigration), if it is a user of the directory.
 */
function create(data: SecretServerData, context: SecretServerContext, body: Json): ContainerRecord {
  const { directory, tenant } = data;
  const caller = context.get('caller');
  const inherits = body.inheritPermissions !== false;
  const parent = parentIn(data, { ...body, inheritPermissions: inherits });
  requireFreeName(data, String(body.folderName), parent);
  const folder = directory.createContainer(String(body.folderName), parent, inherits);
  const user = data.user(caller.userId);
  if (user && !inherits) directory.createPermission(folder.id, 'User', user.id, 'Owner', 'Owner');
  tenant.ownedContainers?.add(folder.id);
  data.audit(caller, 'Folder', folder, 'CREATE');
  return folder;
}

function update(
  data: SecretServerData,
  context: SecretServerContext,
  folder: ContainerRecord,
  body: Json,
): ContainerRecord {
  const { directory } = data;
  const [name, parent] = [String(body.folderName), parentIn(data, body)];
  for (let above = parent; above !== undefined; above = directory.containers.get(above)?.parent) {
    if (above === folder.id) throw invalid('A folder cannot be moved below itself.');
  }
  requireFreeName(data, name, parent, folder.id);
  if (folder.inherits && body.inheritPermissions === false) stopInheriting(data, folder);
  if (!folder.inherits && body.inheritPermissions === true) {
    for (const permission of ownEntries(data, folder, 'current')) directory.deletePermission(permission);
  }
  const { parent: _parent, ...others } = directory.containers.get(folder.id)!;
  const moved = { ...others, ...(parent !== undefined && { parent }) };
  data.audit(context.get('caller'), 'Folder', folder, 'UPDATE');
  return directory.saveContainer(moved, { name, inherits: body.inheritPermissions === true });
}

/** Returns the parent in a body. @throws {Refusal} 400 when it is unknown, or the root for a folder that inherits */
function parentIn(data: SecretServerData, body: Json): string | undefined {
  if (body.parentFolderId === -1) {
    if (body.inheritPermissions === true || body.inheritSecretPolicy === true) {
      throw invalid('A root folder cannot inherit permissions or a policy.', DENIED);
    }
    return undefined;
  }
  const parent = data.directory.containers.get(String(body.parentFolderId));
  if (!parent) throw invalid("'parentFolderId' is not the id of a folder.");
  return owned(data, parent).id;
}

function requireFreeName({ directory }: SecretServerData, name: string, parent?: string, ownId?: string): void {
  if (directory.containers.byName(name).some((other) => other.parent === parent && other.id !== ownId)) {
    throw invalid('A folder with this name already exists in the parent folder.');
  }
}

function folderModel(data: SecretServerData, folder: ContainerRecord): object {
  return {
    id: Number(folder.id),
    folderName: folder.name,
    folderPath: pathOf(data, folder),
    folderTypeId: 1,
    parentFolderId: folder.parent === undefined ? -1 : Number(folder.parent),
    inheritPermissions: folder.inherits ?? false,
    inheritSecretPolicy: false,
    secretPolicyId: -1,
    childFolders: null,
    secretTemplates: null,
  };
}
