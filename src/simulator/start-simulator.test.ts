import { get } from 'node:https';
import { afterEach, describe, expect, test } from '@jest/globals';
import { generate } from 'selfsigned';
import { type Simulator, type SimulatorOptions, startSimulator } from './index.js';
import { rest, send } from './test-client.js';

const running: Simulator[] = [];
const start = async (options?: SimulatorOptions) => {
  const simulator = await startSimulator(options);
  running.push(simulator);
  return simulator;
};
afterEach(async () => {
  for (const simulator of running.splice(0)) await simulator.close();
});

const data = {
  users: [
    {
      userName: 'Jane@example.com',
      displayName: 'Jane',
      roles: ['Auditor'],
      manager: 'bob@EXAMPLE.com',
      previously: 'old',
    },
    { userName: 'bob@example.com', active: false, externalId: 'e', emails: [{ value: 'b@x' }] },
  ],
  groups: [
    { displayName: 'Ops', members: ['JANE@example.com', 'group:dev'], description: 'd' },
    { displayName: 'Dev', parent: 'ignored' },
  ],
  containers: ['Prod', { name: 'DB', parent: 'prod' }],
  containerPermissions: [
    { container: 'db', group: 'dev', right: 'View' },
    { container: 'Prod', user: 'bob@example.com', right: 'Owner' },
  ],
  roleBindings: [
    { role: 'Vault Admin', group: 'OPS' },
    { role: 'platform user', user: 'bob@example.com' },
  ],
  roles: ['Spare'],
  commit: 'ignored',
};

describe('data and state', () => {
  test('data: names are resolved without case, extra keys are ignored, and the state has the same shape', async () => {
    const state = (await start({ data, seedUsers: 1 })).state();
    expect(state.users.map(({ userName }) => userName)).toEqual([
      'bob@example.com',
      'Jane@example.com',
      'user00001@example.com',
    ]);
    expect(state.users[1]).toMatchObject({
      displayName: 'Jane',
      active: true,
      roles: ['Auditor'],
      manager: 'bob@example.com',
    });
    expect(state.users[0]).toMatchObject({ active: false, externalId: 'e', emails: [{ value: 'b@x' }] });
    expect(state.groups[1]).toMatchObject({
      displayName: 'Ops',
      members: ['group:Dev', 'Jane@example.com'],
      roles: ['Vault Admin'],
    });
    expect(state.containers).toEqual([
      { id: '2', name: 'DB', parent: 'Prod' },
      { id: '1', name: 'Prod' },
    ]);
    expect(state.containerPermissions).toEqual([
      { id: '1', container: 'DB', group: 'Dev', right: 'View' },
      { id: '2', container: 'Prod', user: 'bob@example.com', right: 'Owner' },
    ]);
    expect(state.roleBindings).toEqual([
      { role: 'Auditor', user: 'Jane@example.com' },
      { role: 'Platform User', user: 'bob@example.com' },
      { role: 'Vault Admin', group: 'Ops' },
    ]);
    expect(state.roles).toEqual(['Auditor', 'Platform Admin', 'Platform User', 'Spare', 'User', 'Vault Admin']);
  });

  test('ids: are equal for equal data and different for other data', async () => {
    expect((await start({ data })).state()).toEqual((await start({ data })).state());
    const [one, other] = [
      await start({ data: { users: [{ userName: 'a' }] } }),
      await start({ data: { users: [{ userName: 'b' }] } }),
    ];
    expect(one.state().users[0]?.id).not.toBe(other.state().users[0]?.id);
  });

  test.each([
    [{ groups: [{ displayName: 'G', members: ['nobody'] }] }, "no user 'nobody'"],
    [{ containers: ['C'], containerPermissions: [{ container: 'C', group: 'G', right: 'View' }] }, "no group 'G'"],
    [
      {
        containers: ['C'],
        users: [{ userName: 'u' }],
        containerPermissions: [{ container: 'C', user: 'u', right: 'view' }],
      },
      "no right 'view'",
    ],
    [{ roleBindings: [{ role: 'r' }] }, 'exactly one of user and group'],
  ])('%j: is an error at the start', async (broken, message) => {
    await expect(startSimulator({ data: broken })).rejects.toThrow(message);
  });
});

test('administrator: changes the tenant outside of the client', async () => {
  const { admin, state } = await start({ data });
  admin.addUser({ userName: 'new@example.com', roles: ['User'] });
  admin.addGroup({ displayName: 'Late', members: ['new@example.com'] });
  admin.addMember('ops', 'new@example.com');
  admin.removeMember('ops', 'group:Dev');
  admin.setActive('jane@example.com', false);
  admin.renameUser('bob@example.com', 'rob@example.com');
  admin.editUser('rob@example.com', { title: 'T' });
  admin.renameGroup('Dev', 'Devs');
  admin.setRight('DB', { group: 'devs' }, 'Owner');
  admin.revoke('prod', { user: 'rob@example.com' });
  admin.addContainer('New', 'Prod');
  admin.grant('New', { group: 'Late' }, 'Add Secret');
  admin.bindRole('Spare', { group: 'Late' });
  admin.unbindRole('vault admin', { group: 'Ops' });
  expect(state()).toMatchObject({
    users: [{ active: false }, { userName: 'new@example.com' }, { userName: 'rob@example.com', title: 'T' }],
    groups: [
      { displayName: 'Devs' },
      { displayName: 'Late' },
      { members: ['Jane@example.com', 'new@example.com'], roles: [] },
    ],
    containerPermissions: [
      { container: 'DB', right: 'Owner' },
      { container: 'New', group: 'Late', right: 'Add Secret' },
    ],
  });
  expect(state().roleBindings).toContainEqual({ role: 'Spare', group: 'Late' });
  admin.deleteUser('new@example.com');
  admin.deleteGroup('Late');
  expect(state()).toMatchObject({
    users: [{}, {}],
    groups: [{}, { members: ['Jane@example.com'] }],
    containerPermissions: [{}],
  });
  expect(() => admin.setActive('nobody', true)).toThrow("no user 'nobody'");
  expect(() => admin.revoke('DB', { user: 'rob@example.com' })).toThrow('No permission');
});

