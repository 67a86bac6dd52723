import { describe, expect, test } from '@jest/globals';
import type { Values } from '../model/values.js';
import { resourceOf } from '../resources/index.js';
import { secretServer } from './secret-server.js';
import { open, serveApi } from './test-server.fixture.js';

const resource = resourceOf('container-permission');
const target = { resource, wire: resource.wire.secretServer!, path: '/v1/folder-permissions/81' };
const values: Values = {
  container: '23',
  principalType: 'user',
  principalId: '6',
  right: 'Edit',
  secretRight: 'Owner',
};
const sent = { folderAccessRoleName: 'Edit', secretAccessRoleName: 'Owner' };

/** The service breaks the inheritance of a folder if a request does not forbid it (OpenAPI 11.7.2). */
describe('secretServer: breakInheritance of folder permissions', () => {
  test('create: is false unless declared', () => {
    const bodyOf = (more: Values) => secretServer.create(target, { ...values, ...more })[0]?.body;
    expect(bodyOf({})).toEqual({ ...sent, folderId: 23, userId: 6, breakInheritance: false });
    expect(bodyOf({ breakInheritance: true })).toMatchObject({ breakInheritance: true });
  });

  test('update: is false unless declared, and the body repeats the id', () => {
    const live = { id: '81', values, raw: {} };
    expect(secretServer.update(target, live, { right: 'View' })).toEqual([
      {
        method: 'PUT',
        path: '/v1/folder-permissions/81',
        body: { ...sent, id: 81, folderId: 23, folderAccessRoleName: 'View', breakInheritance: false },
      },
    ]);
  });

  test('remove: is false', () => {
    expect(secretServer.remove(target, {})).toEqual([
      { method: 'DELETE', path: '/v1/folder-permissions/81', query: { breakInheritance: false } },
    ]);
  });
});

/** A root folder must not inherit (a migration tool of the vendor), and a folder inherits by default (OpenAPI 11.7.2). */
describe('secretServer: folders', () => {
  const folder = resourceOf('container');
  const folders = { resource: folder, wire: folder.wire.secretServer!, path: '/v1/folders' };
  const bodyOf = (more: Values) => secretServer.create(folders, { name: 'DB', ...more })[0]?.body;

  test('create: a folder at the root, and one below a parent, do not inherit unless declared', () => {
    const own = { folderName: 'DB', folderTypeId: 1, inheritPermissions: false };
    const root = { ...own, parentFolderId: -1, inheritSecretPolicy: false };
    expect([bodyOf({}), bodyOf({ parent: '' })]).toEqual([root, root]);
    expect(bodyOf({ parent: '7' })).toEqual({ ...own, parentFolderId: 7 });
    expect(bodyOf({ parent: '7', inheritsPermissions: true })).toMatchObject({ inheritPermissions: true });
  });

  test('update: a rename marks the name only, below the singular path', () => {
    const live = { id: '23', values: { name: 'DB', parent: '7', inheritsPermissions: true }, raw: {} };
    expect(secretServer.update({ ...folders, path: '/v1/folders/23' }, live, { name: 'Data' })).toEqual([
      { method: 'PATCH', path: '/v1/folder/23', body: { data: { folderName: { dirty: true, value: 'Data' } } } },
    ]);
  });
});

test('secretServer: the password of a new user is long, differs each time, and is removed from a text that repeats it', async () => {
  const passwordIn = (body: string) => (JSON.parse(body) as { password: string }).password;
  const server = await serveApi(({ body }) => ({ status: 400, body: { message: `Bad password ${passwordIn(body)}` } }));
  try {
    const users = (await open(server.url, { secretServerUrl: server.url })).collection('user', 'secret-server');
    const create = () => users.create({ userName: 'ada', displayName: 'Ada' }).catch((error: Error) => error.message);
    const texts = [await create(), await create()];
    const passwords = server.seen.filter(({ url }) => url === '/api/v1/users').map(({ body }) => passwordIn(body));
    expect(passwords.map(({ length }) => length >= 32)).toEqual([true, true]);
    expect(new Set(passwords).size).toBe(2);
    expect(texts).toEqual(texts.map(() => 'create user: Bad password [secret] (HTTP 400, Secret Server REST)'));
  } finally {
    await server.close();
  }
});
