import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { randomFaults, type Simulator, startSimulator } from '../index.js';
import { connector, rest, type Send, scim } from '../test-client.js';

let simulator: Simulator;
let send: Send;
beforeEach(async () => {
  simulator = await startSimulator({ seedUsers: 10 });
  send = await rest(simulator);
  simulator.resetRequests();
});
afterEach(() => simulator.close());

const USERS = '/api/v1/users';
const statuses = async (count: number, path = USERS) => {
  const seen: number[] = [];
  for (let number = 0; number < count; number += 1) seen.push((await send('GET', path)).status);
  return seen;
};

describe('schedule of a fault', () => {
  test('no limits: affects every request until cleared', async () => {
    simulator.faults.set({ faults: [{ kind: 'status', status: 503 }] });
    expect(await statuses(3)).toEqual([503, 503, 503]);
    simulator.faults.clear();
    expect(await statuses(1)).toEqual([200]);
  });

  test('times: affects the next requests only', async () => {
    simulator.faults.set({ faults: [{ kind: 'throttle', times: 2 }] });
    expect(await statuses(3)).toEqual([429, 429, 200]);
  });

  test('at: affects the given ones of the matching requests, counted from 1', async () => {
    simulator.faults.set({ faults: [{ kind: 'throttle', at: [1, 3], path: '/users$', method: 'get' }] });
    expect(await statuses(1, '/api/v1/groups')).toEqual([200]);
    expect((await send('POST', USERS, { userName: 'x' })).status).toBe(201);
    expect(await statuses(4)).toEqual([429, 200, 429, 200]);
  });

  test('method: several methods are counted together', async () => {
    simulator.faults.set({ faults: [{ kind: 'throttle', at: [2], path: '^/api/', method: 'post|PATCH|DELETE' }] });
    expect((await send('POST', USERS, { userName: 'x' })).status).toBe(201);
    expect(await statuses(2)).toEqual([200, 200]);
    const [user] = (await send('GET', USERS)).body.data;
    expect((await send('PATCH', `${USERS}/${user.id}`, { title: 'T' })).status).toBe(429);
    expect((await send('PATCH', `${USERS}/${user.id}`, { title: 'T' })).status).toBe(200);
  });

  test('rate: is the same for the same seed', async () => {
    const run = async (seed: number) => {
      simulator.faults.set({ faults: [{ kind: 'throttle', rate: 0.5, seed }] });
      return statuses(20);
    };
    const first = await run(3);
    expect(await run(3)).toEqual(first);
    expect(new Set(first)).toEqual(new Set([200, 429]));
    expect(await run(4)).not.toEqual(first);
  });

  test('several faults: apply together, and an unknown kind is an error', async () => {
    simulator.faults.set({ faults: [{ kind: 'dropFields', fields: ['roles'] }] });
    simulator.faults.add({ kind: 'extraFields', extra: { tier: 1 } });
    const [user] = (await send('GET', USERS)).body.data;
    expect(user).toMatchObject({ tier: 1, userName: 'user00001@example.com' });
    expect(user).not.toHaveProperty('roles');
    expect(() => simulator.faults.add({ kind: 'flood' as 'status' })).toThrow("Unknown fault 'flood'");
  });
});

describe('random faults', () => {
  test('schedule: is the same for the same seed, differs between seeds, and is finite', async () => {
    expect(randomFaults(1)).toEqual(randomFaults(1));
    expect(randomFaults(1)).not.toEqual(randomFaults(2));
    for (let seed = 0; seed < 50; seed += 1) {
      const faults = randomFaults(seed, { maxFaults: 3, within: 4, kinds: ['status', 'throttle'] });
      expect(faults.length).toBeGreaterThan(0);
      expect(faults.length).toBeLessThanOrEqual(3);
      simulator.faults.set({ faults: faults });
      expect(await statuses(4)).not.toEqual([200, 200, 200, 200]);
      expect(await statuses(2)).toEqual([200, 200]);
    }
  });
});

describe('conditions', () => {
  test('latency: is added to every request', async () => {
    simulator.faults.set({ latencyMs: 80 });
    const start = performance.now();
    await Promise.all([send('GET', USERS), send('GET', USERS)]);
    expect(performance.now() - start).toBeGreaterThanOrEqual(79);
    expect(simulator.requests.maxInFlight).toBe(2);
  });

  test('short token lifetime: is in expires_in and ends in a 401', async () => {
    simulator.faults.set({ tokenLifeS: 1 });
    const short = await rest(simulator);
    expect((await short('GET', USERS)).status).toBe(200);
    await new Promise((resolve) => setTimeout(resolve, 1100));
    expect((await short('GET', USERS)).status).toBe(401);
    expect((await send('GET', USERS)).status).toBe(200);
  });

  test('visibility delay: readers of every surface see a change later, writers immediately', async () => {
    simulator.faults.set({ visibilityDelayMs: 1500 });
    const [onScim, onConnector] = [scim(simulator), await connector(simulator)];
    const known = (await send('GET', USERS)).body.data[0].id;
    await send('PATCH', `${USERS}/${known}`, { userName: 'renamed@example.com', title: 'T' });
    const { id } = (await send('POST', USERS, { userName: 'late@example.com' })).body;
    const look = async () => ({
      get: (await send('GET', `${USERS}/${id}`)).status,
      total: (await send('GET', USERS)).body.total,
      scim: (await onScim('GET', '/scim/v2/Users?filter=userName eq "late@example.com"')).body.totalResults,
      connector: (await onConnector('GET', '/scim/v2/Users?filter=userName eq "renamed@example.com"')).body
        .totalResults,
      old: (await send('GET', `${USERS}?filter=userName eq 'user00001@example.com'`)).body.total,
    });
    expect(await look()).toEqual({ get: 404, total: 10, scim: 0, connector: 0, old: 1 });
    expect((await send('POST', USERS, { userName: 'late@example.com' })).status).toBe(409);
    expect((await send('PATCH', `${USERS}/${id}`, { title: 'T' })).status).toBe(200);
    await new Promise((resolve) => setTimeout(resolve, 1600));
    expect(await look()).toEqual({ get: 200, total: 11, scim: 1, connector: 1, old: 0 });
    await send('DELETE', `${USERS}/${id}`);
    expect(await look()).toMatchObject({ get: 200, total: 11 });
    expect((await send('DELETE', `${USERS}/${id}`)).status).toBe(404);
  });

  test('null: ends a condition and keeps the others', () => {
    simulator.faults.set({ latencyMs: 5, patchAnswer: 200 });
    simulator.faults.set({ latencyMs: null });
    expect(simulator.faults.settings).toEqual({ patchAnswer: 200, faults: [] });
  });
});
