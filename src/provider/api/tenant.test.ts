import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Simulator, startSimulator } from '../../simulator/index.js';
import { readSettings } from '../settings/settings.js';
import { connect, type Tenant } from './tenant.js';

let simulator: Simulator;
let tenant: Tenant;
beforeAll(async () => {
  simulator = await startSimulator({ data: { users: [{ userName: 'ada' }] } });
  tenant = await connect(readSettings({}, simulator.env), {});
});
afterAll(() => simulator.close());

describe('connect', () => {
  test('sends nothing', async () => {
    simulator.resetRequests();
    (await connect(readSettings({}, simulator.env), {})).collection('user');
    expect(simulator.requests.total).toBe(0);
  });

  test('home: is the surface of the routing, and of its edges for an authoritative set', () => {
    expect(tenant.home('user').name).toBe('platform-rest');
    expect(tenant.home('container-permissions').name).toBe('scim-cloud');
  });

  test('collection: is one per kind and surface', () => {
    expect(tenant.collection('user')).toBe(tenant.collection('user', 'platform-rest'));
    expect(tenant.collection('user', 'scim-cloud')).not.toBe(tenant.collection('user'));
  });

  test('collection: throws when the surface does not serve the kind, or there is no such kind', () => {
    expect(() => tenant.collection('container', 'platform-rest')).toThrow(
      expect.objectContaining({ code: 'unserved' }),
    );
    expect(() => tenant.collection('vault')).toThrow(expect.objectContaining({ name: 'DelineaError' }));
  });

  test('collection: throws when the kind has no wire for the protocol of the surface', async () => {
    const { protocols, resourceOf } = { protocols: {}, resourceOf: tenant.collection('user').resource };
    const other = await connect(readSettings({}, simulator.env), {}, { protocols, resourceOf: () => resourceOf });
    expect(() => other.collection('user')).toThrow('Platform REST does not serve user');
  });

  test('entries: reads a list to its end, and is an error if it cannot be read', async () => {
    const surface = tenant.settings.surfaces['secret-server']!;
    for (let session = 1; session <= 102; session++) simulator.admin.openSession('ada');
    const query = { 'filter.includeRestricted': 'true' };
    const list = { path: '/v1/recorded-sessions', query, id: 'secretSessionId', what: 'sessions' };
    expect(await tenant.entries({ ...surface, pageSize: 100 }, list)).toHaveLength(102);
    await expect(tenant.entries(surface, { ...list, path: '/v1/nowhere' })).rejects.toThrow('sessions');
  });

  test('send: refuses a write before the run may write, and reads a response that is only true', async () => {
    const surface = tenant.settings.surfaces['secret-server']!;
    const path = '/v1/platform/synchronization-now';
    const request = { method: 'POST', path, access: 'write', what: 'synchronise' } as const;
    await expect(tenant.send(surface, request)).rejects.toMatchObject({ code: 'cancelled' });
    const unified = await startSimulator({ secretServer: 'mirror' });
    try {
      const other = (await connect(readSettings({}, unified.env), {})).permitWrites();
      expect(await other.send(other.settings.surfaces['secret-server']!, request)).toBeUndefined();
    } finally {
      await unified.close();
    }
  });
});
