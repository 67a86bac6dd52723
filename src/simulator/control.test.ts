import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Simulator, startSimulator } from './index.js';
import { send } from './test-client.js';

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator({ seedUsers: 1, faults: { latencyMs: 1 } });
});
afterAll(() => simulator.close());

const control = (method: string, path: string, body?: unknown) => send(simulator, method, `/_simulator/${path}`, body);

test('control plane: reads state, requests and log, resets the counts, and is not counted itself', async () => {
  await send(simulator, 'GET', '/api/v1/users');
  expect((await control('GET', 'state')).body).toEqual(JSON.parse(JSON.stringify(simulator.state())));
  expect((await control('GET', 'requests')).body).toMatchObject({ total: 1, lists: 1 });
  expect((await control('GET', 'log')).body).toMatchObject([{ path: '/api/v1/users', status: 401 }]);
  expect((await control('DELETE', 'requests')).status).toBe(204);
  expect((await control('GET', 'requests')).body.total).toBe(0);
});

test('control plane: reads, changes and clears faults', async () => {
  expect((await control('GET', 'faults')).body).toEqual({ latencyMs: 1, faults: [] });
  const faults = [{ kind: 'status', status: 503 }];
  expect((await control('PUT', 'faults', { latencyMs: null, faults })).status).toBe(204);
  expect((await control('GET', 'faults')).body).toEqual({ faults });
  expect((await send(simulator, 'GET', '/api/v1/users')).status).toBe(503);
  expect((await control('PUT', 'faults', { faults: [{ kind: 'flood' }] })).body.message).toContain(
    "Unknown fault 'flood'",
  );
  await control('DELETE', 'faults');
  expect((await send(simulator, 'GET', '/api/v1/users')).status).toBe(401);
});

test('control plane: runs the actions of an administrator', async () => {
  expect((await control('POST', 'admin/setActive', ['user00001@example.com', false])).status).toBe(204);
  expect(simulator.state().users[0]?.active).toBe(false);
  expect((await control('POST', 'admin/setActive', ['nobody', false])).body.message).toContain("no user 'nobody'");
  expect((await control('POST', 'admin/toString', [])).status).toBe(400);
  expect((await control('POST', 'admin/setActive', {})).status).toBe(400);
  expect((await control('POST', 'revoke-tokens')).status).toBe(204);
  expect((await control('GET', 'nothing')).status).toBe(404);
});
