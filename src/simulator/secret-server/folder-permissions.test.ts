import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Simulator, startSimulator } from '../index.js';
import { type Send, secretServer } from '../test-client.js';

let simulator: Simulator;
let send: Send;
beforeEach(async () => {
  simulator = await startSimulator({
    data: {
      users: [
        { userName: 'a', displayName: 'Ada' },
        { userName: 'left', active: false },
      ],
      groups: [{ displayName: 'Ops' }, { displayName: 'Dev' }],
      containers: [
        'Prod',
        { name: 'DB', parent: 'Prod', inherits: true },
        'Personal Folders',
        { name: 'a', parent: 'Personal Folders' },
      ],
      containerPermissions: [
        { container: 'Prod', group: 'Ops', right: 'Owner', secretRight: 'Edit' },
        { container: 'Prod', user: 'a', right: 'View' },
      ],
    },
  });
  send = await secretServer(simulator);
});
afterEach(() => simulator.close());

const PATH = '/v1/folder-permissions';
const [PROD, DB, PERSONAL] = [1, 2, 4];
const [ADA, LEFT, ADAS_GROUP, OPS, DEV] = [2, 3, 3, 5, 6];
const list = async (query = '') => (await send('GET', `${PATH}?${query}`)).body.records;
const on = (container: string) => simulator.state().containerPermissions.filter((each) => each.container === container);
const VIEW = { folderAccessRoleName: 'View', secretAccessRoleName: 'List' };
const grant = (body: object) => send('POST', PATH, { ...VIEW, ...body });

describe('read', () => {
  test('list: of a folder, with both rights; a user also has its personal group', async () => {
    expect(await list(`filter.folderId=${PROD}`)).toMatchObject([
      {
        id: 1,
        folderAccessRoleName: 'Owner',
        secretAccessRoleName: 'Edit',
        groupId: OPS,
        groupName: 'Ops',
        userId: null,
      },
      {
        id: 2,
        folderAccessRoleName: 'View',
        secretAccessRoleId: null,
        groupId: ADAS_GROUP,
        groupName: '',
        userId: ADA,
        knownAs: 'Ada',
      },
    ]);
  });

  test('list: of the whole tenant, inherited permissions included, under ids of their own', async () => {
    const rows = await list();
    expect(rows.map(({ folderId }: { folderId: number }) => folderId)).toEqual([PROD, PROD, DB, DB]);
    expect(new Set(rows.map(({ id }: { id: number }) => id)).size).toBe(4);
    const { domainName: _left, ...row } = rows[2];
    expect((await send('GET', `${PATH}/${row.id}`)).body).toEqual({ ...row, userId: 0 });
    expect(on('DB')).toEqual([]);
  });

  test('filters: by user, by group, by text, and without owners', async () => {
    expect(await list(`filter.folderId=${PROD}&filter.userId=${ADA}`)).toMatchObject([{ id: 2 }]);
    expect(await list(`filter.folderId=${PROD}&filter.groupId=${OPS}`)).toMatchObject([{ id: 1 }]);
    expect(await list(`filter.folderId=${PROD}&filter.searchText=ad`)).toMatchObject([{ id: 2 }]);
    expect(await list(`filter.folderId=${PROD}&filter.excludeOwners=true`)).toMatchObject([{ id: 2 }]);
  });

  test('stub: needs a folder', async () => {
    expect((await send('GET', `${PATH}/stub?folderId=${PROD}`)).body).toMatchObject({ folderId: PROD, userId: null });
    expect((await send('GET', `${PATH}/stub`)).status).toBe(400);
  });
});

