import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Simulator, startSimulator } from '../index.js';
import { filtered, onPremConnector, patchOp, type Send } from '../test-client.js';

let simulator: Simulator;
let send: Send;
const data = {
  users: [{ userName: 'jane' }, { userName: 'off', active: false }],
  groups: [{ displayName: 'Ops' }],
  containers: ['Prod', { name: 'jane', personal: true }],
  secrets: [{ name: 'root password', container: 'Prod' }],
  containerPermissions: [
    { container: 'Prod', user: 'off', right: 'View' },
    { container: 'jane', user: 'jane', right: 'Owner' },
  ],
};
beforeEach(async () => {
  simulator = await startSimulator({ data, visibleContainers: [] });
  send = onPremConnector(simulator);
});
afterEach(() => simulator.close());

const BASE = '/SCIMConnector/v2';
const PERMISSIONS = `${BASE}/ContainerPermissions`;
const [CONTAINER, PERMISSION] = ['Container', 'ContainerPermission'].map(
  (kind) => `urn:ietf:params:scim:schemas:pam:1.0:${kind}`,
);
const userId = async (name: string) =>
  (await send('GET', filtered(`${BASE}/Users`, `userName eq "${name}"`))).body.Resources[0].id;
const groupId = async () => (await send('GET', `${BASE}/Groups`)).body.Resources[0].id;
const grant = (container: string, principal: object, rights: unknown = ['View']) =>
  send('POST', PERMISSIONS, { schemas: [PERMISSION], container: { value: container }, ...principal, rights });

describe('permissions', () => {
  test('list: needs no filter and shows what the service user of the cloud does not own, as in the captured response', async () => {
    const { body } = await send('GET', `${PERMISSIONS}?count=5000`);
    const id = await userId('off');
    expect(body).toMatchObject({ totalResults: 2, itemsPerPage: 5000, startIndex: 1 });
    expect(body.Resources[0]).toEqual({
      schemas: [PERMISSION],
      id: '1',
      container: { name: 'Prod', display: 'Prod', value: '1', $ref: `${simulator.url}${BASE}/containers/1` },
      user: { display: 'off', value: id, $ref: `${simulator.url}${BASE}/users/${id}` },
      rights: ['View'],
      meta: { resourceType: 'ContainerPermission', created: expect.any(String), lastModified: expect.any(String) },
    });
  });

  test('filter: reads an attribute as its value, and a number without quotes', async () => {
    const found = async (filter: string) => (await send('GET', filtered(PERMISSIONS, filter))).body.totalResults;
    expect(await found('container eq 1')).toBe(1);
    expect(await found('container.value eq "2"')).toBe(1);
    expect(await found(`container eq 2 and user eq "${await userId('jane')}"`)).toBe(1);
    expect(await found('container eq 3')).toBe(0);
  });

  test('unknown right: is a 400 with the text of the connector', async () => {
    const answer = await grant('1', { group: { value: await groupId() } }, ['Manage']);
    expect([answer.status, answer.body.detail]).toEqual([
      400,
      'SCIM Connector could not find mapping for Manage right value with any of Secret Server rights values.',
    ]);
  });

  test('disabled user: gets no permission', async () => {
    const id = await userId('off');
    simulator.admin.revoke('Prod', { user: 'off' });
    const answer = await grant('1', { user: { value: id } });
    expect([answer.status, answer.body.detail]).toEqual([400, `'${id}' not found or disabled.`]);
  });

  test('change: is not offered', async () => {
    expect((await send('PATCH', `${PERMISSIONS}/1`, patchOp())).status).toBe(405);
    expect((await send('DELETE', `${PERMISSIONS}/1`)).status).toBe(204);
  });
});

test('personal folder: is readable, takes no grants and keeps its owner', async () => {
  expect((await send('GET', `${BASE}/Containers/2`)).body.name).toBe('jane');
  expect((await grant('2', { group: { value: await groupId() } })).status).toBe(403);
  expect((await send('DELETE', `${PERMISSIONS}/2`)).status).toBe(403);
  expect(simulator.state().containerPermissions).toHaveLength(2);
  expect(simulator.state().containers).toContainEqual({ id: '2', name: 'jane', personal: true });
});

test('container: an empty parent is the root, and PATCH renames', async () => {
  const made = await send('POST', `${BASE}/Containers`, { schemas: [CONTAINER], name: 'New', parent: '' });
  expect(made.status).toBe(201);
  const rename = (name: string) =>
    send('PATCH', `${BASE}/Containers/${made.body.id}`, patchOp({ op: 'replace', path: 'name', value: name }));
  expect((await rename('Newer')).body.name).toBe('Newer');
  expect((await rename('prod')).status).toBe(409);
  expect((await send('DELETE', `${BASE}/Containers/${made.body.id}`)).status).toBe(405);
});

test('privileged data: secrets are read and are part of their container', async () => {
  const { Resources } = (await send('GET', filtered(`${BASE}/PrivilegedData`, 'name eq "root password"'))).body;
  expect(Resources).toEqual([expect.objectContaining({ id: '1', name: 'root password' })]);
  expect((await send('GET', `${BASE}/Containers/1`)).body.privilegedData).toEqual([
    { value: '1', display: 'root password', type: 'Secret', $ref: `${simulator.url}${BASE}/privilegeddata/1` },
  ]);
  expect((await send('POST', `${BASE}/PrivilegedData`, {})).status).toBe(405);
});

test('discovery: names the kinds and the sizes of bulk requests, which are not simulated', async () => {
  const { Resources } = (await send('GET', `${BASE}/ResourceTypes`)).body;
  expect(Resources.map(({ endpoint }: { endpoint: string }) => endpoint)).toEqual([
    '/Users',
    '/Groups',
    '/Containers',
    '/ContainerPermissions',
    '/PrivilegedData',
  ]);
  expect((await send('GET', `${BASE}/ServiceProviderConfig`)).body).toMatchObject({
    bulk: { supported: true, maxOperations: 1000, maxPayloadSize: 1_048_576 },
  });
  expect((await send('POST', `${BASE}/Bulk`, {})).status).toBe(501);
});
