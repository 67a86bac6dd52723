import { describe, expect, test } from '@jest/globals';
import type { Values } from '../model/values.js';
import { resourceOf } from '../resources/index.js';
import { secretServer } from './secret-server.js';

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
    expect(secretServer.remove(target)).toEqual([
      { method: 'DELETE', path: '/v1/folder-permissions/81', query: { breakInheritance: false } },
    ]);
  });
});
