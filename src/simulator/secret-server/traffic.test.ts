import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type Simulator, startSimulator } from '../index.js';
import { type Send, secretServer } from '../test-client.js';

let simulator: Simulator;
let send: Send;
beforeEach(async () => {
  simulator = await startSimulator({ seedUsers: 25 });
  send = await secretServer(simulator);
});
afterEach(() => simulator.close());

const list = async (query = '') => (await send('GET', `/v1/users?${query}`)).body;

test('counts: a list, an object, a list of an object, a write and a token', async () => {
  await list();
  await send('GET', '/v1/users/2');
  await send('GET', '/v1/users/2/roles');
  await send('POST', '/v1/roles', { name: 'New', enabled: true });
  expect(simulator.requests).toMatchObject({ tokens: 1, lists: 2, gets: 1, writes: 1 });
  expect(simulator.requests.byRoute).toMatchObject({ 'GET /SecretServer/api/v1/users/{id}/roles': 1 });
  expect(simulator.log.map(({ surface }) => surface)).toEqual(['token', ...Array(4).fill('secret-server')]);
});

test('error bodies: 500 has four fields, 403 and 429 a message', async () => {
  const keys = async () => Object.keys((await send('GET', '/v1/users')).body).sort();
  simulator.faults.set({ faults: [{ kind: 'status', status: 503 }] });
  expect(await keys()).toEqual(['exceptionMessage', 'exceptionType', 'message', 'stackTrace']);
  simulator.faults.set({ faults: [{ kind: 'status', status: 403 }] });
  expect(await keys()).toEqual(['message']);
  simulator.faults.set({ faults: [{ kind: 'throttle' }] });
  expect(await keys()).toEqual(['message']);
});

test('faults of lists: affect the pages of records', async () => {
  simulator.faults.set({ faults: [{ kind: 'shortPages' }] });
  expect(await list()).toMatchObject({ take: 10, nextSkip: 5, total: 25 });
  expect((await list('take=1000')).records).toHaveLength(25);
  simulator.faults.set({ faults: [{ kind: 'listEndsEarly' }] });
  expect(await list('skip=10')).toMatchObject({ records: [], total: 25 });
  simulator.faults.set({ faults: [{ kind: 'repeatPage' }] });
  expect(await list('skip=10')).toMatchObject({ skip: 10, records: [{ id: 2 }, {}, {}, {}, {}, {}, {}, {}, {}, {}] });
  simulator.faults.set({ faults: [{ kind: 'dropFields', fields: ['enabled'] }] });
  expect((await list()).records[0]).not.toHaveProperty('enabled');
});