describe('requests', () => {
  test('counts and log: by kind and route, without secrets', async () => {
    const simulator = await start({ seedUsers: 2 });
    const api = await rest(simulator);
    const { id } = (await api('GET', '/api/v1/users?take=1')).body.data[0];
    await api('GET', `/api/v1/users/${id}`);
    await api('PATCH', `/api/v1/users/${id}`, { active: false });
    await send(simulator, 'GET', '/scim/v2/ServiceProviderConfig');
    expect(simulator.requests).toMatchObject({
      total: 5,
      tokens: 1,
      reads: 3,
      lists: 1,
      gets: 2,
      writes: 1,
      maxInFlight: 1,
    });
    expect(simulator.requests.byRoute).toMatchObject({ 'GET /api/v1/users': 1, 'PATCH /api/v1/users/{id}': 1 });
    const entries = simulator.log.map(({ method, path, query, status, surface }) => [
      method,
      path,
      query,
      status,
      surface,
    ]);
    expect(entries).toEqual([
      ['POST', '/identity/connect/token', '', 200, 'token'],
      ['GET', '/api/v1/users', '?take=1', 200, 'rest'],
      ['GET', `/api/v1/users/${id}`, '', 200, 'rest'],
      ['PATCH', `/api/v1/users/${id}`, '', 200, 'rest'],
      ['GET', '/scim/v2/ServiceProviderConfig', '', 401, 'none'],
    ]);
    expect(JSON.stringify(simulator.log)).not.toContain(simulator.credentials.clientSecret);
    simulator.resetRequests();
    expect([simulator.requests.total, simulator.log]).toEqual([0, []]);
  });

  test('50,000 users: are listed in pages of 100 within seconds', async () => {
    const simulator = await start({ seedUsers: 50_000 });
    const api = await rest(simulator);
    const began = performance.now();
    const names = new Set<string>();
    for (let skip = 0; skip < 50_000; skip += 100) {
      const { body } = await api('GET', `/api/v1/users?take=100&skip=${skip}`);
      for (const { userName } of body.data) names.add(userName);
    }
    expect(names.size).toBe(50_000);
    expect(performance.now() - began).toBeLessThan(20_000);
  });
});

test('environment: has the address of the tenant and its credentials', async () => {
  const simulator = await start({ credentials: { scimToken: 'mine' } });
  expect(simulator.env).toEqual({
    DELINEA_URL: `http://127.0.0.1:${simulator.port}`,
    DELINEA_CLIENT_ID: 'delinea-iac',
    DELINEA_CLIENT_SECRET: simulator.credentials.clientSecret,
    DELINEA_SCIM_TOKEN: 'mine',
    DELINEA_SCIM_CLIENT_ID: simulator.credentials.serviceUser,
    DELINEA_SCIM_CLIENT_SECRET: simulator.credentials.servicePassword,
    DELINEA_SECRET_SERVER_SCIM_TOKEN: simulator.credentials.secretServerScimToken,
    DELINEA_CONNECTOR_URL: `http://127.0.0.1:${simulator.port}/SCIMConnector`,
    DELINEA_CONNECTOR_TOKEN: simulator.credentials.connectorToken,
    DELINEA_SECRET_SERVER_URL: `http://127.0.0.1:${simulator.port}/SecretServer`,
    DELINEA_SECRET_SERVER_USER: simulator.credentials.secretServerUser,
    DELINEA_SECRET_SERVER_PASSWORD: simulator.credentials.secretServerPassword,
  });
});

test('HTTPS: is served, and a used port is an error', async () => {
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }]);
  const simulator = await start({ tls: { key, cert } });
  const status = await new Promise((resolve, reject) => {
    get(`${simulator.url}/api/v1/users`, { ca: cert, servername: 'localhost' }, ({ statusCode }) =>
      resolve(statusCode),
    ).on('error', reject);
  });
  expect(status).toBe(401);
  simulator.faults.set({ faults: [{ kind: 'resetBefore' }] });
  const reset = new Promise((resolve) => {
    get(`${simulator.url}/api/v1/users`, { ca: cert, servername: 'localhost', agent: false }, resolve).on(
      'error',
      ({ message }) => resolve(message),
    );
  });
  expect(await reset).toBe('socket hang up');
  await expect(startSimulator({ port: simulator.port })).rejects.toThrow('EADDRINUSE');
});
