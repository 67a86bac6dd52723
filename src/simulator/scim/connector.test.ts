import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Simulator, startSimulator } from '../index.js';
import { connector, filtered, patchOp, rest, type Send, scim } from '../test-client.js';

let simulator: Simulator;
let send: Send;
const data = {
  groups: [{ displayName: 'Ops' }, { displayName: 'Dev' }],
  containers: ['Prod', { name: 'DB', parent: 'prod' }],
  containerPermissions: [
    { container: 'prod', group: 'OPS', right: 'Owner' },
    { container: 'DB', group: 'Dev', right: 'View' },
    { container: 'DB', user: 'user00001@example.com', right: 'Edit' },
  ],
};
beforeEach(async () => {
  simulator = await startSimulator({ seedUsers: 3, data });
  send = await connector(simulator);
});
afterEach(() => simulator.close());

const PERMISSIONS = '/scim/v2/ContainerPermissions';
const CONTAINERS = '/scim/v2/Containers';
const grant = (fields: object) => ({
  schemas: ['urn:ietf:params:scim:schemas:pam:1.0:ContainerPermission'],
  ...fields,
});
const idOf = async (collection: string, attribute: string, name: string) =>
  (await send('GET', filtered(`/scim/v2/${collection}`, `${attribute} eq "${name}"`))).body.Resources[0].id;

describe('ids', () => {
  test('seeded users and groups: have the platform id of another object', async () => {
    const platform = scim(simulator);
    for (const [collection, name] of [
      ['Users', 'userName'],
      ['Groups', 'displayName'],
    ] as const) {
      const list = async (to: Send) => (await to('GET', `/scim/v2/${collection}`)).body.Resources;
      const [here, there] = [await list(send), await list(platform)];
      for (const object of here) {
        const other = there.find(({ id }: { id: string }) => id === object.id);
        expect(other[name]).not.toBe(object[name]);
      }
    }
  });

  test('object created later: has its own stable ids on both sides', async () => {
    const made = (await (await rest(simulator))('POST', '/api/v1/users', { userName: 'late@example.com' })).body.id;
    const shown = await idOf('Users', 'userName', 'late@example.com');
    expect(shown).not.toBe(made);
    expect((await send('GET', `/scim/v2/Users/${made}`)).body.userName).not.toBe('late@example.com');
    expect(await idOf('Users', 'userName', 'late@example.com')).toBe(shown);
  });

  test('idSpaces shared: ids are equal', async () => {
    const shared = await startSimulator({ seedUsers: 2, idSpaces: 'shared' });
    const ids = async (to: Send) =>
      (await to('GET', '/scim/v2/Users')).body.Resources.map(({ id }: { id: string }) => id);
    expect(await ids(await connector(shared))).toEqual(await ids(scim(shared)));
    await shared.close();
  });

  test("members and permissions: use the connector's ids", async () => {
    const user = await idOf('Users', 'userName', 'user00002@example.com');
    await send(
      'PATCH',
      `/scim/v2/Groups/${await idOf('Groups', 'displayName', 'Ops')}`,
      patchOp({ op: 'add', path: 'members', value: [{ value: user }] }),
    );
    await send('POST', PERMISSIONS, grant({ container: { value: '1' }, user: { value: user }, rights: ['View'] }));
    expect(simulator.state().groups.find(({ displayName }) => displayName === 'Ops')?.members).toEqual([
      'user00002@example.com',
    ]);
    expect(simulator.state().containerPermissions).toContainEqual({
      id: '4',
      container: 'Prod',
      user: 'user00002@example.com',
      right: 'View',
    });
  });
});

describe('containers', () => {
  test('lists, filters by name and creation below a parent: work', async () => {
    expect((await send('GET', CONTAINERS)).body.totalResults).toBe(2);
    const { body } = await send('GET', filtered(CONTAINERS, 'name eq "db"'));
    expect(body.Resources[0]).toMatchObject({
      id: '2',
      name: 'DB',
      displayName: 'DB',
      parent: { value: '1', display: 'Prod' },
    });
    expect(body.Resources[0].parent.$ref).toMatch(/^http:.*\/containers\/1$/);
    const container = { schemas: ['urn:ietf:params:scim:schemas:pam:1.0:Container'], name: 'DB' };
    expect((await send('POST', CONTAINERS, container)).body).toMatchObject({ id: '3', name: 'DB' });
    expect((await send('POST', CONTAINERS, { ...container, parent: { value: '1' } })).status).toBe(409);
    expect((await send('POST', CONTAINERS, { ...container, parent: { value: '99' } })).status).toBe(400);
    expect((await send('POST', CONTAINERS, { ...container, name: '' })).status).toBe(400);
    expect((await send('GET', filtered(CONTAINERS, 'name eq "DB"'))).body.totalResults).toBe(2);
  });

  test('change, deletion and other filters: are refused', async () => {
    for (const method of ['PUT', 'PATCH', 'DELETE']) expect((await send(method, `${CONTAINERS}/1`)).status).toBe(405);
    expect((await send('GET', filtered(CONTAINERS, 'parent.value eq "1"'))).body.scimType).toBe('invalidFilter');
    expect((await send('GET', `${CONTAINERS}/99`)).status).toBe(404);
  });

  test('ownership: only containers of the service user are visible', async () => {
    const limited = await startSimulator({ seedUsers: 1, data: { ...data }, visibleContainers: ['db'] });
    const to = await connector(limited);
    expect((await to('GET', CONTAINERS)).body.Resources.map(({ name }: { name: string }) => name)).toEqual(['DB']);
    expect((await to('GET', filtered(CONTAINERS, 'name eq "Prod"'))).body.totalResults).toBe(0);
    expect((await to('GET', `${CONTAINERS}/1`)).status).toBe(403);
    expect((await to('GET', filtered(PERMISSIONS, 'container.value eq "1"'))).body.totalResults).toBe(0);
    expect((await to('GET', `${PERMISSIONS}/1`)).status).toBe(403);
    expect((await to('DELETE', `${PERMISSIONS}/1`)).status).toBe(403);
    const ops = (await to('GET', '/scim/v2/Groups')).body.Resources[0].id;
    const onProd = grant({ container: { value: '1' }, group: { value: ops }, rights: ['View'] });
    expect((await to('POST', PERMISSIONS, onProd)).status).toBe(403);
    await to('POST', CONTAINERS, { schemas: ['urn:ietf:params:scim:schemas:pam:1.0:Container'], name: 'Mine' });
    expect((await to('GET', CONTAINERS)).body.totalResults).toBe(2);
    await limited.close();
  });
});