describe('write', () => {
  test('POST, PUT and DELETE: the rights of a group', async () => {
    const { status, body } = await grant({ folderId: PROD, groupId: DEV, userId: null, breakInheritance: false });
    expect(status).toBe(200);
    expect(body).toMatchObject({ folderId: PROD, groupId: DEV, userId: 0, userName: '', ...VIEW });
    const change = { id: body.id, folderId: PROD, folderAccessRoleName: 'Add Secret', secretAccessRoleName: 'None' };
    const changed = await send('PUT', `${PATH}/${body.id}`, { ...change, breakInheritance: false });
    expect(changed.body).toMatchObject({
      id: body.id,
      folderAccessRoleName: 'Add Secret',
      secretAccessRoleName: 'None',
    });
    const removed = await send('DELETE', `${PATH}/${body.id}?breakInheritance=false`);
    expect(removed.body).toEqual({ id: body.id, objectType: 'FolderPermission', responseCodes: [] });
    expect(on('Prod')).toHaveLength(2);
  });

  test.each([
    [{ folderId: PROD }],
    [{ folderId: PROD, groupId: DEV, userId: ADA }],
    [{ folderId: PROD, groupId: OPS }],
    [{ folderId: PROD, userId: LEFT }],
    [{ folderId: PROD, groupId: ADAS_GROUP }],
    [{ folderId: 99, groupId: DEV }],
    [{ folderId: PERSONAL, groupId: DEV }],
    [{ folderId: PROD, groupId: DEV, folderAccessRoleName: 'AddSecret' }],
    [{ folderId: PROD, groupId: DEV, secretAccessRoleName: 'Add Secret' }],
    [{ folderId: PROD, groupId: DEV, inherit: true }],
  ])('POST %j: is a 400', async (body) => {
    expect((await grant(body)).status).toBe(400);
    expect(simulator.state().containerPermissions).toHaveLength(2);
  });

  test('PUT: with another id or folder is a 400', async () => {
    const body = { id: 2, folderId: PROD, ...VIEW };
    expect((await send('PUT', `${PATH}/1`, body)).status).toBe(400);
    expect((await send('PUT', `${PATH}/2`, { ...body, folderId: DB })).status).toBe(400);
    expect((await send('PUT', `${PATH}/99`, { ...body, id: 99 })).status).toBe(404);
  });
});

describe('a folder that inherits', () => {
  test.each(['POST', 'PUT', 'DELETE'])('%s without breaking the inheritance: is refused', async (method) => {
    const [{ id }] = await list(`filter.folderId=${DB}`);
    const sent = { folderId: DB, ...VIEW, breakInheritance: false };
    const answers = {
      POST: () => send('POST', PATH, { ...sent, groupId: DEV }),
      PUT: () => send('PUT', `${PATH}/${id}`, { ...sent, id }),
      DELETE: () => send('DELETE', `${PATH}/${id}`),
    };
    const { status, body } = await answers[method as keyof typeof answers]();
    expect([status, body.errorCode]).toEqual([400, 'API_PermissionsAreInherited']);
    expect(on('DB')).toEqual([]);
  });

  test('POST: breaks the inheritance by default, and the inherited permissions are copied', async () => {
    const before = await list(`filter.folderId=${DB}`);
    await grant({ folderId: DB, groupId: DEV });
    expect((await list(`filter.folderId=${DB}`)).slice(0, 2)).toEqual(before);
    expect(on('DB')).toMatchObject([{ group: 'Dev' }, { group: 'Ops', secretRight: 'Edit' }, { user: 'a' }]);
    expect((await send('GET', `/v1/folders/${DB}`)).body.inheritPermissions).toBe(false);
  });

  test('a folder below one that does not inherit any more: has its permissions, under int32 ids', async () => {
    const below = { folderName: 'Below', folderTypeId: 1, parentFolderId: DB };
    const { id: folderId } = (await send('POST', '/v1/folders', below)).body;
    await grant({ folderId: DB, groupId: DEV });
    const rows = await list(`filter.folderId=${folderId}`);
    expect(rows.map(({ knownAs }: { knownAs: string }) => knownAs)).toEqual(['Ops', 'Ada', 'Dev']);
    for (const { id } of rows) expect(id).toBeLessThan(2 ** 31);
  });

  test('a refused POST: leaves the inheritance as it is', async () => {
    expect((await grant({ folderId: DB, groupId: OPS })).status).toBe(400);
    expect((await send('GET', `/v1/folders/${DB}`)).body.inheritPermissions).toBe(true);
  });

  test('PUT: breaks the inheritance by default and changes the copy', async () => {
    const [{ id }] = await list(`filter.folderId=${DB}`);
    const { body } = await send('PUT', `${PATH}/${id}`, { id, folderId: DB, ...VIEW });
    expect(body).toMatchObject({ id, folderId: DB, groupName: 'Ops', ...VIEW });
    expect(on('Prod')[0]).toMatchObject({ group: 'Ops', right: 'Owner' });
  });
});
