import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type Simulator, startSimulator } from '../index.js';
import { type Send, secretServer } from '../test-client.js';

let simulator: Simulator;
let send: Send;
beforeEach(async () => {
  simulator = await startSimulator({
    data: { containers: ['Prod', { name: 'DB', parent: 'Prod', inherits: true }, { name: 'Web', parent: 'Prod' }] },
  });
  send = await secretServer(simulator);
});
afterEach(() => simulator.close());

const DB = { id: 2, folderName: 'DB', folderTypeId: 1, parentFolderId: 1, inheritPermissions: true };
const names = async (query: string) => {
  const { body } = await send('GET', `/v1/folders?${query}`);
  return body.records.map(({ folderName }: { folderName: string }) => folderName);
};

test('read: by id, by path, by text, by parent, and the root folders', async () => {
  expect((await send('GET', '/v1/folders/2')).body).toMatchObject({
    ...DB,
    folderPath: '\\Prod\\DB',
    secretPolicyId: -1,
  });
  const byPath = await send('GET', `/v1/folders/0?${new URLSearchParams({ folderPath: '\\prod\\web' })}`);
  expect(byPath.body).toMatchObject({ id: 3, inheritPermissions: false });
  expect(await names('filter.searchText=b')).toEqual(['DB', 'Web']);
  expect(await names('filter.parentFolderId=1')).toEqual(['DB', 'Web']);
  expect(await names('filter.onlyIncludeRootFolders=true')).toEqual(['Prod']);
  expect((await send('GET', '/v1/folders?filter.parentFolderId=-1')).status).toBe(404);
  expect((await send('GET', '/v1/folders/99')).status).toBe(404);
});

test('create: below a parent, or at the root without inheritance', async () => {
  const create = (change: object) => send('POST', '/v1/folders', { folderName: 'New', folderTypeId: 1, ...change });
  expect((await create({ parentFolderId: 1 })).body).toMatchObject({
    id: 4,
    folderPath: '\\Prod\\New',
    inheritPermissions: true,
  });
  const refused = await create({ parentFolderId: -1 });
  expect([refused.status, refused.body.errorCode]).toEqual([400, 'API_AccessDenied']);
  const root = { parentFolderId: -1, inheritPermissions: false };
  expect((await create(root)).body).toMatchObject(root);
  expect((await create(root)).body.message).toContain('already exists');
  expect((await create({ parentFolderId: 1, folderTypeId: 4 })).status).toBe(400);
  expect((await create({})).status).toBe(400);
});

test('update: needs the whole body, renames and moves', async () => {
  const { inheritPermissions: _left, ...partial } = DB;
  expect((await send('PUT', '/v1/folders/2', partial)).body.errorCode).toBe('API_AccessDenied');
  expect((await send('PUT', '/v1/folders/3', DB)).status).toBe(400);
  const moved = await send('PUT', '/v1/folders/2', { ...DB, folderName: 'Base', parentFolderId: 3 });
  expect(moved.body.folderPath).toBe('\\Prod\\Web\\Base');
  const cycle = { ...DB, id: 3, folderName: 'Web', parentFolderId: 2, inheritPermissions: false };
  expect((await send('PUT', '/v1/folders/3', cycle)).status).toBe(400);
});

test('patch: changes only marked fields, below the singular path', async () => {
  const patch = (data: object) => send('PATCH', '/v1/folder/2', { data });
  const renamed = await patch({ folderName: { dirty: true, value: 'Base' } });
  expect(renamed.body).toMatchObject({ ...DB, folderName: 'Base', folderPath: '\\Prod\\Base' });
  expect((await patch({ folderName: { dirty: true, value: 'web' } })).body.message).toContain('already exists');
  expect((await patch({ folderName: { dirty: false, value: 'Web' } })).body).toMatchObject({ folderName: 'Base' });
  expect((await patch({ folderName: 'Other' })).status).toBe(400);
  expect((await patch({ parentFolderId: { dirty: true, value: 3 } })).status).toBe(400);
  const ended = await patch({ enableInheritPermissions: { dirty: true, value: false } });
  expect(ended.body).toMatchObject({ inheritPermissions: false });
  expect((await send('PATCH', '/v1/folders/2', { data: {} })).status).toBe(405);
});

test('visible folders: others are absent from lists and a 403 by id', async () => {
  simulator.seeOnly(['Web']);
  expect(await names('')).toEqual(['Web']);
  expect((await send('GET', '/v1/folders/2')).body).toEqual({ message: 'Access Denied.' });
});

test('delete: a folder without subfolders', async () => {
  expect((await send('DELETE', '/v1/folders/1')).status).toBe(400);
  expect((await send('DELETE', '/v1/folders/2')).body).toEqual({ id: 2, objectType: 'Folder', responseCodes: [] });
  expect((await send('GET', '/v1/folders/2')).status).toBe(404);
});