describe('container permissions', () => {
  test("JSON: has the vendor's shape", async () => {
    const { body } = await send('GET', `${PERMISSIONS}/1`);
    const ops = await idOf('Groups', 'displayName', 'Ops');
    const host = new URL(simulator.url).host;
    expect(body).toEqual({
      schemas: ['urn:ietf:params:scim:schemas:pam:1.0:ContainerPermission'],
      id: '1',
      container: { name: 'Prod', display: 'Prod', value: '1', $ref: `http://${host}/scim/v2/containers/1` },
      group: { display: 'Ops', value: ops, $ref: `http://${host}/scim/v2/groups/${ops}` },
      rights: ['Owner'],
      meta: { resourceType: 'ContainerPermission', created: expect.any(String), lastModified: expect.any(String) },
    });
  });

  test('list: needs one of the documented filters', async () => {
    const dev = await idOf('Groups', 'displayName', 'Dev');
    const user = await idOf('Users', 'userName', 'user00001@example.com');
    const total = async (filter: string) => (await send('GET', filtered(PERMISSIONS, filter))).body.totalResults;
    expect(await total('container.value eq "2"')).toBe(2);
    expect(await total(`container.value eq "2" and group.value eq "${dev}"`)).toBe(1);
    expect(await total(`user.value eq "${user}"`)).toBe(1);
    expect(await total('group.display co "o"')).toBe(1);
    expect(await total('user.display eq "user 00001"')).toBe(1);
    expect(await total('container.value eq "1" and user.display co "user"')).toBe(0);
    for (const filter of [
      'container.display eq "DB"',
      'container.value co "2"',
      'container.value eq 2',
      'rights eq "View"',
      '',
    ]) {
      const { status, body } = await send('GET', filtered(PERMISSIONS, filter));
      expect([filter, status, body.scimType]).toEqual([filter, 400, 'invalidFilter']);
    }
    expect((await send('GET', PERMISSIONS)).body.scimType).toBe('invalidFilter');
  });

  test('several rights: only the first one is stored', async () => {
    const ops = await idOf('Groups', 'displayName', 'Ops');
    const { status, body } = await send(
      'POST',
      PERMISSIONS,
      grant({ container: { value: '2' }, group: { value: ops }, rights: ['Add Secret', 'Owner'] }),
    );
    expect([status, body.rights, body.id]).toEqual([201, ['Add Secret'], '4']);
  });

  test('invalid permission: is refused', async () => {
    const [ops, user] = [
      await idOf('Groups', 'displayName', 'Ops'),
      await idOf('Users', 'userName', 'user00002@example.com'),
    ];
    const container = { value: '2' };
    const wrong = [
      { container, group: { value: ops }, rights: ['view'] },
      { container, group: { value: ops }, rights: [] },
      { container, group: { value: ops }, user: { value: user }, rights: ['View'] },
      { container, rights: ['View'] },
      { container, group: { value: user }, rights: ['View'] },
      { container: { value: '99' }, group: { value: ops }, rights: ['View'] },
    ];
    for (const body of wrong)
      expect([body, (await send('POST', PERMISSIONS, grant(body))).status]).toEqual([body, 400]);
    const dev = await idOf('Groups', 'displayName', 'Dev');
    const twice = grant({ container, group: { value: dev }, rights: ['Edit'] });
    expect((await send('POST', PERMISSIONS, twice)).body.scimType).toBe('uniqueness');
    expect(simulator.state().containerPermissions).toHaveLength(3);
  });

  test('uniqueness switched off: a principal can have a second permission', async () => {
    const loose = await startSimulator({
      data: { groups: [{ displayName: 'G' }], containers: ['C'] },
      uniquePermissions: false,
    });
    const to = await connector(loose);
    const value = (await to('GET', '/scim/v2/Groups')).body.Resources[0].id;
    const body = grant({ container: { value: '1' }, group: { value }, rights: ['View'] });
    expect([(await to('POST', PERMISSIONS, body)).status, (await to('POST', PERMISSIONS, body)).status]).toEqual([
      201, 201,
    ]);
    expect((await to('GET', filtered(PERMISSIONS, `group.value eq "${value}"`))).body.totalResults).toBe(2);
    await loose.close();
  });

  test('update: is refused; a second deletion is a 404; disabled users can be granted one', async () => {
    for (const method of ['PUT', 'PATCH']) expect((await send(method, `${PERMISSIONS}/1`, {})).status).toBe(405);
    expect((await send('DELETE', `${PERMISSIONS}/1`)).status).toBe(204);
    expect((await send('DELETE', `${PERMISSIONS}/1`)).status).toBe(404);
    simulator.admin.setActive('user00003@example.com', false);
    const user = { value: await idOf('Users', 'userName', 'user00003@example.com') };
    expect((await send('POST', PERMISSIONS, grant({ container: { value: '1' }, user, rights: ['View'] }))).status).toBe(
      201,
    );
  });
});
